/**
 * Sheets kept on the device: one PMTiles file per revision.
 *
 * The bytes lie in the origin's private file system, written by a worker
 * through a sync access handle (the only way that works in every browser);
 * where there is none, as one ArrayBuffer in IndexedDB. An index in IndexedDB
 * names what is complete: a file without an entry counts as not there.
 */
import { PMTiles, type RangeResponse, type Source } from 'pmtiles';
import { asked, FOLDER, folder, forgetSheet, type Saved, savedSheet, saysSaved, within } from './kept';
import type { SaveAnswer, SaveOrder } from './save.worker';
import type { TileLoader } from './types';

export { FOLDER, forgetSheet, forgetSheets, type Saved, savedSheets } from './kept';

export interface SaveRequest {
  readonly key: string;
  readonly project: string;
  readonly url: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Why a sheet could not be kept. */
export type SaveFailure = 'no-space' | 'offline' | 'refused' | 'damaged';

export class SaveError extends Error {
  constructor(readonly reason: SaveFailure) {
    super(reason);
  }
}

class BytesSource implements Source {
  constructor(
    private readonly key: string,
    private readonly read: (from: number, to: number) => Promise<ArrayBuffer>,
  ) {}
  getKey(): string {
    return this.key;
  }
  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    return { data: await this.read(offset, offset + length) };
  }
}

/** A kept sheet, ready to give tiles. */
export class SheetArchive {
  private readonly tiles: PMTiles;
  constructor(source: Source) {
    this.tiles = new PMTiles(source);
  }

  /** The tile's bytes; null where the archive has none (blank paper). */
  async tile(z: number, x: number, y: number, signal?: AbortSignal): Promise<Blob | null> {
    const found = await this.tiles.getZxy(z, x, y, signal);
    return found ? new Blob([found.data]) : null;
  }
}

/** Opens a kept sheet; null when it is not (or no longer) on the device. */
export async function openArchive(key: string): Promise<SheetArchive | null> {
  const entry = await savedSheet(key);
  if (!entry) return null;
  try {
    if (entry.where === 'opfs') {
      const handle = await (await folder()).getFileHandle(key);
      const file = await handle.getFile();
      if (file.size !== entry.bytes) throw new SaveError('damaged');
      return new SheetArchive(new BytesSource(key, (from, to) => file.slice(from, to).arrayBuffer()));
    }
    const bytes: ArrayBuffer | undefined = await within(['bytes'], 'readonly', (tx) => asked(tx.objectStore('bytes').get(key)));
    if (!bytes) throw new SaveError('damaged');
    return new SheetArchive(new BytesSource(key, (from, to) => Promise.resolve(bytes.slice(from, to))));
  } catch {
    // The browser dropped the file under the index: forget the entry, so it is fetched anew.
    await forgetSheet(key);
    return null;
  }
}

const running = new Map<string, Promise<Saved>>();

/** Puts a sheet on the device. Asked twice at a time, it is fetched once. */
export function saveSheet(request: SaveRequest): Promise<Saved> {
  const same = running.get(request.key);
  if (same) return same;
  const made = save(request).finally(() => running.delete(request.key));
  running.set(request.key, made);
  return made;
}

async function save(request: SaveRequest): Promise<Saved> {
  const known = await savedSheet(request.key);
  if (known) return known;
  const answer = await inWorker(request);
  let where: Saved['where'] = 'opfs';
  let bytes = 0;
  if (answer.kind === 'done') {
    bytes = answer.bytes;
  } else if (answer.kind === 'no-files') {
    where = 'idb';
    bytes = await saveInDatabase(request);
  } else {
    throw new SaveError(answer.kind === 'failed' ? answer.reason : 'refused');
  }
  const entry: Saved = { key: request.key, project: request.project, bytes, at: Date.now(), where };
  await within(['saved'], 'readwrite', (tx) => asked(tx.objectStore('saved').put(entry)));
  saysSaved();
  return entry;
}

function inWorker(request: SaveRequest): Promise<SaveAnswer> {
  if (typeof Worker === 'undefined' || !navigator.storage?.getDirectory) {
    return Promise.resolve({ kind: 'no-files' });
  }
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./save.worker.ts', import.meta.url), { type: 'module' });
    const end = (answer: SaveAnswer) => {
      worker.terminate();
      resolve(answer);
    };
    worker.onmessage = (event: MessageEvent<SaveAnswer>) => {
      if (event.data.kind === 'progress') request.onProgress?.(event.data.done, event.data.total);
      else end(event.data);
    };
    worker.onerror = () => end({ kind: 'no-files' });
    request.signal?.addEventListener('abort', () => end({ kind: 'failed', reason: 'offline' }));
    const order: SaveOrder = { folder: FOLDER, name: request.key, url: request.url };
    worker.postMessage(order);
  });
}

async function saveInDatabase(request: SaveRequest): Promise<number> {
  const init: RequestInit = { credentials: 'same-origin' };
  if (request.signal) init.signal = request.signal;
  const response = await fetch(request.url, init).catch(() => {
    throw new SaveError('offline');
  });
  if (!response.ok) throw new SaveError('refused');
  const bytes = await response.arrayBuffer();
  if (!isArchive(new Uint8Array(bytes, 0, Math.min(8, bytes.byteLength)))) {
    throw new SaveError('damaged');
  }
  try {
    await within(['bytes'], 'readwrite', (tx) => asked(tx.objectStore('bytes').put(bytes, request.key)));
  } catch {
    throw new SaveError('no-space');
  }
  return bytes.byteLength;
}

/** The first bytes of a PMTiles file, version 3. */
export function isArchive(head: Uint8Array): boolean {
  return head.length >= 8 && String.fromCharCode(...head.subarray(0, 7)) === 'PMTiles' && head[7] === 3;
}

export interface TileSourceOptions {
  /** The revision's id. */
  readonly key: string;
  /** Where a tile is online. */
  readonly url: (z: number, x: number, y: number) => string;
}

/**
 * Gives tiles from the device when the sheet is kept there, else from the
 * server. `use` switches over once the sheet has been saved.
 */
export function sheetTiles(options: TileSourceOptions): {
  load: TileLoader;
  use: (archive: SheetArchive | null) => void;
} {
  let archive: Promise<SheetArchive | null> = openArchive(options.key);
  const load: TileLoader = async (z, x, y, signal) => {
    const kept = await archive;
    if (kept) {
      const blob = await kept.tile(z, x, y, signal).catch(() => undefined);
      if (blob === null) return null;
      if (blob) return createImageBitmap(blob);
    }
    const response = await fetch(options.url(z, x, y), { signal, credentials: 'same-origin' });
    if (response.status === 204 || response.status === 404) return null;
    if (!response.ok) throw new Error(String(response.status));
    return createImageBitmap(await response.blob());
  };
  return {
    load,
    use: (next) => {
      archive = Promise.resolve(next);
    },
  };
}
