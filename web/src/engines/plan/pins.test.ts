import { describe, expect, it } from 'vitest';
import { inkOn } from './pins';

describe('ink on a pin', () => {
  it.each([
    ['#b3261e', '#ffffff'],
    ['#1f47b8', '#ffffff'],
    ['#ffe14d', '#1d1c1a'],
    ['#ffffff', '#1d1c1a'],
    ['#000000', '#ffffff'],
    ['red', '#ffffff'],
  ])('on %s is %s', (colour, want) => {
    expect(inkOn(colour)).toBe(want);
  });
});
