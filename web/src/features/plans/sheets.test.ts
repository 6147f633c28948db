import { describe, expect, it } from 'vitest';
import type { Point, Status } from '@/api/types';
import { pinColour, pinsOf, placeFromText, placeToText } from './sheets';

const status: Status = {
  id: 's',
  name: 'Open',
  colour: 'open',
  shape: 'triangle',
  order: 0,
  closes: false,
  managers_only: false,
  version: 1,
};
const point = (over: Partial<Point>): Point =>
  ({ id: 'p', status_id: 's', sequence: 57, urgent: false, pin: { sheet_id: 'a', x: 1, y: 2 }, ...over }) as Point;

describe('pins', () => {
  it('carry the number, colour and shape of the status', () => {
    expect(pinsOf([point({})], [status])).toEqual([
      { id: 'p', x: 1, y: 2, colour: '#b3261e', shape: 'triangle', label: '57', urgent: false },
    ]);
  });
  it('show a dash until there is a number', () => {
    expect(pinsOf([point({ sequence: null })], [status])[0]?.label).toBe('–');
  });
  it('leave out what has no place, and bear a status that is gone', () => {
    expect(pinsOf([point({ pin: null })], [status])).toEqual([]);
    expect(pinsOf([point({ status_id: 'x' })], [status])[0]).toMatchObject({ colour: '#5b574f', shape: 'circle' });
  });
  it.each([
    ['done', '#17663f'],
    ['#aa00cc', '#aa00cc'],
    ['#abc', '#5b574f'],
    [undefined, '#5b574f'],
  ] as const)('colour %s is %s on paper', (colour, want) => {
    expect(pinColour(colour as never)).toBe(want);
  });
});

describe('a place in the address', () => {
  it('comes back', () => {
    expect(placeFromText(placeToText({ x: 12.5, y: 3 }))).toEqual({ x: 12.5, y: 3 });
  });
  it.each([undefined, '', '1', 'a,b', '1,Infinity'])('refuses %j', (text) => {
    expect(placeFromText(text)).toBeNull();
  });
});
