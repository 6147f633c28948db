/**
 * The programmes' dates on this device: fetched when a programme's version rises, kept in the project's database, so that a site without
 * a network sees the last that was known. Who opens a screen with them hears of news at once; for the rest they are fetched now and then.
 */
import { type Activity, type ActivityState, activities, type ScheduleDates } from '@/api/activity';
import { Problem } from '@/api/client';
import type { Id, InCharge } from '@/api/types';
import { again } from '@/db/db';
import { today } from './dates';
import type { OpenProject } from './project';

/** How long news waits, in ms: while somebody looks, and while nobody does. */
const soon = 250;
const someTime = 20_000;

const keyOf = (programme: Id) => `schedule/${programme}`;

/** What a list shows of an activity. */
export interface ActivityItem {
  id: Id;
  programme_id: Id;
  version: number;
  name: string;
  code: string;
  path: string[];
  start: number | null;
  finish: number | null;
  planned_start: number | null;
  planned_finish: number | null;
  actual_start: number | null;
  actual_finish: number | null;
  percent: number;
  state: ActivityState;
  behind: boolean;
  critical: boolean;
  problems: number;
  blocking: number;
  milestone: boolean;
  in_charge: InCharge[];
  location_id: Id | null;
}

export class Schedules {
  private readonly have = new Map<Id, ScheduleDates>();
  private items_: readonly ActivityItem[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly failing = new Set<Id>();
  private watchers = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private begun = false;
  private ended = false;
  private readonly off: () => void;
  /** The kept ones were read; before that nothing is known. */
  ready = false;

  constructor(private readonly p: OpenProject) {
    this.off = p.pool.subscribe(() => this.look());
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.off();
    this.listeners.clear();
  }

  readonly items = (): readonly ActivityItem[] => this.items_;
  readonly isReady = (): boolean => this.ready;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  /** watch says that somebody looks; call what it answers when they no longer do. */
  watch(): () => void {
    this.watchers++;
    this.look(true);
    return () => {
      this.watchers--;
    };
  }

  private look(now = false): void {
    if (this.ended || !this.p.pool.loaded) return;
    if (this.begun && !now && !this.stale()) return;
    if (now) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.refresh();
      },
      now && !this.begun ? 0 : this.watchers > 0 ? soon : someTime,
    );
  }

  /** stale: a programme is newer than its dates here, or no longer there. */
  private stale(): boolean {
    const all = this.p.pool.list('programmes');
    return (
      all.length !== this.have.size ||
      all.some((x) => {
        const s = this.have.get(x.id);
        return !s || s.version < x.version;
      })
    );
  }

  refresh(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    try {
      const all = this.p.pool.list('programmes');
      if (!this.begun) {
        await this.read(all.map((x) => x.id));
        this.begun = true;
        this.changed();
      }
      await this.forget(new Set(all.map((x) => x.id)));
      const day = today(this.p.project.time_zone);
      for (const x of all) {
        const s = this.have.get(x.id);
        if (s && s.version >= x.version && (s.day === null || civilDay(s.day) >= day)) continue;
        await this.fetch(x.id);
      }
    } catch (e) {
      if (!this.ended) console.error(e);
    }
    if (!this.ready) {
      this.ready = true;
      this.changed();
    }
  }

  private async read(ids: Id[]): Promise<void> {
    const rows = await again(this.p.db, () => this.p.db.meta.bulkGet(ids.map(keyOf)));
    for (const [i, row] of rows.entries()) if (row) this.have.set(ids[i] as Id, row.value as ScheduleDates);
    if (this.have.size === ids.length) this.ready = true;
  }

  /** forget takes the dates of programmes that are no longer the viewer's off the device. */
  private async forget(now: ReadonlySet<Id>): Promise<void> {
    const keys = await again(this.p.db, () => this.p.db.meta.where('key').startsWith('schedule/').primaryKeys());
    const gone = keys.filter((k) => !now.has(k.slice('schedule/'.length)));
    if (gone.length === 0) return;
    await again(this.p.db, () => this.p.db.meta.bulkDelete(gone));
    for (const k of gone) this.have.delete(k.slice('schedule/'.length));
    this.changed();
  }

  private async fetch(id: Id): Promise<void> {
    try {
      const s = await activities.schedule(this.p.id, id);
      if (this.ended) return;
      this.failing.delete(id);
      this.have.set(id, s);
      await again(this.p.db, () => this.p.db.meta.put({ key: keyOf(id), value: s }));
    } catch (e) {
      this.failing.add(id);
      if (e instanceof Problem && (e.status === 403 || e.status === 404)) {
        this.have.delete(id);
        await this.p.db.meta.delete(keyOf(id)).catch(() => undefined);
      } else return; // No network, or a server in trouble: what is here stays.
    }
    this.changed();
  }

  private changed(): void {
    if (this.ended) return;
    this.items_ = [...this.have].flatMap(([id, s]) => itemsOf(id, s));
    for (const f of this.listeners) f();
  }
}

/** The civil date of a time of a programme. */
export function civilDay(minutes: number): string {
  return new Date(Date.UTC(2000, 0, 1) + minutes * 60_000).toISOString().slice(0, 10);
}

/** dayMinutes is the midnight at which a civil date begins. */
export function dayMinutes(civil: string): number {
  return (Date.parse(`${civil}T00:00:00Z`) - Date.UTC(2000, 0, 1)) / 60_000;
}

/** itemsOf are the activities of a schedule that somebody does: no summaries. */
function itemsOf(programme: Id, s: ScheduleDates): ActivityItem[] {
  const a = s.activities;
  const above: string[][] = [];
  const out: ActivityItem[] = [];
  for (let i = 0; i < a.id.length; i++) {
    const parent = a.parent[i] ?? -1;
    const path = parent >= 0 ? [...(above[parent] ?? []), a.name[parent] ?? ''] : [];
    above.push(path);
    if (a.kind[i] === 3 || a.kind[i] === 5) continue;
    out.push({
      id: a.id[i] as Id,
      programme_id: programme,
      version: a.version[i] ?? 0,
      name: a.name[i] ?? '',
      code: a.code[i] ?? '',
      path,
      start: a.start[i] ?? null,
      finish: a.finish[i] ?? null,
      planned_start: a.planned_start?.[i] ?? null,
      planned_finish: a.planned_finish?.[i] ?? null,
      actual_start: a.actual_start[i] ?? null,
      actual_finish: a.actual_finish[i] ?? null,
      percent: a.percent[i] ?? 0,
      state: (a.state[i] ?? 0) as ActivityState,
      behind: a.behind[i] === 1,
      critical: a.critical[i] === 1,
      problems: a.problems[i] ?? 0,
      blocking: a.blocking[i] ?? 0,
      milestone: a.kind[i] === 1 || a.kind[i] === 2,
      in_charge: a.in_charge[i] ?? [],
      location_id: a.location[i] ?? null,
    });
  }
  return out;
}

/** bareOf finds an activity of which only the dates are here. */
export function bareOf(items: readonly ActivityItem[], id: Id): Activity | undefined {
  const x = items.find((i) => i.id === id);
  return x && bare(x, { report: true, judge: false, block: true });
}

/** bare is an activity of which only the dates are here. */
export function bare(x: ActivityItem, may: Activity['may']): Activity {
  const { blocking, ...rest } = x;
  return { ...rest, notes: '', summary: false, reports: [], blocks: [], hidden_blocks: blocking, comments: [], may };
}
