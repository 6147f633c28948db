/** Does the writes that a preview proposed, fifty at a time, and remembers how to take each back. */
import { call } from '@/api/client';
import { newId } from '@/api/id';

export interface Write {
  key: string;
  method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  path: string;
  body?: Record<string, unknown>;
  /** What it replaces, by the names of the body. Without it a new thing is deleted again. */
  back?: Record<string, unknown>;
}

export interface Applied {
  done: Set<string>;
  /** Why a write was refused, by its key. */
  refused: Map<string, string>;
  undo: Write[];
  /** The keys of those that were done only in part, or not: somebody changed something meanwhile, and that stays. */
  kept: string[];
}

interface Result {
  status: 'ok' | 'conflict' | 'rejected' | 'retry';
  code?: string;
  version?: number;
  retry_after?: number;
}

const atOnce = 50;
const tries = 6;

/** back is the write that takes another back. */
export function back(w: Write, version: number | undefined): Write {
  if (w.method === 'PATCH') return { key: w.key, method: 'PATCH', path: w.path, body: { ...w.back, base: version } };
  if (w.back) return { key: w.key, method: w.method === 'POST' ? 'POST' : 'PUT', path: w.path, body: w.back };
  return { key: w.key, method: 'DELETE', path: w.path };
}

export async function apply(
  writes: readonly Write[],
  says: (done: number) => void = () => undefined,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((r) => setTimeout(r, ms)),
): Promise<Applied> {
  const out: Applied = { done: new Set(), refused: new Map(), undo: [], kept: [] };
  const ids = new Map(writes.map((w) => [w, newId()])); // the same again on another try: nothing is done twice
  let left = [...writes];
  for (let turn = 0; left.length > 0; ) {
    const some = left.slice(0, atOnce);
    const mutations = some.map((w) => ({ id: ids.get(w), method: w.method, path: w.path, ...(w.body && { body: w.body }) }));
    const { results } = await call<{ results: Result[] }>('/mutations', { method: 'POST', body: { mutations }, timeout: 150_000 });
    const again: Write[] = [];
    let after = 0;
    some.forEach((w, i) => {
      const r = results[i];
      if (!r || r.status === 'retry') {
        again.push(w);
        after = Math.max(after, r?.retry_after ?? 0);
      } else if (r.status === 'ok') {
        out.done.add(w.key);
        out.undo.unshift(back(w, r.version));
      } else {
        if (r.status === 'conflict') out.kept.push(w.key);
        out.refused.set(w.key, r.code ?? (r.status === 'conflict' ? 'changed-meanwhile' : 'denied'));
      }
    });
    left = [...again, ...left.slice(some.length)];
    says(writes.length - left.length);
    if (again.length === some.length && ++turn >= tries) {
      for (const w of left) out.refused.set(w.key, 'busy');
      break;
    }
    if (again.length < some.length) turn = 0;
    if (again.length > 0) await wait(Math.max(after * 1000, 500 * 2 ** turn));
  }
  return out;
}
