/** Which sheets are on the device, and taking them off it: without what reads them, which is large. */

export interface Saved {
  readonly key: string;
  /** Whose sheet it is, so that a project can be taken off the device alone. */
  readonly project: string;
  readonly bytes: number;
  readonly at: number;
  readonly where: 'opfs' | 'idb';
}

const listeners = new Set<() => void>();

/** onSaved hears that a sheet was put on the device or taken off it, in this tab. */
export function onSaved(f: () => void): () => void {
  listeners.add(f);
  return () => listeners.delete(f);
}

export function saysSaved(): void {
  for (const f of listeners) f();
}

const DATABASE = 'plumbline-sheets';
export const FOLDER = 'sheets';

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('saved', { keyPath: 'key' });
    request.result.createObjectStore('bytes');
  };
  return asked(request);
}

export async function within<T>(stores: string[], mode: IDBTransactionMode, fn: (tx: IDBTransaction) => Promise<T>): Promise<T> {
  const db = await open();
  try {
    const tx = db.transaction(stores, mode);
    const done = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onerror = () => reject(tx.error);
      tx.onabort = () => reject(tx.error);
    });
    const value = await fn(tx);
    await done;
    return value;
  } finally {
    db.close();
  }
}

/** What is kept on this device; empty where storage is refused. */
export async function savedSheets(): Promise<Saved[]> {
  try {
    return await within(['saved'], 'readonly', (tx) => asked(tx.objectStore('saved').getAll()));
  } catch {
    return [];
  }
}
/** Takes one sheet off the device. */
export async function forgetSheet(key: string): Promise<void> {
  try {
    await within(['saved', 'bytes'], 'readwrite', async (tx) => {
      tx.objectStore('bytes').delete(key);
      await asked(tx.objectStore('saved').delete(key));
    });
    await (await folder()).removeEntry(key);
  } catch {
    // Nothing there, or no private file system: gone either way.
  }
  saysSaved();
}

/** Removes files that the index does not name: what a download left that was broken off. One that is being written is locked, and stays. */
export async function sweepSheets(): Promise<void> {
  try {
    const known = new Set((await savedSheets()).map((x) => x.key));
    const dir = (await folder()) as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
    const lost: string[] = [];
    for await (const name of dir.keys()) if (!known.has(name)) lost.push(name);
    for (const name of lost) await dir.removeEntry(name).catch(() => undefined);
  } catch {
    // No private file system here.
  }
}

/** Takes all sheets off the device, or those of one project: sign-out, lost access. */
export async function forgetSheets(project?: string): Promise<void> {
  for (const entry of await savedSheets()) {
    if (project === undefined || entry.project === project) await forgetSheet(entry.key);
  }
  if (project === undefined) {
    try {
      await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
    } catch {
      // No folder was ever made.
    }
  }
}

export async function savedSheet(key: string): Promise<Saved | undefined> {
  try {
    return await within(['saved'], 'readonly', (tx) => asked(tx.objectStore('saved').get(key)));
  } catch {
    return undefined;
  }
}

export async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}
