import { describe, expect, it } from 'vitest';
import { contrast } from './contrast';

describe('contrast', () => {
  it.each([
    ['#000000', 21],
    ['#ffffff', 1],
    ['#767676', 4.54],
    ['#777777', 4.48],
    ['#1f47b8', 7.92],
    ['nothing', 1],
  ])('%s has %d', (hex, want) => {
    expect(contrast(hex)).toBeCloseTo(want, 1);
  });
});
