import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, Problem, Unreachable } from './client';
import { type Event, listen } from './events';
import { newId } from './id';

afterEach(() => vi.unstubAllGlobals());
const answer = (make: () => Response | Promise<Response>) => vi.stubGlobal('fetch', vi.fn(make));
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } });

describe('call', () => {
  it('answers data, and nothing for 204', async () => {
    answer(() => json(200, { a: 1 }));
    expect(await call('/x')).toEqual({ a: 1 });
    answer(() => new Response(null, { status: 204 }));
    expect(await call('/x')).toBeUndefined();
  });
  it('throws what the server says no with', async () => {
    answer(() => json(422, { code: 'invalid', fields: [{ path: 'password', code: 'too-short' }] }, { 'retry-after': '7' }));
    await expect(call('/x')).rejects.toMatchObject({
      status: 422,
      code: 'invalid',
      retryAfter: 7,
      fields: [{ path: 'password', code: 'too-short' }],
    });
  });
  it.each([
    ['no network', () => Promise.reject(new TypeError('failed'))],
    ['a proxy without a server', () => new Response('<html>', { status: 502 })],
    ['a login page of a hotel', () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } })],
    ['a cut answer', () => new Response('{"a":', { status: 200, headers: { 'content-type': 'application/json' } })],
  ])('takes %s for nobody there', async (_, make) => {
    answer(make as () => Response);
    await expect(call('/x')).rejects.toBeInstanceOf(Unreachable);
  });
  it('takes a busy server of ours for a server', async () => {
    answer(() => json(503, { code: 'busy' }));
    await expect(call('/x')).rejects.toBeInstanceOf(Problem);
  });
  it('sends the mutation id', async () => {
    answer(() => json(200, {}));
    await call('/x', { method: 'PUT', raw: { data: 'x', type: 'image/jpeg' }, mutationId: 'm' });
    expect(vi.mocked(fetch).mock.calls[0]?.[1]?.headers).toMatchObject({ 'Mutation-Id': 'm', 'Content-Type': 'image/jpeg' });
  });
});

describe('listen', () => {
  const stream = (...chunks: string[]) =>
    new Response(
      new ReadableStream({
        start(c) {
          for (const x of chunks) c.enqueue(new TextEncoder().encode(x));
          c.close();
        },
      }),
    );
  it('reads events however they are cut, and leaves pings out', async () => {
    answer(() => stream(': open\n\nevent: mo', 're\ndata: {}\n\n: ping\n', '\nevent: progress\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'));
    const got: Event[] = [];
    await listen('/e', new AbortController().signal, (e) => got.push(e));
    expect(got).toEqual([
      { name: 'more', data: '{}' },
      { name: 'progress', data: '{"a":\n1}' },
    ]);
  });
  it('ends quietly when it is told to, and loudly when the line goes dead', async () => {
    const hang = () => new Response(new ReadableStream({}));
    answer(hang);
    const stop = new AbortController();
    const done = listen('/e', stop.signal, () => {});
    stop.abort();
    await done;
    answer(hang);
    vi.useFakeTimers();
    const dead = expect(listen('/e', new AbortController().signal, () => {}, undefined, 50)).rejects.toBeInstanceOf(Unreachable);
    await vi.advanceTimersByTimeAsync(60);
    vi.useRealTimers();
    await dead;
  });
});

describe('newId', () => {
  it('is a UUIDv7 and keeps the order of making within one millisecond', () => {
    const ids = Array.from({ length: 3000 }, () => newId(1_700_000_000_000));
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
