/**
 * The open programme: its schedule in memory, edits that go to the server one after the other, and the way back. The server computes;
 * what it answers is laid over what is here.
 */
import { Problem, Unreachable } from '@/api/client';
import { type Edit, type Edited, programmes, type Schedule } from '@/api/programme';
import type { Id } from '@/api/types';
import { Network } from '@/engines/gantt';
import type { OpenProject } from '@/store/project';

/** Somebody else changed the same field between what was seen and what was sent. */
export interface Conflict {
  activity: Id;
  field: string;
  theirs: unknown;
  mine: unknown;
  /** Puts theirs back. */
  back: Edit;
}

export interface ScheduleState {
  net: Network | null;
  /** Another number says that something in the network changed. */
  stamp: number;
  loading: boolean;
  error: unknown;
  /** From this device, because the server cannot be reached. */
  kept: boolean;
  saving: number;
  conflicts: readonly Conflict[];
  canUndo: boolean;
  canRedo: boolean;
}

export type Outcome = { ok: true; answer: Edited } | { ok: false; error: unknown };

/** At most this many edits go in one request. */
const most = 500;

export class ScheduleStore {
  private state: ScheduleState = {
    net: null,
    stamp: 0,
    loading: true,
    error: undefined,
    kept: false,
    saving: 0,
    conflicts: [],
    canUndo: false,
    canRedo: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly undos: Edit[][] = [];
  private readonly redos: Edit[][] = [];
  private line: Promise<unknown> = Promise.resolve();
  private reading: AbortController | null = null;
  private later: ReturnType<typeof setTimeout> | undefined;
  private ended = false;
  private version = 0;

  constructor(
    private readonly project: OpenProject,
    readonly id: Id,
    /** The present in the project's zone. */
    private readonly now: () => number,
  ) {}

  readonly get = (): ScheduleState => this.state;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  end(): void {
    this.ended = true;
    clearTimeout(this.later);
    this.reading?.abort();
  }

  private set(next: Partial<ScheduleState>): void {
    if (this.ended) return;
    this.state = { ...this.state, canUndo: this.undos.length > 0, canRedo: this.redos.length > 0, ...next };
    for (const f of this.listeners) f();
  }

  private changed(): void {
    this.set({ stamp: this.state.stamp + 1 });
  }

  /** load asks the server, and falls back on what this device keeps. */
  async load(): Promise<void> {
    clearTimeout(this.later);
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    const key = `schedule/${this.id}`;
    try {
      const s = await programmes.schedule(this.project.id, this.id, reading.signal);
      if (reading.signal.aborted) return;
      this.take(s, false);
      await this.project.db.meta.put({ key, value: s }).catch(() => undefined);
    } catch (e) {
      if (reading.signal.aborted) return;
      if (e instanceof Unreachable && !this.state.net) {
        const kept = (await this.project.db.meta.get(key).catch(() => undefined))?.value as Schedule | undefined;
        if (kept) return this.take(kept, true);
      }
      // Who may no longer see it keeps nothing of it either.
      if (e instanceof Problem && (e.status === 403 || e.status === 404)) await this.project.db.meta.delete(key).catch(() => undefined);
      if (this.state.net && e instanceof Unreachable) return this.set({ loading: false, kept: true });
      this.set({ loading: false, error: e, net: null });
    }
  }

  private take(s: Schedule, kept: boolean): void {
    this.version = s.version;
    this.set({ net: new Network(s, this.now()), loading: false, error: undefined, kept, stamp: this.state.stamp + 1 });
  }

  /** heard: the feed says that the schedule has this version now. */
  heard(version: number): void {
    if (version <= this.version || this.state.saving > 0 || !this.state.net) return;
    this.soon(250);
  }

  private soon(ms: number): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => void this.load(), ms);
  }

  /** preview asks what would follow; nothing changes. */
  preview(edits: readonly Edit[], signal: AbortSignal): Promise<Edited> {
    return programmes.edit(this.project.id, this.id, edits, true, signal);
  }

  /** edit sends what somebody did, after what was sent before, and remembers the way back. */
  edit(edits: readonly Edit[]): Promise<Outcome> {
    return this.queue(edits, (answer) => {
      if (answer.undo.length > 0) this.undos.push(answer.undo);
      if (this.undos.length > 100) this.undos.shift();
      this.redos.length = 0;
    });
  }

  async undo(): Promise<Outcome | null> {
    await this.line; // what is still on its way is part of what there is to undo
    const edits = this.undos.pop();
    if (!edits) return null;
    return this.queue(edits, (answer) => void (answer.undo.length > 0 && this.redos.push(answer.undo)));
  }

  async redo(): Promise<Outcome | null> {
    await this.line;
    const edits = this.redos.pop();
    if (!edits) return null;
    return this.queue(edits, (answer) => void (answer.undo.length > 0 && this.undos.push(answer.undo)));
  }

  /** settle a conflict: with theirs, what was there is put back; with mine nothing more happens, it stands. */
  async settle(c: Conflict, which: 'mine' | 'theirs'): Promise<Outcome | null> {
    this.set({ conflicts: this.state.conflicts.filter((x) => x !== c) });
    return which === 'theirs' ? this.edit([c.back]) : null;
  }

  private queue(edits: readonly Edit[], done: (answer: Edited) => void): Promise<Outcome> {
    this.set({ saving: this.state.saving + 1 });
    const run = this.line.then(() => this.send(edits, done));
    this.line = run.catch(() => undefined);
    return run.finally(() => this.set({ saving: this.state.saving - 1 }));
  }

  private async send(edits: readonly Edit[], done: (answer: Edited) => void): Promise<Outcome> {
    clearTimeout(this.later);
    const net = this.state.net;
    if (!net || edits.length === 0) return { ok: false, error: undefined };
    if (edits.length > most) return { ok: false, error: new Problem(422, 'too-many-edits') };
    try {
      const answer = await programmes.edit(this.project.id, this.id, edits, false);
      const between = answer.version > this.version + 1;
      const conflicts = between ? crossed(net, edits, answer.undo) : [];
      this.version = answer.version;
      done(answer);
      if (conflicts.length > 0) this.set({ conflicts: [...this.state.conflicts, ...conflicts] });
      const known = !answer.outline && !between && this.state.net === net && net.apply(edits);
      if (known) {
        net.move(answer.moved, answer.finish);
        this.changed();
        // States and what drives are the server's to say.
        this.soon(1500);
      } else await this.load();
      return { ok: true, answer };
    } catch (error) {
      // What it was about may have gone or changed: see it as it is.
      if (error instanceof Problem && error.status !== 422) this.soon(0);
      return { ok: false, error };
    }
  }
}

const fields = [
  'name',
  'code',
  'duration',
  'kind',
  'constraint',
  'constraint_at',
  'deadline',
  'manual',
  'location',
  'in_charge',
  'budget',
] as const;

/** crossed are the fields that were another value on the server than here when an edit set them: somebody else was there between. */
export function crossed(net: Network, edits: readonly Edit[], undo: readonly Edit[]): Conflict[] {
  const out: Conflict[] = [];
  for (const e of edits) {
    if (e.do !== 'set') continue;
    const i = net.at.get(e.activity);
    const was = undo.find((u) => u.do === 'set' && u.activity === e.activity);
    if (i === undefined || was?.do !== 'set') continue;
    for (const f of fields) {
      if (!(f in e) || !(f in was)) continue;
      const seen = net.s.activities[f][i] ?? null;
      const theirs = was[f] ?? null;
      const same = f === 'manual' ? Boolean(seen) === Boolean(theirs) : JSON.stringify(seen) === JSON.stringify(theirs);
      if (!same) out.push({ activity: e.activity, field: f, theirs, mine: e[f], back: { do: 'set', activity: e.activity, [f]: theirs } });
    }
  }
  return out;
}
