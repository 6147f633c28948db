import { describe, expect, it } from 'vitest';
import type { Shape } from '@/api/types';
import { arrowPath, hit, penPath, thin } from './shapes';

const shape = (kind: Shape['kind'], at: number[], more: Partial<Shape> = {}): Shape => ({ kind, colour: '#c0392b', width: 4, at, ...more });

describe('mark-up', () => {
  it('draws a stroke as a closed outline of its width', () => {
    const path = penPath(shape('pen', [0, 0, 50, 0, 100, 0]));
    expect(path).toMatch(/^M.*Z$/);
    const ys = [...path.matchAll(/ (-?[\d.]+)/g)].map((m) => Number(m[1]));
    expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(4, 0);
  });
  it('draws an arrow in three lines', () => expect(arrowPath(shape('arrow', [0, 0, 100, 0])).match(/M/g)).toHaveLength(3));
  it('hits the uppermost shape, near its line and not within its frame', () => {
    const all = [shape('line', [0, 0, 100, 0]), shape('rect', [0, 0, 100, 100]), shape('text', [200, 200], { text: 'abc', width: 20 })];
    expect(hit(all, [50, 1], 5)).toBe(1);
    expect(hit(all, [50, 50], 5)).toBe(-1);
    expect(hit(all, [215, 212], 5)).toBe(2);
    expect(hit(all.slice(0, 1), [50, 4], 5)).toBe(0);
  });
  it('keeps the first and the last point of a thinned stroke', () =>
    expect(thin([0, 0, 0.2, 0, 5, 0, 5.1, 0], 1)).toEqual([0, 0, 5, 0, 5.1, 0]));
});
