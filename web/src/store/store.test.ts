import { describe, expect, it } from 'vitest';
import type { Person, Point } from '@/api/types';
import { moves } from '@/features/settings/Mover';
import { byDay, deeds } from '@/features/today/deeds';
import { addDays, ago, civil, daysBetween, dayTitle, safeZone, today, week } from './dates';
import { filterPoints, overlay, type PointFilter, placePath, sortPoints, withBelow } from './filter';
import type { Pool } from './pool';

const en = { locale: 'en-GB', zone: 'Europe/Brussels' };
const now = new Date('2026-11-22T23:30:00Z');

describe('dates', () => {
  it('judges a civil day in the zone asked for', () => {
    expect(today('Europe/Brussels', now)).toBe('2026-11-23');
    expect(today('America/New_York', now)).toBe('2026-11-22');
    expect(today('Asia/Tokyo', now)).toBe('2026-11-23');
  });
  it('does not fail on a zone that this browser does not know', () => expect(safeZone('Mars/Olympus')).toBeTruthy());
  it('adds days over a change of the clock and of the year', () => {
    expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween('2026-11-22', '2026-12-01')).toBe(9);
  });
  it.each([
    ['en-GB', 'Mon 23 Nov'],
    ['nl', 'ma 23 nov'],
    ['fr', 'lun. 23 nov.'],
    ['da', 'man. 23. nov.'],
    ['de', 'Mo., 23. Nov.'],
  ])('shows a due date in %s', (locale, text) => expect(civil('2026-11-23', { ...en, locale }, now)).toBe(text));
  it('says the year when it is another', () => expect(civil('2027-01-05', en, now)).toContain('2027'));
  it.each([
    ['2026-11-23', 'Today'],
    ['2026-11-22', 'Yesterday'],
    ['2026-11-19', 'Thursday 19 November'],
  ])('heads the day %s', (day, title) => expect(dayTitle(day, en, now)).toBe(title));
  it.each([
    ['2026-11-22T23:29:50Z', 'now'],
    ['2026-11-22T23:10:00Z', '20 minutes ago'],
    ['2026-11-22T10:00:00Z', 'yesterday 11:00'],
    ['2026-11-19T13:05:00Z', '19 Nov'],
  ])('tells how long ago %s is', (at, text) => expect(ago(at, en, now)).toBe(text));
  it('counts weeks as building sites do', () => {
    expect(week('Europe/Brussels', new Date('2026-11-22T12:00:00Z'))).toBe(47);
    expect(week('Europe/Brussels', new Date('2027-01-01T12:00:00Z'))).toBe(53);
    expect(week('Europe/Brussels', new Date('2027-01-04T12:00:00Z'))).toBe(1);
  });
});

const locations = [
  { id: 'b', parent_id: null, code: 'C', name: 'Building' },
  { id: 'l', parent_id: 'b', code: '2', name: 'Second floor' },
  { id: 'r', parent_id: 'l', code: '2.05', name: 'Shaft' },
];
const statuses = [
  { id: 'open', order: 1, closes: false },
  { id: 'done', order: 2, closes: true },
];
const tables: Record<string, { id: string }[]> = { locations, statuses, categories: [] };
const pool = {
  list: (k: string) => tables[k] ?? [],
  get: (k: string, id: string | null) => tables[k]?.find((x) => x.id === id),
} as unknown as Pool;
const me = { id: 'me', company_id: 'co', role_ids: ['role'] } as unknown as Person;

const point = (id: string, fields: Partial<Point> = {}): Point =>
  ({
    id,
    number: `C-1.${id}`,
    sequence: Number(id),
    subject: `Point ${id}`,
    description: '',
    status_id: 'open',
    category_id: null,
    location_id: null,
    in_charge: [],
    due: null,
    urgent: false,
    author_id: 'x',
    list_id: 'L',
    pin: null,
    comments: [],
    photos: [],
    created_at: `2026-11-0${id}T08:00:00Z`,
    changed_at: `2026-11-0${id}T08:00:00Z`,
    ...fields,
  }) as Point;

const list = [
  point('1', { location_id: 'r', in_charge: [{ kind: 'company', id: 'co' }], due: '2026-11-20' }),
  point('2', { status_id: 'done', due: '2026-11-10' }),
  point('3', { subject: 'Fissure à l’étage', urgent: true, in_charge: [{ kind: 'role', id: 'role' }] }),
  point('4', {
    in_charge: [{ kind: 'person', id: 'me' }],
    due: '2026-12-24',
    comments: [{ id: 'c', text: 'EI 60', author_id: 'x', at: '' }],
  }),
];

describe('the filter of the list', () => {
  it.each<[string, PointFilter, string[]]>([
    ['closed points are left out', {}, ['1', '3', '4']],
    ['unless they are asked for', { closed: 'any' }, ['1', '2', '3', '4']],
    ['or only they are', { closed: 'true' }, ['2']],
    ['or their status is named', { status: ['done'] }, ['2']],
    ['a place holds all below it', { location: ['b'] }, ['1']],
    ['mine is by person, company and role', { mine: true }, ['1', '3', '4']],
    ['in charge by kind', { in_charge: ['company:co'] }, ['1']],
    ['overdue is open and before today', { overdue: true }, ['1']],
    ['due before is with that day', { due_before: '2026-11-20' }, ['1']],
    ['due after is with that day', { due_after: '2026-12-24' }, ['4']],
    ['urgent', { urgent: true }, ['3']],
    ['words, accents aside', { q: 'etage fissure' }, ['3']],
    ['words of comments and numbers', { q: 'ei 60 1.4' }, ['4']],
  ])('%s', (_, filter, ids) => expect(filterPoints(list, filter, { pool, me, zone: 'Europe/Brussels' }).map((p) => p.id)).toEqual(ids));

  it('sorts what has no date last, both ways', () => {
    expect(sortPoints([...list], { by: 'due', order: 'asc' }, pool).map((p) => p.id)).toEqual(['2', '1', '4', '3']);
    expect(sortPoints([...list], { by: 'due', order: 'desc' }, pool).map((p) => p.id)).toEqual(['4', '1', '2', '3']);
  });
  it('takes a point without a number for the newest', () => {
    const fresh = point('9', { sequence: null, number: null });
    expect(sortPoints([fresh, ...list], { by: 'number', order: 'desc' }, pool)[0]?.id).toBe('9');
    expect(sortPoints([fresh, ...list], { by: 'number', order: 'asc' }, pool).at(-1)?.id).toBe('9');
  });
  it('names a place from the building down', () => expect(placePath('r', pool)).toBe('C Building › 2 Second floor › 2.05 Shaft'));
  it('finds all below, and does not turn in circles', () => {
    const loop = [
      { id: 'a', parent_id: 'b' },
      { id: 'b', parent_id: 'a' },
    ];
    expect([...withBelow(loop, ['a'])].sort()).toEqual(['a', 'b']);
  });
});

describe("the server's list with what this device knows better", () => {
  const ids = (rows: Point[]) => rows.map((p) => p.id);
  const by = { by: 'due', order: 'asc' } as const;
  const base = [point('1', { due: '2026-11-01' }), point('2', { due: '2026-11-05' }), point('3', { due: '2026-11-09' })];
  const waits = (id: string, due: string) => ({ ...point(id, { due }), _pending: 'waiting' as const });

  it('puts a waiting point where it belongs, once', () => {
    const mine = waits('1', '2026-11-07');
    expect(ids(overlay(base, [mine], [mine], by, pool, true))).toEqual(['2', '1', '3']);
  });
  it('takes out what no longer fits', () => expect(ids(overlay(base, [waits('2', '')], [], by, pool, true))).toEqual(['1', '3']));
  it('shows nothing behind the last row while there is more', () => {
    const late = waits('9', '2026-12-01');
    expect(ids(overlay(base, [late], [late], by, pool, true))).toEqual(['1', '2', '3']);
    expect(ids(overlay(base, [late], [late], by, pool, false))).toEqual(['1', '2', '3', '9']);
  });
  it('keeps the order of the server', () => {
    const odd = [base[2], base[0], base[1]] as Point[];
    expect(ids(overlay(odd, [], [], by, pool, true))).toEqual(['3', '1', '2']);
  });
});

describe('the feed', () => {
  const p = point('1', {
    comments: [{ id: 'c', text: 'Yes', author_id: 'y', at: '2026-11-03T10:00:00Z' }],
    photos: [
      { id: 'f', width: 1, height: 1, taken_at: null, author_id: 'x', at: '2026-11-01T08:00:20Z' },
      { id: 'g', width: 1, height: 1, taken_at: null, author_id: 'y', at: '2026-11-02T09:00:00Z' },
    ],
  });
  const entry = { at: '2026-11-04T10:00:00Z', actor_id: 'y', thing_kind: 'point', thing_id: '1', kind: 'changed', fields: ['status_id'] };
  it('tells each deed once, newest first, and takes first photos for part of the point', () => {
    expect(deeds([p], [entry, { ...entry }]).map((d) => d.kind)).toEqual(['changed', 'commented', 'photo-added', 'created']);
  });
  it('leaves out what is not ours to see', () => expect(deeds([], [entry])).toEqual([]));
  it('groups by the viewer’s day', () => {
    const late = { ...entry, at: '2026-11-03T23:30:00Z' };
    expect(byDay(deeds([p], [late]), en).map((d) => d.day)).toEqual(['2026-11-04', '2026-11-03', '2026-11-02', '2026-11-01']);
  });
});

describe('moving a row', () => {
  const rows = [
    { id: 'a', order: 1 },
    { id: 'b', order: 2 },
    { id: 'c', order: 3 },
  ];
  it('writes only what changes', () =>
    expect(moves(rows, 1, -1)).toEqual([
      { id: 'b', order: 1 },
      { id: 'a', order: 2 },
    ]));
  it('stays at the ends', () => expect([moves(rows, 0, -1), moves(rows, 2, 1)]).toEqual([[], []]));
});
