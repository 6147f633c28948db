/** The first load of a project, off the screen's thread: twenty thousand rows take seconds to write. */
import { Problem, Unreachable } from '@/api/client';
import type { Id } from '@/api/types';
import { Line } from '@/db/announce';
import { ProjectDb } from '@/db/db';
import { load, trim } from './load';

export interface LoadOrder {
  readonly kind: 'load' | 'trim';
  readonly account: Id;
  readonly project: Id;
  readonly me: Id;
  readonly pageSize: number;
  readonly keep: number;
}

export type LoadAnswer =
  | { readonly kind: 'points'; readonly points: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'problem'; readonly status: number; readonly code: string; readonly retryAfter: number }
  | { readonly kind: 'failed'; readonly message: string };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<LoadOrder>) => void) | null;
  postMessage(answer: LoadAnswer): void;
};

async function run(o: LoadOrder): Promise<LoadAnswer> {
  const db = new ProjectDb(o.account, o.project);
  const line = new Line(db.name);
  try {
    if (o.kind === 'load') await load(db, line, o, (points) => scope.postMessage({ kind: 'points', points }));
    else await trim(db, line, o.keep, o.me);
    return { kind: 'done' };
  } catch (e) {
    if (e instanceof Unreachable) return { kind: 'unreachable', why: e.why };
    if (e instanceof Problem) return { kind: 'problem', status: e.status, code: e.code, retryAfter: e.retryAfter };
    return { kind: 'failed', message: e instanceof Error ? e.name : 'unknown' };
  } finally {
    line.close();
    db.close();
  }
}

scope.onmessage = (event) => {
  void run(event.data).then((answer) => scope.postMessage(answer));
};
