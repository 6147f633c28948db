import { describe, expect, it } from 'vitest';
import type { Revision, Sheet } from '@/api/types';
import { pairsOf, startAligning } from './useAlign';

const revision = (id: string, alignment: Revision['alignment'], affine: Revision['affine']): Revision => ({
  id,
  code: id,
  at: '2026-01-01T00:00:00Z',
  page: 1,
  width_px: 100,
  height_px: 100,
  max_zoom: 0,
  tile_size: 512,
  tile_type: 'png',
  affine,
  bytes: 1,
  alignment,
});

describe('aligning by hand', () => {
  const first = revision('1', 'first', [1, 0, 0, 1, 0, 0]);
  const lost = revision('2', 'none', [0.5, 0, 0, 0.5, 0, 0]);
  const sheet = { revision: lost, revisions: [lost, first] } as Sheet;

  it('lays a revision on the newest other one that lies well', () => {
    expect(startAligning(sheet, lost)?.onto.id).toBe('1');
    expect(startAligning({ ...sheet, revisions: [lost] }, lost)).toBeNull();
  });

  it('gives places of the new page in the units of that page', () => {
    const aligning = startAligning(sheet, lost);
    const places = [
      { x: 10, y: 20 },
      { x: 90, y: 80 },
      { x: 15, y: 25 },
      { x: 40, y: 40 },
    ];
    expect(aligning && pairsOf({ ...aligning, places })).toEqual([
      { frame: { x: 10, y: 20 }, page: { x: 30, y: 50 } },
      { frame: { x: 90, y: 80 }, page: { x: 80, y: 80 } },
    ]);
  });
});
