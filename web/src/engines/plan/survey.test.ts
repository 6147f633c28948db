import { describe, expect, it } from 'vitest';
import { areaOf, lengthOf, linkAt, metresPerUnit, moved, placesOf, roomAt } from './survey';

const square = [0, 0, 100, 0, 100, 100, 0, 100];
const mark = (id: string, kind: 'room' | 'scale' | 'link', at: number[], metres = 0) => ({ id, kind, at, metres });

describe('what is laid onto a sheet', () => {
  it('measures lines and areas', () => {
    expect(lengthOf(placesOf(square))).toBe(300);
    expect(areaOf(placesOf(square))).toBe(10_000);
    expect(areaOf(placesOf([0, 0, 10, 0]))).toBe(0);
  });
  it('knows the scale by two places and their distance', () => {
    expect(metresPerUnit([mark('s', 'scale', [0, 0, 30, 40], 5)])).toBeCloseTo(0.1);
    expect(metresPerUnit([])).toBeNull();
  });
  it('finds the smallest room around a place', () => {
    const all = [mark('hall', 'room', square), mark('closet', 'room', [10, 10, 20, 10, 20, 20])];
    expect(roomAt(all, { x: 18, y: 12 })?.id).toBe('closet');
    expect(roomAt(all, { x: 50, y: 50 })?.id).toBe('hall');
    expect(roomAt(all, { x: 101, y: 50 })).toBeUndefined();
  });
  it('finds the link under a place, whichever corners it was drawn from', () => {
    const all = [mark('a', 'link', [20, 20, 10, 10])];
    expect(linkAt(all, { x: 15, y: 15 })?.id).toBe('a');
    expect(linkAt(all, { x: 21, y: 15 })).toBeUndefined();
  });
});

it('moves the nearest corner and no other', () => {
  const room = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
  ];
  expect(moved(room, { x: 9, y: 12 })).toEqual([room[0], room[1], { x: 9, y: 12 }]);
});
