import { describe, expect, it } from 'vitest';
import { between, paintDifference, under } from './compare';
import { apply, invert } from './geometry';
import type { SheetImage } from './types';

const base: SheetImage = {
  key: 'new',
  frame: { width: 1190, height: 842 },
  pixels: { width: 1684, height: 2380 },
  maxZoom: 3,
  tileSize: 512,
  // The page is turned by a quarter and 0.8 of the size.
  affine: invert([0, 0.8, -0.8, 0, 780, 60]),
  page: { width: 842, height: 1190 },
};
const other: SheetImage = {
  key: 'old',
  frame: base.frame,
  pixels: { width: 2380, height: 1684 },
  maxZoom: 3,
  tileSize: 512,
  affine: [1, 0, 0, 1, 0, 0],
  page: { width: 1190, height: 842 },
};

describe('two revisions in one picture', () => {
  it('lays a known place of the old one where the new one has it', () => {
    for (let z = 0; z <= 3; z++) {
      const { level, toBase } = between(base, other, z);
      const place = { x: 300, y: 500 };
      const oldPixel = { x: (place.x * 2) / 2 ** (3 - level), y: (place.y * 2) / 2 ** (3 - level) };
      const page = { x: 780 - 0.8 * place.y, y: 60 + 0.8 * place.x };
      const got = apply(toBase, oldPixel);
      expect(got.x).toBeCloseTo((page.x * 2) / 2 ** (3 - z), 6);
      expect(got.y).toBeCloseTo((page.y * 2) / 2 ** (3 - z), 6);
    }
  });

  it('asks for the tiles under a square, and none outside the sheet', () => {
    const { level, toBase } = between(base, other, 3);
    const tiles = under(other, level, toBase, { x: 512, y: 512 }, 512);
    expect(tiles.length).toBeGreaterThan(0);
    for (const [x, y] of tiles) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThan(5);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(4);
    }
  });

  it('paints what came blue, what went orange, and what stays grey', () => {
    const paper = [255, 255, 255, 255];
    const ink = [0, 0, 0, 255];
    const px = (...p: number[][]) => new Uint8ClampedArray(p.flat());
    const now = px(ink, paper, ink, paper);
    const before = px(paper, ink, ink, paper);
    paintDifference(now, before, now.slice(), before.slice());
    const at = (i: number) => [...now.slice(4 * i, 4 * i + 3)];
    expect(at(0)).toEqual([11, 87, 196]);
    expect(at(1)).toEqual([194, 65, 12]);
    expect(new Set(at(2)).size).toBe(1);
    expect(at(2)[0]).toBeGreaterThan(120);
    expect(at(3)).toEqual([255, 255, 255]);
  });
});
