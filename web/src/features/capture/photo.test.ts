import { describe, expect, it, vi } from 'vitest';
import { NotAPicture, prepare, serverReads } from './photo';

const bytes = (s: string) => Uint8Array.from(s, (c) => c.charCodeAt(0));
const heic = bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta');

describe('pictures that only the server can draw', () => {
  it.each([
    ['a HEIC of a telephone', heic, 'image/heic'],
    ['a HEIF by its second brand', bytes('\0\0\0\x14ftypmif1\0\0\0\0heic'), 'image/heic'],
    ['an AVIF', bytes('\0\0\0\x14ftypavif\0\0\0\0mif1'), null],
    ['a film', bytes('\0\0\0\x14ftypisom\0\0\0\0mp42'), null],
    ['a TIFF', bytes('II*\0\x08\0\0\0'), 'image/tiff'],
    ['a TIFF the other way round', bytes('MM\0*\0\0\0\x08'), 'image/tiff'],
    ['words', bytes('a plan'), null],
    ['nothing', new Uint8Array(), null],
  ] as const)('%s', (_, head, want) => {
    expect(serverReads(head)).toBe(want);
  });

  it('go as they are, without a size', async () => {
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('cannot')));
    const got = await prepare(new Blob([heic]));
    expect(got).toMatchObject({ width: 0, height: 0, takenAt: null });
    expect(got.blob.type).toBe('image/heic');
    expect(new Uint8Array(await got.blob.arrayBuffer())).toEqual(heic);
    await expect(prepare(new Blob(['a plan']))).rejects.toBeInstanceOf(NotAPicture);
    vi.unstubAllGlobals();
  });
});
