import { describe, expect, it } from 'vitest';
import { Problem, Unreachable } from '@/api/client';
import type { Point } from '@/api/types';
import { AHEAD, type AroundPhotos, PhotosAhead } from './ahead';
import type { Choice } from './keeper';

const point = (id: string, sheet: string | null, photos: string[]) =>
  ({ id, pin: sheet ? { sheet_id: sheet, x: 0, y: 0 } : null, photos: photos.map((p) => ({ id: p, bytes: 1000 })) }) as unknown as Point;

/** A device with points on two sheets and one on none; `answer` is what the server does with a photo. */
function device(choice: Choice, answer: (photo: string) => unknown = () => undefined, kept?: string) {
  const meta = new Map<string, unknown>(kept ? [[AHEAD, { value: kept }]] : []);
  const have = new Set<string>();
  const asked: string[] = [];
  let said = () => undefined as unknown;
  const points = [point('1', 'a', ['a1', 'a2']), point('2', 'b', ['b1']), point('3', null, ['n1'])];
  const now = { choice };
  const photos: AroundPhotos['photos'] = {
    kept: new Set(),
    here: async () => new Set(have),
    fetch: async (photo, size) => {
      asked.push(`${photo}/${size}`);
      const e = answer(photo);
      if (e) throw e;
      have.add(`${photo}/${size}`);
    },
    drop: async (keys) => {
      for (const k of keys) have.delete(k);
    },
  };
  const open = {
    db: {
      meta: {
        get: async (k: string) => meta.get(k),
        put: async (row: { key: string }) => meta.set(row.key, row),
        delete: async (k: string) => meta.delete(k),
      },
    },
    pool: { list: () => points, subscribe: () => () => undefined },
    photos,
  } as unknown as AroundPhotos;
  const keeper = {
    start: async () => undefined,
    state: () => now as never,
    subscribe: (f: () => unknown) => {
      said = f;
      return () => undefined;
    },
  };
  const waits: number[] = [];
  const ahead = new PhotosAhead(open, keeper, async (ms) => void waits.push(ms));
  const choose = (c: Choice) => {
    now.choice = c;
    said();
  };
  return { ahead, have, asked, meta, photos, waits, choose };
}

const sheets = (...ids: string[]): Choice => ({ all: false, sheets: ids });

describe('photos ahead', () => {
  it('counts those of the chosen sheets, and fetches nothing unasked', async () => {
    const d = device(sheets('a'));
    await d.ahead.start();
    expect(d.ahead.state()).toMatchObject({ ready: true, choice: 'none', photos: 2, bytes: { full: 2000 } });
    await d.ahead.again();
    expect(d.asked).toEqual([]);
  });

  it('fetches them in the size that was chosen, keeps them, and goes on after a restart', async () => {
    const d = device(sheets('a'));
    await d.ahead.start();
    await d.ahead.choose('thumb');
    expect([...d.have]).toEqual(['a1/thumb', 'a2/thumb']);
    expect([...d.photos.kept]).toEqual(['a1/thumb', 'a2/thumb']);
    expect(d.ahead.state()).toMatchObject({ here: 2, busy: false, failed: '' });
    await d.ahead.choose('full');
    expect([...d.have]).toEqual(['a1/full', 'a2/full']);
    const again = device(sheets('a'), undefined, 'full');
    await again.ahead.start();
    await again.ahead.again();
    expect([...again.have]).toEqual(['a1/full', 'a2/full']);
  });

  it('takes along every point where all plans are kept, and follows the choice of sheets', async () => {
    const d = device(sheets('a'));
    await d.ahead.start();
    await d.ahead.choose('thumb');
    d.choose({ all: true, sheets: [] });
    await d.ahead.again();
    expect([...d.have].sort()).toEqual(['a1/thumb', 'a2/thumb', 'b1/thumb', 'n1/thumb']);
  });

  it('takes them off again', async () => {
    const d = device(sheets('a'));
    await d.ahead.start();
    await d.ahead.choose('thumb');
    await d.ahead.choose('none');
    expect(d.have.size + d.photos.kept.size + d.meta.size).toBe(0);
  });

  it('leaves out what the server has no more, waits when told to, and says why it stops', async () => {
    let busy = true;
    const d = device({ all: true, sheets: [] }, (photo) => {
      if (photo === 'a1') return new Problem(404, 'photo-not-found');
      if (photo === 'a2' && busy) {
        busy = false;
        return new Problem(429, 'too-many', [], 7);
      }
      return photo === 'n1' ? new Unreachable('nobody') : undefined;
    });
    await d.ahead.start();
    await d.ahead.choose('thumb');
    expect([...d.have]).toEqual(['a2/thumb', 'b1/thumb']);
    expect(d.waits).toEqual([7000]);
    expect(d.ahead.state()).toMatchObject({ busy: false, failed: 'offline' });
  });
});
