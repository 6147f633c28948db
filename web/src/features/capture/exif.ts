/**
 * When a photo was taken, by its own EXIF (CIPA DC-008: APP1, TIFF 6.0 entries).
 * The browser resizes before sending, which drops the metadata; the one thing
 * kept is this instant, sent as the header Taken-At. Nothing else is read.
 */

const EXIF_IFD = 0x8769;
const DATE_TAKEN = 0x9003;
const DATE_MADE = 0x9004;
const OFFSET_TAKEN = 0x9011;
const OFFSET_MADE = 0x9012;

/**
 * The instant a JPEG was taken, or null: no EXIF, no date, a nonsense date.
 * A date without its offset is read in the zone of this device, which took it.
 */
export function takenAt(bytes: Uint8Array): Date | null {
  const tiff = findTiff(bytes);
  return tiff ? dateOf(tiff) : null;
}

function findTiff(bytes: Uint8Array): DataView | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return null;
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > view.byteLength) return null;
    const isExif = marker === 0xe1 && length >= 16 && view.getUint32(at + 4) === 0x45786966 && view.getUint16(at + 8) === 0;
    if (isExif) return new DataView(view.buffer, view.byteOffset + at + 10, length - 8);
    at += 2 + length;
  }
  return null;
}

function dateOf(tiff: DataView): Date | null {
  if (tiff.byteLength < 8) return null;
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  if (tiff.getUint16(2, little) !== 42) return null;
  const root = entries(tiff, tiff.getUint32(4, little), little);
  const pointer = root.get(EXIF_IFD);
  if (pointer === undefined || pointer + 12 > tiff.byteLength) return null;
  const exif = entries(tiff, tiff.getUint32(pointer + 8, little), little);
  for (const [dateTag, offsetTag] of [
    [DATE_TAKEN, OFFSET_TAKEN],
    [DATE_MADE, OFFSET_MADE],
  ] as const) {
    const date = parse(text(tiff, exif.get(dateTag), little), text(tiff, exif.get(offsetTag), little));
    if (date) return date;
  }
  return null;
}

/** Tag → where its 12-byte entry stands. */
function entries(tiff: DataView, at: number, little: boolean): Map<number, number> {
  const found = new Map<number, number>();
  if (at + 2 > tiff.byteLength) return found;
  const count = tiff.getUint16(at, little);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * 12;
    if (entry + 12 > tiff.byteLength) break;
    found.set(tiff.getUint16(entry, little), entry);
  }
  return found;
}

function text(tiff: DataView, entry: number | undefined, little: boolean): string {
  if (entry === undefined || tiff.getUint16(entry + 2, little) !== 2) return '';
  const count = tiff.getUint32(entry + 4, little);
  if (count === 0 || count > 64) return '';
  const from = count <= 4 ? entry + 8 : tiff.getUint32(entry + 8, little);
  if (from + count > tiff.byteLength) return '';
  let out = '';
  for (let i = 0; i < count; i++) {
    const code = tiff.getUint8(from + i);
    if (code === 0) break;
    out += String.fromCharCode(code);
  }
  return out.trim();
}

function parse(date: string, offset: string): Date | null {
  const m = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(date);
  if (!m) return null;
  const [year, month, day, hour, minute, second] = m.slice(1).map(Number) as [number, number, number, number, number, number];
  if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  const zone = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  if (!zone) return new Date(year, month - 1, day, hour, minute, second);
  const minutes = (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === '-' ? -1 : 1);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second) - minutes * 60_000);
}
