import { describe, expect, it } from 'vitest';
import { apply, fitScale, IDENTITY, invert, lookFromText, lookToText, pageSize, resolutions, tilesAt } from './geometry';
import type { Affine, SheetImage } from './types';

const a1: SheetImage = {
  key: 'r',
  frame: { width: 2384, height: 1684 },
  pixels: { width: 6622, height: 4678 },
  maxZoom: 4,
  tileSize: 512,
  affine: IDENTITY,
};

describe('affine maps', () => {
  const cases: { name: string; map: Affine }[] = [
    { name: 'identity', map: IDENTITY },
    { name: 'moved', map: [1, 0, 0, 1, 30, -12] },
    { name: 'turned by 90 degrees', map: [0, 1, -1, 0, 100, 0] },
    { name: 'scaled and sheared', map: [0.5, 0.1, -0.2, 0.7, 12, 8] },
  ];
  it.each(cases)('$name: there and back', ({ map }) => {
    const p = { x: 123.4, y: -56.7 };
    const back = apply(invert(map), apply(map, p));
    expect(back.x).toBeCloseTo(p.x, 9);
    expect(back.y).toBeCloseTo(p.y, 9);
  });
  it('has an order of PDF and SVG', () => {
    expect(apply([2, 0, 0, 3, 10, 20], { x: 1, y: 1 })).toEqual({ x: 12, y: 23 });
    expect(apply([0, 1, -1, 0, 10, 0], { x: 1, y: 2 })).toEqual({ x: 8, y: 1 });
  });
  it.each([[[0, 0, 0, 0, 5, 5]], [[1, 2, 2, 4, 0, 0]], [[Number.NaN, 0, 0, 1, 0, 0]]] as [Affine][])(
    'a map that flattens (%j) counts as none',
    (map) => {
      expect(invert(map)).toEqual(IDENTITY);
    },
  );
});

describe('the pyramid', () => {
  it('halves the resolution from level to level, ending at native pixels', () => {
    const list = resolutions(a1);
    expect(list).toHaveLength(5);
    expect(list[4]).toBeCloseTo(2384 / 6622, 9);
    expect(list[0]).toBeCloseTo((2384 / 6622) * 16, 9);
  });
  it('counts padded tiles', () => {
    expect(tilesAt(a1, 0)).toEqual({ columns: 1, rows: 1 });
    expect(tilesAt(a1, 4)).toEqual({ columns: 13, rows: 10 });
  });
  it('takes the page from the frame when the revision was aligned by a scale', () => {
    const twice = { ...a1, affine: [2, 0, 0, 2, 0, 0] as Affine };
    expect(pageSize(twice).width).toBeCloseTo(1192, 9);
  });
});

describe('fitting', () => {
  it('leaves what is covered out', () => {
    const page = { width: 1000, height: 500 };
    const none = { top: 0, right: 0, bottom: 0, left: 0 };
    expect(fitScale(page, { width: 500, height: 500 }, none)).toBe(0.5);
    expect(fitScale(page, { width: 500, height: 500 }, { ...none, bottom: 400 })).toBe(0.2);
  });
});

describe('the look in the address', () => {
  it('comes back', () => {
    expect(lookFromText(lookToText({ x: 812.4, y: 233.6, scale: 1.23456 }))).toEqual({ x: 812, y: 234, scale: 1.23 });
  });
  it.each([undefined, 7, '', '1,2', '1,2,0', '1,2,-3', 'a,b,c', '1,2,3,4', '1,,3', '1,2,Infinity'])('refuses %j', (text) => {
    expect(lookFromText(text)).toBeUndefined();
  });
});
