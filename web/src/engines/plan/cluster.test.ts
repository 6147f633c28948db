import { describe, expect, it } from 'vitest';
import { ClusterIndex, group, levelOf } from './cluster';

const spread = (n: number) => Array.from({ length: n }, (_, i) => ({ x: (i * 7919) % 2384, y: (i * 104729) % 1684 }));

describe('grouping pins', () => {
  it('keeps every pin exactly once, at every level', () => {
    const pins = spread(5000);
    const index = new ClusterIndex(pins, 34);
    for (let level = -3; level <= 5; level++) {
      const seen = index.at(level).flatMap((g) => g.members);
      expect(seen).toHaveLength(5000);
      expect(new Set(seen).size).toBe(5000);
    }
  });
  it('groups what is nearer than the radius, and nothing else', () => {
    const at = [
      { x: 0, y: 0 },
      { x: 9, y: 0 },
      { x: 11, y: 0 },
      { x: 500, y: 500 },
    ];
    expect(group(at, 10).map((g) => g.members)).toEqual([[0, 1], [2], [3]]);
  });
  it('finds neighbours over the edge of a cell, negative places too', () => {
    expect(
      group(
        [
          { x: -1, y: -1 },
          { x: 1, y: 1 },
        ],
        10,
      ),
    ).toHaveLength(1);
  });
  it('puts the group in the middle of its pins', () => {
    const [only] = group(
      [
        { x: 0, y: 0 },
        { x: 4, y: 8 },
      ],
      10,
    );
    expect(only).toMatchObject({ x: 2, y: 4 });
  });
  it('parts a crowd as one zooms in', () => {
    const index = new ClusterIndex(spread(2000), 34);
    const counts = [-3, -1, 1, 3].map((level) => index.at(level).length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(100);
  });
  it('keeps pins on one spot together for ever', () => {
    const index = new ClusterIndex(
      [
        { x: 5, y: 5 },
        { x: 5, y: 5 },
      ],
      34,
    );
    expect(index.at(9)).toHaveLength(1);
  });
  it.each([
    [1, 0],
    [1.99, 0],
    [2, 1],
    [0.5, -1],
    [0.3, -2],
  ])('a scale of %d is level %d', (scale, level) => {
    expect(levelOf(scale)).toBe(level);
  });
});
