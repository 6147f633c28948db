import Dexie from 'dexie';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@/api/id';
import type { MutationBody, MutationResult, Point } from '@/api/types';
import { Line } from '@/db/announce';
import { ProjectDb } from '@/db/db';
import { Engine, type Locks, type Settings } from './engine';
import { discard, record, retry } from './journal';
import { progress } from './pull';
import { counts, status } from './status';

/**
 * A small server with the real one's rules: mutations by id are remembered, a patch merges by field against its base, reads come by
 * number. Faults are put in where a test wants them.
 */
class FakeServer {
  points = new Map<string, Point & { versions: Record<string, number> }>();
  log: { n: number; id: string; gone?: boolean }[] = [];
  seen = new Map<string, MutationResult>();
  photos = new Map<string, number>();
  photoMutations: string[] = [];
  batches: MutationBody[][] = [];
  order: string[] = [];
  cutAnswers = 0;
  down = false;
  signedOut = false;
  startOver = false;
  forbid: ((m: MutationBody) => Partial<MutationResult> | undefined) | undefined;

  put(p: Partial<Point> & { id: string }): void {
    const old = this.points.get(p.id);
    const version = (old?.version ?? 0) + 1;
    const versions = { ...old?.versions };
    for (const k of Object.keys(p)) versions[k] = version;
    this.points.set(p.id, { ...blank(p.id), ...old, ...p, version, versions });
    this.log.push({ n: this.log.length + 1, id: p.id });
  }

  remove(id: string): void {
    this.points.delete(id);
    this.log.push({ n: this.log.length + 1, id, gone: true });
  }

  run(m: MutationBody): MutationResult {
    const before = this.seen.get(m.id);
    // Memory keeps what came of a write, not what was answered.
    if (before) return { ...before, body: { id: before.thing_id, version: before.version } };
    const refused = this.forbid?.(m);
    if (refused) return { id: m.id, status: 'rejected', http: 403, ...refused };
    const id = m.path.split('/')[6] ?? '';
    const body = (m.body ?? {}) as Record<string, unknown> & { base?: number };
    const now = this.points.get(id);
    let r: MutationResult;
    if (m.method === 'PUT' && m.path.includes('/comments/')) {
      if (!now) r = { id: m.id, status: 'rejected', http: 404, code: 'not-found' };
      else {
        const comment = { id: m.path.split('/')[8] ?? '', text: String(body.text), author_id: 'me', at: '2026-11-22T10:00:00Z' };
        this.put({ id, comments: [...now.comments, comment] });
        r = { id: m.id, status: 'ok', http: 201, thing_id: comment.id, version: this.points.get(id)?.version };
      }
    } else if (m.method === 'PUT') {
      if (!now) this.put({ ...(body as Partial<Point>), id, number: `C-${this.points.size + 1}` });
      r = { id: m.id, status: 'ok', http: now ? 200 : 201, thing_id: id, version: this.points.get(id)?.version };
    } else if (m.method === 'PATCH' && now) {
      const { base, ...fields } = body;
      const lost = Object.keys(fields).filter((k) => (now.versions[k] ?? 0) > (base ?? 0));
      const taken = Object.fromEntries(Object.entries(fields).filter(([k]) => !lost.includes(k)));
      if (Object.keys(taken).length > 0) this.put({ ...taken, id });
      const after = this.points.get(id);
      const conflicts = lost.map((field) => ({
        field,
        theirs: now[field as keyof Point],
        mine: fields[field],
        version: now.version,
        actor_id: 'other',
        at: '2026-11-22T10:00:00Z',
      }));
      r = { id: m.id, status: lost.length > 0 ? 'conflict' : 'ok', http: 200, thing_id: id, version: after?.version, conflicts };
    } else if (m.method === 'DELETE' && now) {
      this.remove(id);
      r = { id: m.id, status: 'ok', http: 204, thing_id: id };
    } else r = { id: m.id, status: 'rejected', http: 404, code: 'not-found' };
    this.seen.set(m.id, r);
    return r;
  }

  handlers() {
    const at = 'http://localhost/api/v1';
    const gate = () => {
      if (this.down) return HttpResponse.error();
      if (this.signedOut) return HttpResponse.json({ status: 401, code: 'unauthenticated' }, { status: 401 });
      return undefined;
    };
    const bare = (p: Point & { versions?: unknown }) => {
      const { versions: _, ...rest } = p;
      return rest;
    };
    return [
      http.post(`${at}/mutations`, async ({ request }) => {
        const no = gate();
        if (no) return no;
        const { mutations } = (await request.json()) as { mutations: MutationBody[] };
        this.batches.push(mutations);
        this.order.push(...mutations.map((m) => `${m.method} ${m.path.split('/').slice(5).join('/')}`));
        const results = mutations.map((m) => this.run(m));
        if (this.cutAnswers-- > 0) return HttpResponse.error();
        return HttpResponse.json({ results });
      }),
      http.put(`${at}/projects/:p/points/:point/photos/:photo`, async ({ request, params }) => {
        const no = gate();
        if (no) return no;
        const point = this.points.get(String(params.point));
        if (!point) return HttpResponse.json({ status: 404, code: 'not-found' }, { status: 404 });
        const photo = String(params.photo);
        this.order.push(`PUT photo ${photo}`);
        this.photoMutations.push(request.headers.get('mutation-id') ?? '');
        this.photos.set(photo, (await request.arrayBuffer()).byteLength);
        if (!point.photos.some((x) => x.id === photo))
          this.put({
            id: point.id,
            photos: [...point.photos, { id: photo, width: 10, height: 10, taken_at: null, author_id: 'me', at: '2026-11-22T10:00:00Z' }],
          });
        if (this.cutAnswers-- > 0) return HttpResponse.error();
        return HttpResponse.json({ id: photo }, { status: 201 });
      }),
      http.get(`${at}/projects/:p/snapshot`, ({ request }) => {
        const no = gate();
        if (no) return no;
        const limit = Number(new URL(request.url).searchParams.get('limit'));
        const from = Number(new URL(request.url).searchParams.get('page') ?? 0);
        const all = [...this.points.values()];
        const next = from + limit < all.length ? String(from + limit) : null;
        const things = from === 0 ? { statuses: [], people: [] } : {};
        return HttpResponse.json({
          cursor: String(this.log.length),
          next,
          things: { ...things, points: all.slice(from, from + limit).map(bare) },
        });
      }),
      http.get(`${at}/projects/:p/changes`, ({ request }) => {
        const no = gate();
        if (no) return no;
        const since = Number(new URL(request.url).searchParams.get('cursor'));
        if (this.startOver) {
          this.startOver = false;
          return HttpResponse.json({ cursor: '', more: false, start_over: true, things: {}, gone: [], entries: [] });
        }
        const ids = [...new Set(this.log.filter((l) => l.n > since).map((l) => l.id))];
        return HttpResponse.json({
          cursor: String(this.log.length),
          more: false,
          start_over: false,
          things: { points: ids.flatMap((id) => this.points.get(id) ?? []).map(bare) },
          gone: ids.filter((id) => !this.points.has(id)).map((id) => ({ kind: 'point', id })),
          entries: [],
        });
      }),
      http.get(
        `${at}/projects/:p/events`,
        () => gate() ?? new HttpResponse(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
      ),
    ];
  }
}

function blank(id: string): Point {
  const may = { edit: true, status: true, comment: true, photo: true, delete: true, reserved: false };
  const at = '2026-11-22T09:00:00Z';
  const none = { category_id: null, location_id: null, due: null, closed_at: null, pin: null, number: null, sequence: null };
  const lists = { in_charge: [], photos: [], comments: [], related_ids: [], parent_id: null };
  return {
    ...none,
    ...lists,
    id,
    project_id: 'p',
    list_id: 'l',
    version: 1,
    subject: '',
    description: '',
    status_id: 's',
    urgent: false,
    author_id: 'me',
    created_at: at,
    changed_at: at,
    may,
  };
}

let server: FakeServer;
let db: ProjectDb;
let line: Line;
const engines: Engine[] = [];
const msw = setupServer();
const alone: Locks = { request: (_n, _o, work) => work({}) };
const quick = { first: 5, longest: 20, idle: 50, pageSize: 3 };

function engine(settings: Partial<Settings> = {}): Engine {
  const e = new Engine(db, line, { ...quick, ...settings }, alone);
  engines.push(e);
  return e;
}

const path = (id: string) => `/projects/p/points/${id}`;

function create(id: string, fields: Record<string, unknown> = {}): Promise<void> {
  const body = { subject: 'Crack', ...fields };
  return record(db, line, [
    { kind: 'points', thing: id, method: 'PUT', path: path(id), body, op: { type: 'put', value: { ...blank(id), ...body, version: 0 } } },
  ]);
}

function patch(id: string, fields: Record<string, unknown>, base?: number): Promise<void> {
  return record(db, line, [{ kind: 'points', thing: id, method: 'PATCH', path: path(id), op: { type: 'patch', fields }, base }]);
}

function comment(id: string, text: string): Promise<void> {
  const c = { id: newId(), text, author_id: 'me', at: '' };
  return record(db, line, [
    {
      kind: 'points',
      thing: id,
      method: 'PUT',
      path: `${path(id)}/comments/${c.id}`,
      body: { text },
      op: { type: 'add-comment', comment: c },
    },
  ]);
}

function photo(id: string): Promise<void> {
  const ph = { id: newId(), width: 1, height: 1, taken_at: null, author_id: 'me', at: '' };
  const blob = { id: ph.id, data: new Uint8Array([1, 2, 3]).buffer, type: 'image/jpeg' };
  return record(db, line, [
    { kind: 'points', thing: id, method: 'PUT', path: `${path(id)}/photos/${ph.id}`, blob, op: { type: 'add-photo', photo: ph } },
  ]);
}

const row = (id: string) => db.table('points').get(id) as Promise<(Point & { _pending?: string }) | undefined>;

// Relative addresses need a page; in Node there is none.
const realFetch = globalThis.fetch;
beforeAll(() => {
  msw.listen({ onUnhandledFrame: 'error' } as never);
  const intercepted = globalThis.fetch;
  globalThis.fetch = ((at: string, init?: RequestInit) => intercepted(`http://localhost${at}`, init)) as typeof fetch;
});
afterAll(() => {
  globalThis.fetch = realFetch;
  msw.close();
});
beforeEach(() => {
  server = new FakeServer();
  msw.resetHandlers(...server.handlers());
  db = new ProjectDb(newId(), 'p');
  line = new Line(db.name);
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((e) => e.stop()));
  line.close();
  db.close();
  await Dexie.delete(db.name);
});

describe('what is written here', () => {
  it('stands on the screen and in the outbox at once, and survives closing', async () => {
    const id = newId();
    await create(id);
    expect(await row(id)).toMatchObject({ subject: 'Crack', number: null, _pending: 'waiting' });
    expect(await db.outbox.count()).toBe(1);
    db.close();
    db = new ProjectDb(db.account, 'p');
    expect(await row(id)).toMatchObject({ subject: 'Crack', _pending: 'waiting' });
    expect(await db.outbox.count()).toBe(1);
  });

  it('is one change while unsent: later edits go into it, with the first base', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    await engine().round();
    await patch(id, { subject: 'B' });
    await patch(id, { due: '2026-12-01' });
    await patch(id, { subject: 'C' });
    const entries = await db.outbox.toArray();
    expect(entries.map((e) => e.body)).toEqual([{ base: 1, subject: 'C', due: '2026-12-01' }]);
  });

  it('goes into the creation while that is unsent', async () => {
    const id = newId();
    await create(id);
    await patch(id, { subject: 'Long crack' });
    expect((await db.outbox.toArray()).map((e) => e.body)).toEqual([{ subject: 'Long crack' }]);
  });

  it("goes to another list: at once while unsent, once however often one changed one's mind", async () => {
    const move = (id: string, list_id: string) =>
      record(db, line, [
        { kind: 'points', thing: id, method: 'POST', path: `${path(id)}/move`, body: { list_id }, op: { type: 'move', list_id } },
      ]);
    await create('a', { list_id: 'l' });
    await move('a', 'm');
    expect((await db.outbox.toArray()).map((e) => [e.method, e.body?.list_id])).toEqual([['PUT', 'm']]);
    await db.table('points').put({ ...blank('b'), number: 'C-1.7' });
    await move('b', 'm');
    await move('b', 'n');
    const moved = await db.table('points').get('b');
    expect([moved?.list_id, moved?.number, moved?._pending]).toEqual(['n', null, 'waiting']);
    expect((await db.outbox.toArray()).map((e) => [e.path, e.body?.list_id])).toEqual([
      [path('a'), 'm'],
      [`${path('b')}/move`, 'n'],
    ]);
  });
  it('deletes without a trace what the server never heard of', async () => {
    const id = newId();
    await create(id);
    await photo(id);
    await record(db, line, [{ kind: 'points', thing: id, method: 'DELETE', path: path(id), op: { type: 'delete' } }]);
    expect([await row(id), await db.outbox.count(), await db.blobs.count()]).toEqual([undefined, 0, 0]);
  });
});

describe('sending', () => {
  it('sends the point before its photo, and both once when answers are lost', async () => {
    const id = newId();
    await create(id);
    await photo(id);
    const e = engine();
    server.cutAnswers = 1;
    await expect(e.round()).rejects.toThrow('network');
    expect(await db.outbox.count()).toBe(2);
    server.cutAnswers = 1;
    await expect(e.round()).rejects.toThrow('network');
    await e.round();
    expect(server.points.size).toBe(1);
    expect(server.photos.size).toBe(1);
    expect([...server.photos.values()]).toEqual([3]);
    expect(new Set(server.photoMutations)).toEqual(new Set([expect.stringMatching(/^[0-9a-f-]{36}$/)]));
    expect(server.order.findIndex((o) => o.startsWith('PUT points'))).toBeLessThan(
      server.order.findIndex((o) => o.startsWith('PUT photo')),
    );
    expect(await db.outbox.count()).toBe(0);
    const now = await row(id);
    expect(now).toMatchObject({ number: 'C-1' });
    expect(now?._pending).toBeUndefined();
    expect(now?.photos).toHaveLength(1);
    expect([await db.blobs.count(), await db.photos.count()]).toEqual([0, 1]);
  });

  it('keeps the whole thing when a repeated change is answered from memory', async () => {
    const id = newId();
    await create(id);
    const e = engine();
    server.cutAnswers = 1;
    await expect(e.push()).rejects.toThrow();
    await e.push();
    expect(await row(id)).toMatchObject({ subject: 'Crack', version: 1, photos: [] });
  });

  it('sends the same mutation again after a lost answer, not a changed one', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    const e = engine();
    await e.round();
    await patch(id, { subject: 'B' });
    server.cutAnswers = 1;
    await expect(e.round()).rejects.toThrow();
    await patch(id, { subject: 'C' });
    await e.round();
    expect(server.batches[0]?.[0]).toEqual(server.batches[1]?.[0]);
    expect(server.points.get(id)?.subject).toBe('C');
    expect(await db.conflicts.count()).toBe(0);
    expect(await db.outbox.count()).toBe(0);
  });

  it('does not conflict with itself but does with others, when an edit followed a sent one', async () => {
    const id = newId();
    server.put({ id, subject: 'A', description: 'old' });
    const e = engine();
    await e.round();
    await patch(id, { subject: 'B' });
    server.cutAnswers = 1;
    await expect(e.round()).rejects.toThrow();
    server.put({ id, description: 'theirs' });
    await patch(id, { subject: 'C', description: 'mine' });
    await e.round();
    expect(server.points.get(id)).toMatchObject({ subject: 'C', description: 'theirs' });
    expect(await db.conflicts.toArray()).toMatchObject([{ field: 'description', theirs: 'theirs', mine: 'mine' }]);
  });

  it('sends at most fifty at a time, in the order written', async () => {
    const ids = Array.from({ length: 120 }, () => newId());
    for (const id of ids) await create(id);
    await engine().round();
    expect(server.batches.map((b) => b.length)).toEqual([50, 50, 20]);
    expect(server.batches.flat().map((m) => m.path.split('/')[6])).toEqual(ids);
  });

  it('keeps everything when signed out, and sends it after', async () => {
    const id = newId();
    await create(id);
    server.signedOut = true;
    const e = engine();
    e.begin();
    await until(() => e.state.signedOut);
    expect(await db.outbox.count()).toBe(1);
    expect(status(await counts(db), e.state)).toMatchObject({ state: 'attention', waiting: 1, signedOut: true });
    server.signedOut = false;
    e.nudge(true);
    await until(async () => (await db.outbox.count()) === 0);
    expect(server.points.size).toBe(1);
  });

  it('knows that it is offline though the browser says online, and comes back by itself', async () => {
    await create(newId());
    server.down = true;
    const e = engine();
    e.begin();
    await until(() => !e.state.online);
    expect(status(await counts(db), e.state)).toMatchObject({ state: 'offline', waiting: 1 });
    server.down = false;
    await until(async () => (await db.outbox.count()) === 0 && e.state.online);
    expect(status(await counts(db), e.state).state).toBe('saved');
  });
});

describe('the server says no', () => {
  it('keeps a refused creation on the screen, holds what belongs to it, lets others pass', async () => {
    const [bad, good] = [newId(), newId()];
    server.forbid = (m) => (m.path.includes(bad) ? { code: 'needs-contributor' } : undefined);
    await create(bad);
    await photo(bad);
    await create(good);
    const e = engine();
    await e.round();
    expect(server.points.has(good)).toBe(true);
    expect(await row(bad)).toMatchObject({ subject: 'Crack', _pending: 'rejected' });
    expect(status(await counts(db), e.state)).toMatchObject({ state: 'attention', rejected: 1, waiting: 1 });
    const refused = await db.outbox.where('state').equals('rejected').first();
    server.forbid = undefined;
    await retry(db, line, refused?.seq ?? 0);
    await e.round();
    expect([server.points.has(bad), server.photos.size, await db.outbox.count()]).toEqual([true, 1, 0]);
  });

  it('takes a refused edit off the screen and keeps it until it is discarded', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    const e = engine();
    await e.round();
    server.forbid = () => ({ code: 'needs-contributor' });
    await patch(id, { subject: 'B' });
    expect((await row(id))?.subject).toBe('B');
    await e.round();
    expect(await row(id)).toMatchObject({ subject: 'A', _pending: 'rejected' });
    const refused = await db.outbox.toArray();
    expect(refused).toMatchObject([{ state: 'rejected', code: 'needs-contributor', op: { fields: { subject: 'B' } } }]);
    await discard(db, line, refused[0]?.seq ?? 0);
    expect((await row(id))?._pending).toBeUndefined();
    expect(await db.outbox.count()).toBe(0);
  });

  it('treats a conflict that changed nothing as refused', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    const e = engine();
    await e.round();
    server.forbid = () => ({ status: 'conflict', http: 409, code: 'in-use' });
    await record(db, line, [{ kind: 'points', thing: id, method: 'DELETE', path: path(id), op: { type: 'delete' } }]);
    expect(await row(id)).toBeUndefined();
    await e.round();
    expect(await row(id)).toMatchObject({ subject: 'A', _pending: 'rejected' });
  });

  it('does not let one change that breaks the server hold the others for ever', async () => {
    const [bad, good] = [newId(), newId()];
    server.forbid = (m) => (m.path.includes(bad) ? { status: 'retry', http: 500, code: 'internal' } : undefined);
    await create(bad);
    await create(good);
    const e = engine();
    for (let i = 0; i < 8; i++) await e.round();
    expect(server.points.has(good)).toBe(true);
    expect(await db.outbox.toArray()).toMatchObject([{ thing: bad, state: 'rejected' }]);
  });
});

describe('two people', () => {
  it('merges different fields', async () => {
    const id = newId();
    server.put({ id, subject: 'A', description: 'a' });
    const e = engine();
    await e.round();
    await patch(id, { subject: 'mine' });
    server.put({ id, description: 'theirs' });
    await e.round();
    expect(await row(id)).toMatchObject({ subject: 'mine', description: 'theirs' });
    expect(await db.conflicts.count()).toBe(0);
  });

  it('shows a conflict with both values; "mine" writes on the version shown', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    const e = engine();
    await e.round();
    await patch(id, { subject: 'mine', due: '2026-12-01' });
    server.put({ id, subject: 'theirs' });
    await e.round();
    expect(await row(id)).toMatchObject({ subject: 'theirs', due: '2026-12-01' });
    const [c] = await db.conflicts.toArray();
    expect(c).toMatchObject({ field: 'subject', theirs: 'theirs', mine: 'mine', actor_id: 'other' });
    await db.conflicts.clear();
    await patch(id, { subject: 'mine' }, c?.version);
    await e.round();
    // Our own due date came between, so the base is older than the newest version; the field itself was not touched since.
    expect(server.points.get(id)?.subject).toBe('mine');
  });

  it('lays what waits on top of what comes', async () => {
    const id = newId();
    server.put({ id, subject: 'A', description: 'a' });
    const e = engine();
    await e.round();
    server.forbid = () => ({ status: 'retry', http: 503 });
    await comment(id, 'hello');
    await patch(id, { subject: 'mine' });
    server.put({ id, subject: 'theirs', description: 'b' });
    await e.round();
    const now = await row(id);
    expect(now).toMatchObject({ subject: 'mine', description: 'b', _pending: 'waiting' });
    expect(now?.comments.map((c) => c.text)).toEqual(['hello']);
    server.forbid = undefined;
    await e.round();
    expect((await row(id))?.comments.map((c) => c.text)).toEqual(['hello']);
  });

  it('purges what is gone, with its pictures', async () => {
    const id = newId();
    server.put({ id, subject: 'A', photos: [{ id: 'f', width: 1, height: 1, taken_at: null, author_id: 'x', at: '' }] });
    const e = engine();
    await e.round();
    await db.photos.put({ key: 'f/thumb', photo: 'f', data: new ArrayBuffer(1), type: 'image/jpeg', used: 1 });
    server.remove(id);
    await e.round();
    expect([await row(id), await db.photos.count()]).toEqual([undefined, 0]);
  });
});

describe('the first load', () => {
  it('takes the pages of a snapshot and goes on where it was cut', async () => {
    for (let i = 0; i < 8; i++) server.put({ id: newId(), subject: `p${i}` });
    const e = engine();
    let pages = 0;
    msw.use(
      http.get('http://localhost/api/v1/projects/:p/snapshot', () => {
        if (++pages === 2) return HttpResponse.error();
        return undefined;
      }),
    );
    await expect(e.round()).rejects.toThrow();
    expect(await db.table('points').count()).toBe(3);
    const late = newId();
    server.put({ id: late, subject: 'late' });
    await e.round();
    expect(await db.table('points').count()).toBe(9);
    expect((await row(late))?.subject).toBe('late');
  });

  it("keeps the share of a device of a large project, and what is the viewer's", async () => {
    const [old, mine] = [newId(), newId()];
    for (let i = 0; i < 9; i++) server.put({ id: i === 8 ? old : newId(), subject: `p${i}` });
    server.put({ id: mine, subject: 'mine' });
    msw.use(
      http.get('http://localhost/api/v1/projects/:p/points', () => {
        const { versions: _, ...point } = server.points.get(mine) as Point & { versions: unknown };
        return HttpResponse.json({ items: [point], next: null, total: { n: 1, more: false } });
      }),
    );
    const e = engine({ keep: 4 });
    await e.round();
    expect((await progress(db))?.part).toBe(true);
    expect(await db.table('points').count()).toBe(7); // two pages of three, and the viewer's own
    expect((await row(mine))?.subject).toBe('mine');
    expect(await row(old)).toBeUndefined();
    server.put({ id: old, subject: 'changed' });
    await e.round();
    expect((await row(old))?.subject).toBe('changed');
  });

  it('throws the oldest away when a device holds twice its share, and keeps what waits', async () => {
    const all = Array.from({ length: 9 }, () => newId());
    for (const [i, id] of all.entries()) server.put({ id, subject: `p${i}`, changed_at: `2026-11-0${i + 1}T09:00:00Z` });
    const e = engine({ keep: 9 });
    await e.round();
    server.forbid = () => ({ status: 'retry', http: 503 });
    await record(db, line, [
      {
        kind: 'points',
        thing: all[0] as string,
        method: 'PATCH',
        path: '/projects/p/points/x',
        op: { type: 'patch', fields: { subject: 'mine' } },
      },
    ]);
    const small = engine({ keep: 4 });
    await small.round();
    const left = (await db.table('points').toCollection().primaryKeys()) as string[];
    expect(left.sort()).toEqual([all[0], ...all.slice(5)].sort());
    expect((await progress(db))?.part).toBe(true);
  });

  it('starts over when told, and keeps the outbox', async () => {
    const [old, mine] = [newId(), newId()];
    server.put({ id: old, subject: 'A' });
    const e = engine();
    await e.round();
    server.points.delete(old);
    server.startOver = true;
    server.forbid = () => ({ status: 'retry', http: 503 });
    await create(mine);
    await e.round();
    expect(await row(old)).toBeUndefined();
    expect(await row(mine)).toMatchObject({ subject: 'Crack', _pending: 'waiting' });
    expect(await db.outbox.count()).toBe(1);
  });

  it('does not put an older row over a newer one', async () => {
    const id = newId();
    server.put({ id, subject: 'A' });
    const e = engine();
    await e.round();
    await patch(id, { subject: 'B' });
    await e.push();
    const stale = { ...blank(id), subject: 'A', version: 1 };
    const { take } = await import('./pull');
    await take(db, line, { things: { points: [stale] }, progress: { cursor: '1', next: null, whole: true, points: 1 } });
    expect((await row(id))?.subject).toBe('B');
  });
});

describe('two tabs', () => {
  it('one leads and sends; what the other writes is sent once; the next leads when the first closes', async () => {
    const first = new Engine(db, line, quick);
    const db2 = new ProjectDb(db.account, 'p');
    const line2 = new Line(db2.name);
    const second = new Engine(db2, line2, quick);
    first.begin();
    await until(() => first.leading);
    second.begin();
    await until(() => second.state.syncedAt !== null);
    expect(second.leading).toBe(false);
    const id = newId();
    await record(db2, line2, [
      {
        kind: 'points',
        thing: id,
        method: 'PUT',
        path: path(id),
        body: { subject: 'two' },
        op: { type: 'put', value: { ...blank(id), subject: 'two' } },
      },
    ]);
    await until(() => server.points.has(id));
    await until(async () => (await db2.outbox.count()) === 0);
    expect(server.batches.flat().filter((m) => m.path.includes(id))).toHaveLength(1);
    await first.stop();
    await until(() => second.leading);
    await second.stop();
    line2.close();
    db2.close();
  });
});

describe('the database', () => {
  it('reopens when the browser closed it', async () => {
    const id = newId();
    await db.open();
    db.close();
    await create(id);
    expect(await row(id)).toBeDefined();
  });

  it('keeps the outbox over an upgrade of the schema', async () => {
    const id = newId();
    await create(id);
    const name = db.name;
    const version = db.verno;
    db.close();
    const newer = new Dexie(name);
    newer
      .version(version)
      .stores(Object.fromEntries(db.tables.map((t) => [t.name, [t.schema.primKey.src, ...t.schema.indexes.map((i) => i.src)].join(',')])));
    newer.version(version + 1).stores({ forms: 'id' });
    await newer.open();
    expect(await newer.table('outbox').count()).toBe(1);
    newer.close();
  });
});

async function until(ok: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await ok()) return;
    await new Promise((r) => setTimeout(r, 10));
  }
  throw new Error('it never came about');
}
