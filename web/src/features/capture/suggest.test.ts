import { describe, expect, it } from 'vitest';
import type { Category } from '@/api/types';
import { pathOf, plain, proposedFor, suggest } from './suggest';

const category = (
  id: string,
  parent_id: string | null,
  kind: Category['kind'],
  name: string,
  in_charge?: Category['in_charge'],
): Category => ({
  id,
  parent_id,
  kind,
  name,
  order: 0,
  version: 1,
  ...(in_charge ? { in_charge } : {}),
});

const categories = [
  category('fire', null, 'category', 'Fire safety', [{ kind: 'company', id: 'hvac' }]),
  category('pen', 'fire', 'sub-category', 'Penetrations'),
  category('s1', 'pen', 'subject', 'Fire collar missing'),
  category('s2', 'pen', 'subject', 'Fire collar damaged'),
  category('paint', null, 'category', 'Paint', [{ kind: 'role', id: 'painter' }]),
  category('s3', 'paint', 'subject', 'Missing coat'),
];
const recent = [
  { subject: 'Seal missing', category_id: 'pen' },
  { subject: 'Fire collar damaged', category_id: 'pen' },
  { subject: 'Door sticks', category_id: null },
];
const texts = (typed: string, chosen: string | null = null) => suggest(typed, chosen, categories, recent).map((s) => s.text);

describe('suggestions', () => {
  const cases: { name: string; typed: string; chosen?: string; want: string[] }[] = [
    { name: 'beginning with the words first', typed: 'fire coll', want: ['Fire collar damaged', 'Fire collar missing'] },
    { name: 'any word order, part of a word', typed: 'miss coll', want: ['Fire collar missing'] },
    { name: 'what begins so before what holds it', typed: 'missing', want: ['Missing coat', 'Fire collar missing', 'Seal missing'] },
    { name: 'the chosen category first', typed: 'missing', chosen: 'fire', want: ['Fire collar missing', 'Seal missing', 'Missing coat'] },
    { name: 'not what is already typed', typed: 'Seal missing', want: [] },
    { name: 'nothing fits', typed: 'xyz', want: [] },
  ];
  it.each(cases)('$name', ({ typed, chosen, want }) => {
    expect(texts(typed, chosen ?? null)).toEqual(want);
  });
  it('offers something before anything is typed', () => {
    expect(texts('')).toHaveLength(5);
  });
  it('brings the category of the subject', () => {
    expect(suggest('fire collar miss', null, categories, [])).toEqual([{ text: 'Fire collar missing', category: 'pen' }]);
  });
  it('does not mind accents', () => {
    expect(plain(' Gâble Ouvert ')).toBe('gable ouvert');
    expect(suggest('gable', null, [], [{ subject: 'Gâble ouvert', category_id: null }])).toHaveLength(1);
  });
});

describe('in charge by the category', () => {
  it.each([
    ['fire', [{ kind: 'company', id: 'hvac' }]],
    ['pen', [{ kind: 'company', id: 'hvac' }]],
    ['paint', [{ kind: 'role', id: 'painter' }]],
    ['gone', []],
    [null, []],
  ])('%s', (id, want) => {
    expect(proposedFor(id, categories)).toEqual(want);
  });
  it('ends even when the tree bites its tail', () => {
    const loop = [category('a', 'b', 'category', 'A'), category('b', 'a', 'category', 'B')];
    expect(proposedFor('a', loop)).toEqual([]);
    expect(pathOf('a', loop).length).toBeLessThanOrEqual(10);
  });
});
