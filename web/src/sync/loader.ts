/** Hands the first load to a worker where there is one; a test, or a browser that refuses, does it here. */
import { Problem, Unreachable } from '@/api/client';
import type { Id } from '@/api/types';
import type { Line } from '@/db/announce';
import type { ProjectDb } from '@/db/db';
import { type Load, load, trim } from './load';
import type { LoadAnswer, LoadOrder } from './load.worker';

export async function loadAway(db: ProjectDb, line: Line, how: Load, says: (points: number) => void, signal: AbortSignal): Promise<void> {
  if (typeof Worker === 'undefined') return load(db, line, how, says, signal);
  await order({ kind: 'load', account: db.account, project: db.project, me: '', ...how }, says, signal);
}

export async function trimAway(db: ProjectDb, line: Line, how: Load, me: Id, signal: AbortSignal): Promise<void> {
  if (typeof Worker === 'undefined') return trim(db, line, how.keep, me);
  await order({ kind: 'trim', account: db.account, project: db.project, me, ...how }, () => undefined, signal);
}

function order(o: LoadOrder, says: (points: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./load.worker.ts', import.meta.url), { type: 'module' });
    const end = (how: () => void) => {
      worker.terminate();
      signal.removeEventListener('abort', stop);
      how();
    };
    const stop = () => end(() => reject(new DOMException('stopped', 'AbortError')));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    worker.onerror = () => end(() => reject(new Error('the loading worker broke')));
    worker.onmessage = (event: MessageEvent<LoadAnswer>) => {
      const a = event.data;
      if (a.kind === 'points') says(a.points);
      else if (a.kind === 'done') end(resolve);
      else if (a.kind === 'unreachable') end(() => reject(new Unreachable(a.why)));
      else if (a.kind === 'problem') end(() => reject(new Problem(a.status, a.code, [], a.retryAfter)));
      else end(() => reject(new Error(a.message)));
    };
    worker.postMessage(o);
  });
}
