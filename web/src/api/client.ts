/**
 * The one place that speaks HTTP. It returns data or throws one of two things:
 * `Problem` (the server answered, and said no) or `Unreachable` (nobody answered, or only a proxy did).
 */
import type { FieldConflict, FieldProblem, ProblemBody } from './types';

export class Problem extends Error {
  override name = 'Problem';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly fields: FieldProblem[] = [],
    readonly retryAfter = 0,
    readonly conflicts: FieldConflict[] = [],
  ) {
    super(`${status} ${code}`);
  }
}

export class Unreachable extends Error {
  override name = 'Unreachable';
  constructor(readonly why: string) {
    super(why);
  }
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  raw?: { data: BodyInit; type: string; headers?: Record<string, string> };
  mutationId?: string;
  signal?: AbortSignal;
  /** Milliseconds until the answer's start; raw uploads get longer. */
  timeout?: number;
}

export const base = '/api/v1';

/** Answers of a proxy or of a server going down: the same as nobody there. */
const nobody = new Set([502, 503, 504]);

/** call asks the server. Everything that waits for a network goes through here. */
export async function call<T>(path: string, ask: Ask = {}): Promise<T> {
  const res = await send(path, ask);
  if (res.status === 204 || res.status === 205) return undefined as T;
  const type = res.headers.get('content-type') ?? '';
  if (!type.includes('json')) throw new Unreachable('not-json');
  try {
    return (await res.json()) as T;
  } catch {
    throw new Unreachable('cut-off');
  }
}

/** send is call without reading the body: for downloads and event streams. */
export async function send(path: string, ask: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  let body: BodyInit | undefined;
  if (ask.raw) {
    Object.assign(headers, { 'Content-Type': ask.raw.type }, ask.raw.headers);
    body = ask.raw.data;
  } else if (ask.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(ask.body);
  }
  if (ask.mutationId) headers['Mutation-Id'] = ask.mutationId;
  const timeout = AbortSignal.timeout(ask.timeout ?? (ask.raw ? 300_000 : 30_000));
  const signal = ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout;
  let res: Response;
  try {
    res = await fetch(base + path, { method: ask.method ?? 'GET', headers, body, signal, credentials: 'same-origin', cache: 'no-store' });
  } catch (e) {
    if (ask.signal?.aborted) throw e;
    throw new Unreachable(timeout.aborted ? 'timeout' : 'network');
  }
  if (res.ok) return res;
  throw await problem(res);
}

async function problem(res: Response): Promise<Error> {
  let body: Partial<ProblemBody> = {};
  try {
    if ((res.headers.get('content-type') ?? '').includes('json')) body = (await res.json()) as Partial<ProblemBody>;
  } catch {
    // A body that cannot be read says no more than the status.
  }
  if (nobody.has(res.status) && !body.code) return new Unreachable(String(res.status));
  const after = body.retry_after ?? Number(res.headers.get('retry-after') ?? 0);
  return new Problem(
    res.status,
    body.code ?? `http-${res.status}`,
    body.fields ?? [],
    Number.isFinite(after) ? after : 0,
    body.conflicts ?? [],
  );
}
