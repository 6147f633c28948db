/**
 * One engine a project and tab. The tab that holds the project's lock leads: it alone sends the outbox, pulls, and holds the event stream;
 * the others write to the same database and hear the leader's state. When the leading tab closes, the next one gets the lock.
 *
 * A round is: send what waits, then pull what is new. Rounds run when something was written, when the server says there is more, when the
 * network or the tab comes back, and by the clock. navigator.onLine is only a hint: offline means that a request found nobody.
 */
import { call, Problem, Unreachable } from '@/api/client';
import { listen } from '@/api/events';
import type { ChangesPage, Id, MutationBody, MutationResult } from '@/api/types';
import { type LeaderState, Line } from '@/db/announce';
import { again, type OutboxEntry, type ProjectDb } from '@/db/db';
import { settle } from './journal';
import { keepPoints } from './load';
import { loadAway, trimAway } from './loader';
import { progress, startOver, take } from './pull';

export const batchSize = 50;
/** After so many times that a change alone broke the server, it is put before the person. */
const stubborn = 6;
/** How the mutations endpoint names a path. */
const prefix = '/api/v1';

export interface Settings {
  /** First and longest pause after a failure, and the pause when all is well, in ms. */
  first: number;
  longest: number;
  idle: number;
  pageSize: number;
  /** Points that a device keeps of a large project. */
  keep: number;
}

const normal: Settings = { first: 1_000, longest: 20_000, idle: 300_000, pageSize: 500, keep: keepPoints };

/** The part of navigator.locks that is used. */
export interface Locks {
  request(name: string, options: { signal?: AbortSignal; ifAvailable?: boolean }, work: (lock: unknown) => Promise<void>): Promise<unknown>;
}

const start: LeaderState = { online: true, sending: false, signedOut: false, lost: false, loading: null, syncedAt: null };

export class Engine {
  readonly line: Line;
  state: LeaderState = start;
  leading = false;

  private readonly stopping = new AbortController();
  private readonly settings: Settings;
  private wake: (() => void) | null = null;
  private woken = false;
  private failures = 0;
  private streaming = false;
  private cuts = 0;
  private done: Promise<void> = Promise.resolve();
  private readonly off: (() => void)[] = [];

  constructor(
    readonly db: ProjectDb,
    line?: Line,
    settings: Partial<Settings> = {},
    private readonly locks: Locks | undefined = globalThis.navigator?.locks as unknown as Locks | undefined,
    /** The viewer: what they are in charge of stays on the device. */
    private readonly me: Id = '',
  ) {
    this.line = line ?? new Line(db.name);
    this.settings = { ...normal, ...settings };
  }

  /** begin waits for the lead and then keeps the project in step until stop. */
  begin(): void {
    this.off.push(
      this.line.listen((m, own) => {
        if (m.type === 'state' && !own) this.state = m.state;
        if (m.type === 'who-leads' && this.leading) this.line.say({ type: 'state', state: this.state });
        if (m.type === 'nudge') this.nudge();
      }),
    );
    if (typeof window !== 'undefined') {
      const back = () => this.nudge(true);
      const away = () => this.set({ online: false });
      const seen = () => document.visibilityState === 'visible' && this.nudge(true);
      window.addEventListener('online', back);
      window.addEventListener('offline', away);
      document.addEventListener('visibilitychange', seen);
      this.off.push(
        () => window.removeEventListener('online', back),
        () => window.removeEventListener('offline', away),
        () => document.removeEventListener('visibilitychange', seen),
      );
    }
    this.line.say({ type: 'who-leads' });
    const signal = this.stopping.signal;
    const lead = async () => {
      this.leading = true;
      try {
        await this.lead();
      } finally {
        this.leading = false;
      }
    };
    this.done = (this.locks ? this.locks.request(`sync ${this.db.name}`, { signal }, lead) : lead()).then(
      () => undefined,
      (e: unknown) => {
        if (!signal.aborted) throw e;
      },
    );
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const f of this.off.splice(0)) f();
    this.rouse();
    await this.done;
  }

  /** nudge asks for a round soon; fresh forgets earlier failures. In a tab that does not lead it is passed on. */
  nudge(fresh = false): void {
    if (fresh) this.failures = 0;
    if (this.leading) this.rouse();
    else if (fresh) this.line.say({ type: 'nudge' });
  }

  private rouse(): void {
    this.woken = true;
    this.wake?.();
  }

  private set(s: Partial<LeaderState>): void {
    const next = { ...this.state, ...s };
    if ((Object.keys(next) as (keyof LeaderState)[]).every((k) => next[k] === this.state[k])) return;
    this.state = next;
    if (this.leading) this.line.say({ type: 'state', state: next });
  }

  private async lead(): Promise<void> {
    this.line.say({ type: 'state', state: this.state });
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      const pause = await this.attempt();
      if (this.stopping.signal.aborted) break;
      await this.rest(pause);
    }
  }

  private rest(ms: number): Promise<void> {
    if (this.woken) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }

  /** One round; the answer is how long to wait for the next. */
  private async attempt(): Promise<number> {
    try {
      const open = await this.round();
      if (open) this.failures = 0;
      else this.failures++;
      this.stream();
      return open ? this.settings.idle : this.backoff();
    } catch (e) {
      if (this.stopping.signal.aborted) return 0;
      return this.failed(e);
    } finally {
      this.set({ sending: false });
    }
  }

  private failed(e: unknown): number {
    this.failures++;
    if (e instanceof Unreachable) {
      this.set({ online: false });
      return this.backoff();
    }
    if (e instanceof Problem) {
      this.set({ online: true });
      if (e.status === 401) {
        this.set({ signedOut: true });
        return this.settings.idle;
      }
      if (e.status === 404 || e.status === 403) {
        this.set({ lost: true });
        return this.settings.idle;
      }
      return Math.max(this.backoff(), e.retryAfter * 1000);
    }
    // A broken database or a fault of ours: the outbox is still there, so try again later, and let the fault be seen.
    console.error(e);
    return this.settings.longest;
  }

  private backoff(): number {
    const { first, longest } = this.settings;
    return Math.min(longest, first * 2 ** Math.min(this.failures, 10)) * (0.75 + Math.random() / 2);
  }

  /** round sends and pulls; false when the server asked to be left alone for a moment. */
  async round(): Promise<boolean> {
    const sent = await this.push();
    await this.pull();
    this.set({ online: true, signedOut: false, lost: false, syncedAt: new Date().toISOString() });
    return sent;
  }

  /** push sends the outbox in order. Photos go by themselves after the point they belong to. */
  async push(): Promise<boolean> {
    let single = false;
    for (;;) {
      const batch = await this.next(single ? 1 : batchSize);
      if (batch.length === 0) return true;
      this.set({ sending: true });
      const first = batch[0] as OutboxEntry;
      if (first.blob) {
        if (!(await this.sendRaw(first))) return false;
        continue;
      }
      let results: MutationResult[];
      try {
        ({ results } = await call<{ results: MutationResult[] }>('/mutations', {
          method: 'POST',
          body: { mutations: batch.map(mutation) },
          signal: this.stopping.signal,
        }));
      } catch (e) {
        if (!(e instanceof Problem) || passing(e.status)) throw e;
        // The whole batch was refused: one entry is malformed. Alone, only that one is.
        if (batch.length === 1) await settle(this.db, this.line, first, refused(first, e));
        else single = true;
        continue;
      }
      this.set({ online: true, signedOut: false });
      const byId = new Map(results.map((r) => [r.id, r]));
      for (const e of batch) {
        const r = byId.get(e.id);
        if (!r) return false;
        if (r.status === 'retry') {
          if (r.http === 401) throw new Problem(401, r.code ?? 'unauthenticated');
          // One change that breaks the server each time shall not hold the others for ever.
          if (r.http !== 500 || e.tries < stubborn) return false;
          await settle(this.db, this.line, e, { ...r, status: 'rejected' });
          break;
        }
        await settle(this.db, this.line, e, r);
      }
    }
  }

  /** The next entries to send, marked as sent: from here on they are not altered. */
  private next(limit: number): Promise<OutboxEntry[]> {
    return again(this.db, () =>
      this.db.transaction('rw', this.db.outbox, async () => {
        const all = await this.db.outbox.orderBy('seq').toArray();
        const held = new Set(all.filter((e) => e.state === 'rejected' && e.op.type === 'put').map((e) => e.thing));
        // A photo of a report that was refused stays with it.
        const refused = new Set(all.flatMap((e) => (e.state === 'rejected' && e.op.type === 'report' ? e.op.report.id : [])));
        const batch: OutboxEntry[] = [];
        for (const e of all) {
          if (e.state !== 'waiting' || held.has(e.thing)) continue;
          if (e.op.type === 'report-photo' && refused.has(e.op.report)) continue;
          if (e.after && all.some((x) => x.id === e.after && x.state === 'waiting')) {
            // Its base is the answer to an earlier one: that goes first, this with the next batch.
            held.add(e.thing);
            continue;
          }
          if (e.blob) {
            if (batch.length === 0) batch.push(e);
            break;
          }
          batch.push(e);
          if (batch.length === limit) break;
        }
        for (const e of batch) {
          e.sent = 1;
          e.tries++;
          await this.db.outbox.update(e.seq ?? 0, { sent: 1, tries: e.tries });
        }
        return batch;
      }),
    );
  }

  private async sendRaw(e: OutboxEntry): Promise<boolean> {
    const blob = e.blob ? await this.db.blobs.get(e.blob) : undefined;
    if (!blob) {
      await settle(this.db, this.line, e, { id: e.id, status: 'rejected', http: 0, code: 'blob-lost' });
      return true;
    }
    try {
      const body = await call<{ version?: number } | undefined>(e.path, {
        method: 'PUT',
        raw: { data: blob.data, type: blob.type, headers: blob.headers },
        mutationId: e.id,
        signal: this.stopping.signal,
      });
      await settle(this.db, this.line, e, { id: e.id, status: 'ok', http: 200, body });
    } catch (problem) {
      if (!(problem instanceof Problem) || passing(problem.status)) throw problem;
      await settle(this.db, this.line, e, refused(e, problem));
    }
    return true;
  }

  /** pull takes what is new: the rest of a snapshot, then changes after the cursor, from the start again when the server says so. */
  async pull(): Promise<void> {
    const { pageSize: limit, keep } = this.settings;
    const { signal } = this.stopping;
    for (;;) {
      const at = await progress(this.db);
      if (!at?.whole) {
        try {
          await loadAway(this.db, this.line, { pageSize: limit, keep }, (loading) => this.set({ loading }), signal);
        } finally {
          this.set({ loading: null });
        }
        continue;
      }
      const page = await call<ChangesPage>(`/projects/${this.db.project}/changes?cursor=${encodeURIComponent(at.cursor)}&limit=${limit}`, {
        signal,
      });
      if (page.start_over) {
        await startOver(this.db, this.line);
        continue;
      }
      await take(this.db, this.line, { ...page, progress: { ...at, cursor: page.cursor } });
      if (!page.more) break;
    }
    if ((await this.db.things('points').count()) > 2 * keep) await trimAway(this.db, this.line, { pageSize: limit, keep }, this.me, signal);
  }

  /** stream keeps the event stream open while we lead; what it says is only that there is more. */
  private stream(): void {
    if (this.streaming || this.stopping.signal.aborted) return;
    this.streaming = true;
    const opened = Date.now();
    const again = () => {
      this.streaming = false;
      // Ended or broken: a round finds out which, and opens the next one. A stream that never holds is asked for ever less often.
      this.cuts = Date.now() - opened > 30_000 ? 0 : this.cuts + 1;
      setTimeout(() => this.nudge(), Math.min(this.settings.longest, this.settings.first * 2 ** Math.min(this.cuts, 10)));
    };
    listen(
      `/projects/${this.db.project as Id}/events`,
      this.stopping.signal,
      (e) => e.name === 'more' && this.nudge(),
      // What happened between the last pull and the opening is not told again.
      () => this.nudge(),
    ).then(again, (e: unknown) => {
      if (e instanceof Unreachable) this.set({ online: false });
      again();
    });
  }
}

/** Answers that will be different later: signed out, too many, too slow, in trouble. */
function passing(status: number): boolean {
  return status === 401 || status === 408 || status === 425 || status === 429 || status >= 500;
}

function refused(e: OutboxEntry, p: Problem): MutationResult {
  return { id: e.id, status: 'rejected', http: p.status, code: p.code, fields: p.fields };
}

function mutation(e: OutboxEntry): MutationBody {
  return { id: e.id, method: e.method, path: prefix + e.path, body: e.body };
}
