import { describe, expect, it } from 'vitest';
import { takenAt } from './exif';

/** Builds a JPEG head with the given ASCII tags in the EXIF directory. */
function jpeg(tags: Record<number, string>, little = true): Uint8Array {
  const list = Object.entries(tags).map(([tag, value]) => ({ tag: Number(tag), value: `${value}\0` }));
  const exifAt = 8 + 2 + 12 + 4;
  const textAt = exifAt + 2 + list.length * 12 + 4;
  const size = textAt + list.reduce((n, t) => n + t.value.length, 0);
  const tiff = new DataView(new ArrayBuffer(size));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little);
  tiff.setUint16(10, 0x8769, little);
  tiff.setUint16(12, 4, little);
  tiff.setUint32(14, 1, little);
  tiff.setUint32(18, exifAt, little);
  tiff.setUint16(exifAt, list.length, little);
  let at = textAt;
  list.forEach(({ tag, value }, i) => {
    const entry = exifAt + 2 + i * 12;
    tiff.setUint16(entry, tag, little);
    tiff.setUint16(entry + 2, 2, little);
    tiff.setUint32(entry + 4, value.length, little);
    tiff.setUint32(entry + 8, at, little);
    for (const c of value) tiff.setUint8(at++, c.charCodeAt(0));
  });
  const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, ((size + 8) >> 8) & 255, (size + 8) & 255, 0x45, 0x78, 0x69, 0x66, 0, 0];
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer), 0xff, 0xd9]);
}

describe('when a photo was taken', () => {
  it.each([true, false])('little endian %s: with its offset', (little) => {
    const found = takenAt(jpeg({ 36867: '2026:11:19 14:02:33', 36881: '+01:00' }, little));
    expect(found?.toISOString()).toBe('2026-11-19T13:02:33.000Z');
  });
  it('a negative offset', () => {
    expect(takenAt(jpeg({ 36867: '2026:01:01 00:30:00', 36881: '-05:30' }))?.toISOString()).toBe('2026-01-01T06:00:00.000Z');
  });
  it('without offset: the time of this device', () => {
    expect(takenAt(jpeg({ 36867: '2026:11:19 14:02:33' }))).toEqual(new Date(2026, 10, 19, 14, 2, 33));
  });
  it('falls back to when the file was made', () => {
    expect(takenAt(jpeg({ 36868: '2026:11:19 14:02:33', 36882: '+00:00' }))?.toISOString()).toBe('2026-11-19T14:02:33.000Z');
  });
  it.each(['0000:00:00 00:00:00', '2026:13:01 00:00:00', '2026-11-19 14:02:33', 'yesterday', ''])('refuses %j', (date) => {
    expect(takenAt(jpeg({ 36867: date }))).toBeNull();
  });
  it('bears any cut and any flipped byte', () => {
    const good = jpeg({ 36867: '2026:11:19 14:02:33', 36881: '+01:00' });
    for (let n = 0; n < good.length; n++) expect(() => takenAt(good.subarray(0, n))).not.toThrow();
    for (let n = 0; n < good.length; n++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bad = good.slice();
        bad[n] = value;
        expect(() => takenAt(bad)).not.toThrow();
      }
    }
  });
});
