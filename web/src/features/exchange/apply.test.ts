import { afterEach, expect, test, vi } from 'vitest';
import { apply, back, type Write } from './apply';

const write = (key: string, more: Partial<Write> = {}): Write => ({ key, method: 'PUT', path: `/p/${key}`, body: { name: key }, ...more });

afterEach(() => vi.unstubAllGlobals());

/** serve answers each batch with what `answer` says of a path. */
function serve(answer: (path: string, turn: number) => Record<string, unknown>) {
  const batches: { id: string; path: string }[][] = [];
  vi.stubGlobal(
    'fetch',
    vi.fn(async (_: string, init: RequestInit) => {
      const { mutations } = JSON.parse(String(init.body)) as { mutations: { id: string; path: string }[] };
      batches.push(mutations);
      return new Response(JSON.stringify({ results: mutations.map((m) => answer(m.path, batches.length)) }), {
        headers: { 'content-type': 'application/json' },
      });
    }),
  );
  return batches;
}

test('writes go fifty at a time, and each can be taken back', async () => {
  const batches = serve(() => ({ status: 'ok', version: 7 }));
  const seen: number[] = [];
  const all = Array.from({ length: 120 }, (_, i) => write(String(i)));
  const out = await apply(all, (n) => seen.push(n));
  expect(batches.map((b) => b.length)).toEqual([50, 50, 20]);
  expect(seen).toEqual([50, 100, 120]);
  expect(out.done.size).toBe(120);
  expect(out.undo[0]).toEqual({ key: '119', method: 'DELETE', path: '/p/119' });
});

test('a refused row is named, the others are done', async () => {
  serve((path) =>
    path === '/p/b' ? { status: 'rejected', code: 'too-long' } : path === '/p/c' ? { status: 'conflict' } : { status: 'ok', version: 2 },
  );
  const out = await apply([write('a'), write('b'), write('c')]);
  expect([...out.done]).toEqual(['a']);
  expect([...out.refused]).toEqual([
    ['b', 'too-long'],
    ['c', 'changed-meanwhile'],
  ]);
  expect(out.kept).toEqual(['c']);
});

test('what must be tried again keeps its id, so that it is done once', async () => {
  const batches = serve((path, turn) => (path === '/p/b' && turn === 1 ? { status: 'retry', retry_after: 1 } : { status: 'ok' }));
  const waits: number[] = [];
  const out = await apply([write('a'), write('b')], undefined, async (ms) => void waits.push(ms));
  expect(out.done.size).toBe(2);
  expect(batches[1]?.[0]?.id).toBe(batches[0]?.[1]?.id);
  expect(waits).toEqual([1000]);
});

test('a server that never answers is given up on', async () => {
  serve(() => ({ status: 'retry' }));
  const out = await apply([write('a')], undefined, async () => undefined);
  expect(out.refused.get('a')).toBe('busy');
});

test('a change goes back on the version that it made', () => {
  expect(back(write('a', { method: 'PATCH', back: { name: 'was' } }), 4)).toEqual({
    key: 'a',
    method: 'PATCH',
    path: '/p/a',
    body: { name: 'was', base: 4 },
  });
  expect(back(write('a', { method: 'POST', back: { list_id: 'x' } }), 4)).toEqual({
    key: 'a',
    method: 'POST',
    path: '/p/a',
    body: { list_id: 'x' },
  });
  expect(back(write('a', { back: { level: 'guest' } }), 4)).toEqual({ key: 'a', method: 'PUT', path: '/p/a', body: { level: 'guest' } });
});
