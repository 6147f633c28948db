/**
 * Writes one sheet archive into the origin's private file system. In a worker,
 * because only there every browser offers the sync access handle.
 */
export interface SaveOrder {
  readonly folder: string;
  readonly name: string;
  readonly url: string;
}

export type SaveAnswer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly bytes: number }
  /** No private file system here: the caller keeps the sheet in IndexedDB. */
  | { readonly kind: 'no-files' }
  | { readonly kind: 'failed'; readonly reason: 'no-space' | 'offline' | 'refused' | 'damaged' };

interface SyncHandle {
  write(data: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface SyncFile extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<SaveOrder>) => void) | null;
  postMessage(answer: SaveAnswer): void;
};

async function handleFor(order: SaveOrder): Promise<{ dir: FileSystemDirectoryHandle; handle: SyncHandle } | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const dir = await root.getDirectoryHandle(order.folder, { create: true });
    const file = (await dir.getFileHandle(order.name, { create: true })) as SyncFile;
    if (!file.createSyncAccessHandle) return null;
    return { dir, handle: await file.createSyncAccessHandle() };
  } catch {
    return null;
  }
}

async function save(order: SaveOrder): Promise<SaveAnswer> {
  const place = await handleFor(order);
  if (!place) return { kind: 'no-files' };
  const { dir, handle } = place;
  let open = true;
  const fail = async (reason: 'no-space' | 'offline' | 'refused' | 'damaged'): Promise<SaveAnswer> => {
    if (open) handle.close();
    await dir.removeEntry(order.name).catch(() => undefined);
    return { kind: 'failed', reason };
  };
  let response: Response;
  try {
    response = await fetch(order.url, { credentials: 'same-origin' });
  } catch {
    return fail('offline');
  }
  if (!response.ok || !response.body) return fail('refused');
  const total = Number(response.headers.get('Content-Length')) || 0;
  const reader = response.body.getReader();
  let done = 0;
  let told = 0;
  try {
    handle.truncate(0);
  } catch {
    return fail('refused');
  }
  for (;;) {
    let part: ReadableStreamReadResult<Uint8Array>;
    try {
      part = await reader.read();
    } catch {
      return fail('offline');
    }
    if (part.done) break;
    if (done === 0 && part.value.length >= 7 && new TextDecoder().decode(part.value.subarray(0, 7)) !== 'PMTiles') {
      return fail('damaged');
    }
    try {
      if (handle.write(part.value, { at: done }) !== part.value.length) return fail('no-space');
    } catch {
      return fail('no-space');
    }
    done += part.value.length;
    if (done - told > 256 * 1024) {
      told = done;
      scope.postMessage({ kind: 'progress', done, total });
    }
  }
  if (done === 0 || (total > 0 && done !== total && !response.headers.get('Content-Encoding'))) {
    return fail('damaged');
  }
  handle.flush();
  handle.close();
  open = false;
  return { kind: 'done', bytes: done };
}

scope.onmessage = (event) => {
  save(event.data).then(
    (answer) => scope.postMessage(answer),
    () => scope.postMessage({ kind: 'failed', reason: 'refused' }),
  );
};
