import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sheet } from '@/api/types';
import { type Around, choose, Keeper } from './keeper';

const kept = vi.hoisted(() => ({
  saved: new Map<string, number>(),
  fail: '' as string,
  stop: [] as (() => void)[],
  said: [] as (() => void)[],
}));

vi.mock('@/engines/plan/kept', () => ({
  savedSheets: async () => [...kept.saved].map(([key, bytes]) => ({ key, project: 'p', bytes, at: 0, where: 'opfs' })),
  forgetSheet: async (key: string) => {
    kept.saved.delete(key);
    for (const f of kept.said) f();
  },
  sweepSheets: async () => undefined,
  onSaved: (f: () => void) => {
    kept.said.push(f);
    return () => undefined;
  },
}));
vi.mock('@/engines/plan/archive', () => {
  class SaveError extends Error {
    constructor(readonly reason: string) {
      super(reason);
    }
  }
  return {
    SaveError,
    saveSheet: async ({ key, signal }: { key: string; signal: AbortSignal }) => {
      if (kept.fail) throw new SaveError(kept.fail);
      if (key === 'slow') await new Promise((_, no) => signal.addEventListener('abort', () => no(new SaveError('offline'))));
      kept.saved.set(key, 10);
    },
  };
});

const sheet = (id: string, revision = `${id}1`) => ({ id, revision: { id: revision, bytes: 10 }, revisions: [] }) as unknown as Sheet;

function around(sheets: Sheet[]) {
  const meta = new Map<string, unknown>();
  let changed = () => undefined as unknown;
  const open = {
    id: 'p',
    db: {
      meta: {
        get: async (k: string) => meta.get(k),
        put: async (row: { key: string }) => meta.set(row.key, row),
        delete: async (k: string) => meta.delete(k),
      },
    },
    pool: {
      list: () => sheets,
      subscribe: (f: () => unknown) => {
        changed = f;
        return () => undefined;
      },
    },
  } as unknown as Around;
  return { open, meta, sheets, changed: () => changed() };
}

const idle = (k: Keeper) => vi.waitFor(() => expect([...k.state().doing.values()].filter((d) => d.state !== 'failed')).toEqual([]));

beforeEach(() => {
  kept.saved.clear();
  kept.said.length = 0;
  kept.fail = '';
});

describe('choose', () => {
  it('takes one off a whole project and leaves the others', () => {
    expect(choose({ all: true, sheets: [] }, 'b', false, ['a', 'b', 'c'])).toEqual({ all: false, sheets: ['a', 'c'] });
    expect(choose({ all: false, sheets: ['a'] }, 'b', true, [])).toEqual({ all: false, sheets: ['a', 'b'] });
    expect(choose({ all: true, sheets: [] }, 'b', true, ['a'])).toEqual({ all: true, sheets: [] });
  });
});

describe('the keeper', () => {
  it('fetches what is chosen, a new revision too, and lets the old one go', async () => {
    const a = around([sheet('a'), sheet('b')]);
    const k = new Keeper(a.open);
    await k.start();
    await k.keep('a', true);
    await vi.waitFor(() => expect([...kept.saved.keys()]).toEqual(['a1']));
    await idle(k);
    a.sheets[0] = { ...sheet('a', 'a2'), revisions: [{ id: 'a2' }, { id: 'a1' }] } as unknown as Sheet;
    a.changed();
    await vi.waitFor(() => expect([...kept.saved.keys()]).toEqual(['a2']));
    await k.keep('a', false);
    expect(kept.saved.size).toBe(0);
    expect(a.meta.has('kept')).toBe(false);
  });

  it('remembers the choice', async () => {
    const a = around([sheet('a'), sheet('b')]);
    const k = new Keeper(a.open);
    await k.start();
    await k.keepAll(true);
    await vi.waitFor(() => expect(kept.saved.size).toBe(2));
    const again = new Keeper(a.open);
    await again.start();
    expect(again.state().choice.all).toBe(true);
    await again.keepAll(false);
    expect(kept.saved.size).toBe(0);
  });

  it('says why it failed, and tries again when told', async () => {
    const a = around([sheet('a')]);
    const k = new Keeper(a.open);
    await k.start();
    kept.fail = 'no-space';
    await k.keep('a', true);
    await vi.waitFor(() => expect(k.state().doing.get('a')).toEqual({ state: 'failed', reason: 'no-space' }));
    kept.fail = '';
    k.retry();
    await vi.waitFor(() => expect(kept.saved.has('a1')).toBe(true));
  });

  it('stops fetching what is no longer chosen', async () => {
    const a = around([sheet('a', 'slow')]);
    const k = new Keeper(a.open);
    await k.start();
    await k.keep('a', true);
    await vi.waitFor(() => expect(k.state().doing.get('a')?.state).toBe('saving'));
    await k.keep('a', false);
    await idle(k);
    expect(kept.saved.size).toBe(0);
  });
});
