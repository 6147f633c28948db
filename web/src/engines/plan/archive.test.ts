import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetSheets, openArchive, SaveError, savedSheets, saveSheet } from './archive';
import { writeArchive } from './testing/pmtiles';

const tile = (text: string) => new TextEncoder().encode(text);
const file = writeArchive(
  [
    { z: 0, x: 0, y: 0, data: tile('whole') },
    { z: 2, x: 3, y: 1, data: tile('corner') },
    { z: 2, x: 0, y: 0, data: tile('first') },
  ],
  2,
);

// Node has neither workers of this kind nor a private file system: this is the
// way without one. The other way is tested in a browser (e2e/plan.mjs).
describe('a sheet kept in IndexedDB', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', { storage: {} });
  });
  afterEach(async () => {
    await forgetSheets();
    vi.unstubAllGlobals();
  });
  const answer = (body: BodyInit | null, status = 200) => {
    const fetched = vi.fn(async () => new Response(body, { status }));
    vi.stubGlobal('fetch', fetched);
    return fetched;
  };
  const request = (key: string, project = 'p1') => ({ key, project, url: `/archive/${key}` });

  it('gives its tiles back, and null for what it leaves out', async () => {
    answer(file);
    await saveSheet(request('r1'));
    const archive = await openArchive('r1');
    expect(await (await archive?.tile(2, 3, 1))?.text()).toBe('corner');
    expect(await (await archive?.tile(0, 0, 0))?.text()).toBe('whole');
    expect(await archive?.tile(2, 1, 1)).toBeNull();
  });
  it('is fetched once, asked twice at a time or again later', async () => {
    const fetched = answer(file);
    await Promise.all([saveSheet(request('r2')), saveSheet(request('r2'))]);
    await saveSheet(request('r2'));
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(await savedSheets()).toMatchObject([{ key: 'r2', project: 'p1', bytes: file.length, where: 'idb' }]);
  });
  it.each([
    ['refused', () => answer('no', 403)],
    ['damaged', () => answer('<!doctype html><title>Sign in</title>')],
    [
      'offline',
      () => {
        vi.stubGlobal('fetch', async () => {
          throw new TypeError('no network');
        });
      },
    ],
  ] as [string, () => void][])('says %s, and keeps nothing', async (reason, prepare) => {
    prepare();
    const error = await saveSheet(request('r3')).then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(SaveError);
    expect(error).toMatchObject({ reason });
    expect(await savedSheets()).toEqual([]);
    expect(await openArchive('r3')).toBeNull();
  });
  it('leaves the device with its project, and only with it', async () => {
    answer(file);
    await saveSheet(request('r4', 'p1'));
    await saveSheet(request('r5', 'p2'));
    await forgetSheets('p1');
    expect((await savedSheets()).map((s) => s.key)).toEqual(['r5']);
    expect(await openArchive('r4')).toBeNull();
  });
});
