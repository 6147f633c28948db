/** For tests: writes a small PMTiles v3 archive. Directory uncompressed, tiles as given. */
import { zxyToTileId } from 'pmtiles';

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly data: Uint8Array;
}

export function writeArchive(tiles: readonly Tile[], maxZoom: number): Uint8Array<ArrayBuffer> {
  const sorted = tiles.map((t) => ({ id: zxyToTileId(t.z, t.x, t.y), data: t.data })).sort((a, b) => a.id - b.id);
  const directory: number[] = [];
  const number = (value: number) => {
    let v = value;
    while (v > 127) {
      directory.push((v % 128) + 128);
      v = Math.floor(v / 128);
    }
    directory.push(v);
  };
  number(sorted.length);
  let last = 0;
  for (const t of sorted) {
    number(t.id - last);
    last = t.id;
  }
  for (const _ of sorted) number(1);
  for (const t of sorted) number(t.data.length);
  // 0 says: right after the one before.
  for (let i = 0; i < sorted.length; i++) number(i === 0 ? 1 : 0);

  const dataAt = 127 + directory.length;
  const dataSize = sorted.reduce((n, t) => n + t.data.length, 0);
  const out = new Uint8Array(dataAt + dataSize);
  const view = new DataView(out.buffer);
  out.set(new TextEncoder().encode('PMTiles'), 0);
  out[7] = 3;
  const field = (offset: number, value: number) => view.setBigUint64(offset, BigInt(value), true);
  field(8, 127);
  field(16, directory.length);
  field(24, dataAt);
  field(32, 0);
  field(40, dataAt);
  field(48, 0);
  field(56, dataAt);
  field(64, dataSize);
  field(72, sorted.length);
  field(80, sorted.length);
  field(88, sorted.length);
  out[96] = 1; // clustered
  out[97] = 1; // directories: not compressed
  out[98] = 1; // tiles: not compressed
  out[99] = 2; // png
  out[100] = 0;
  out[101] = maxZoom;
  out.set(directory, 127);
  let at = dataAt;
  for (const t of sorted) {
    out.set(t.data, at);
    at += t.data.length;
  }
  return out;
}
