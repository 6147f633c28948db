/** A schedule in columns that a frame can walk, and what an answer of the server changes in them. */
import type { Edit, Moved, Schedule } from '@/api/programme';
import { linkKinds } from '@/api/programme';
import { WorkCalendar } from './calendar';

export const kinds = { task: 0, startMilestone: 1, finishMilestone: 2, summary: 3, effort: 4, band: 5 } as const;

export const states = ['not-started', 'in-progress', 'warning', 'awaiting', 'verified'] as const;
export type StateName = (typeof states)[number];

const numbers = (a: readonly (number | null)[]): Float64Array => Float64Array.from(a, (v) => v ?? Number.NaN);

export class Network {
  readonly n: number;
  readonly at: ReadonlyMap<string, number>;
  readonly parent: Int32Array;
  readonly level: Int32Array;
  /** One past the last activity below each. */
  readonly end: Int32Array;
  readonly kind: Uint8Array;
  readonly state: Uint8Array;
  readonly critical: Uint8Array;
  readonly behind: Uint8Array;
  readonly start: Float64Array;
  readonly finish: Float64Array;
  readonly earlyStart: Float64Array;
  readonly earlyFinish: Float64Array;
  readonly lateStart: Float64Array;
  readonly lateFinish: Float64Array;
  readonly totalFloat: Float64Array;
  readonly freeFloat: Float64Array;
  readonly percent: Float64Array;
  /** Where it would lie if nobody looked at the clock. */
  readonly plannedStart: Float64Array;
  readonly plannedFinish: Float64Array;
  from: Int32Array = new Int32Array();
  to: Int32Array = new Int32Array();
  link: Uint8Array = new Uint8Array();
  lag: Float64Array = new Float64Array();
  unit: Uint8Array = new Uint8Array();
  driving: Uint8Array = new Uint8Array();
  readonly calendars: readonly WorkCalendar[];
  finishOfAll: number;

  constructor(
    readonly s: Schedule,
    /** The present in the project's zone. */
    readonly now: number,
  ) {
    const a = s.activities;
    const n = a.id.length;
    this.n = n;
    this.at = new Map(a.id.map((id, i) => [id, i]));
    this.parent = Int32Array.from(a.parent);
    this.level = Int32Array.from(a.level);
    this.end = ends(this.level);
    this.kind = Uint8Array.from(a.kind);
    this.state = Uint8Array.from(a.state);
    this.critical = Uint8Array.from(a.critical);
    this.behind = Uint8Array.from(a.behind);
    this.start = numbers(a.start);
    this.finish = numbers(a.finish);
    this.earlyStart = numbers(a.early_start);
    this.earlyFinish = numbers(a.early_finish);
    this.lateStart = numbers(a.late_start);
    this.lateFinish = numbers(a.late_finish);
    this.totalFloat = numbers(a.total_float);
    this.freeFloat = numbers(a.free_float);
    this.percent = numbers(a.percent);
    this.percentAbove();
    this.plannedStart = numbers(a.planned_start ?? []);
    this.plannedFinish = numbers(a.planned_finish ?? []);
    this.finishOfAll = s.finish ?? latest(this.finish);
    this.calendars = s.calendars.map((c) => new WorkCalendar(c));
    this.setRelations(s.relations);
    for (const r of s.driving ?? []) if (r < this.driving.length) this.driving[r] = 1;
  }

  /** hasBelow: it has activities below it in the outline. */
  hasBelow(i: number): boolean {
    return (this.end[i] ?? i + 1) > i + 1;
  }

  /** What is below a summary, by how long it lasts, says how far it is. */
  private percentAbove(): void {
    const all = new Float64Array(this.n);
    const done = new Float64Array(this.n);
    for (let i = 0; i < this.n; i++) {
      if (this.kind[i] === kinds.summary) continue;
      const lasts = this.s.activities.duration[i] ?? 0;
      const part = (lasts * (this.percent[i] ?? 0)) / 100;
      for (let p = this.parent[i] ?? -1; p >= 0; p = this.parent[p] ?? -1) {
        all[p] = (all[p] ?? 0) + lasts;
        done[p] = (done[p] ?? 0) + part;
      }
    }
    for (let i = 0; i < this.n; i++)
      if (this.kind[i] === kinds.summary && (all[i] ?? 0) > 0) this.percent[i] = (100 * (done[i] ?? 0)) / (all[i] ?? 1);
  }

  /** lasts is the duration in working minutes; a summary's is what lies between its dates. */
  lasts(i: number): number {
    const own = this.s.activities.duration[i] ?? 0;
    const [a, b] = [this.start[i] ?? Number.NaN, this.finish[i] ?? Number.NaN];
    if (this.kind[i] !== kinds.summary || !(b > a)) return own;
    return this.calendarOf(i)?.between(a, b) ?? own;
  }

  calendarOf(i: number): WorkCalendar | undefined {
    return this.calendars[this.s.activities.calendar[i] ?? -1] ?? this.calendars[this.s.calendar];
  }

  setRelations(list: Schedule['relations']): void {
    const ok = list.filter(([f, t]) => f >= 0 && t >= 0 && f < this.n && t < this.n);
    this.from = Int32Array.from(ok, (r) => r[0]);
    this.to = Int32Array.from(ok, (r) => r[1]);
    this.link = Uint8Array.from(ok, (r) => r[2]);
    this.lag = Float64Array.from(ok, (r) => r[3]);
    this.unit = Uint8Array.from(ok, (r) => r[4]);
    this.driving = new Uint8Array(ok.length);
  }

  /** move lays the dates that the server answered over the ones here. */
  move(moved: readonly Moved[], finish: number | null): void {
    const columns = [
      this.start,
      this.finish,
      this.earlyStart,
      this.earlyFinish,
      this.lateStart,
      this.lateFinish,
      this.totalFloat,
      this.freeFloat,
    ];
    for (const [i, ...values] of moved) {
      if (i < 0 || i >= this.n) continue;
      columns.forEach((c, k) => {
        c[i] = values[k] ?? Number.NaN;
      });
      this.critical[i] = values[8] ?? 0;
    }
    this.finishOfAll = finish ?? latest(this.finish);
  }

  /** apply does to names, durations and relations what an edit asked for; false when only the server knows what became of it. */
  apply(edits: readonly Edit[]): boolean {
    let all = true;
    for (const e of edits) {
      if (e.do === 'set') {
        const i = this.at.get(e.activity);
        if (i === undefined) continue;
        const a = this.s.activities;
        if (e.name !== undefined) a.name[i] = e.name;
        if (e.code !== undefined) a.code[i] = e.code;
        if (e.duration !== undefined) a.duration[i] = e.duration;
        if (e.deadline !== undefined) a.deadline[i] = e.deadline;
        if (e.constraint !== undefined) a.constraint[i] = e.constraint;
        if (e.constraint_at !== undefined) a.constraint_at[i] = e.constraint_at;
        if (e.location !== undefined) a.location[i] = e.location;
        if (e.in_charge !== undefined) a.in_charge[i] = e.in_charge;
        if (e.budget !== undefined) a.budget[i] = e.budget;
        if (e.manual !== undefined) a.manual[i] = e.manual ? 1 : 0;
        if (e.kind !== undefined || e.calendar !== undefined) all = false;
      } else if (e.do === 'link' || e.do === 'unlink') {
        const from = this.at.get(e.from);
        const to = this.at.get(e.to);
        if (from === undefined || to === undefined) continue;
        const kind = linkKinds.indexOf(e.link);
        const list = this.relations().filter((r) => !(r[0] === from && r[1] === to && r[2] === kind));
        if (e.do === 'link') list.push([from, to, kind, e.lag, ['working', 'elapsed', 'percent'].indexOf(e.unit)]);
        this.setRelations(list);
        this.s.relations = list;
      } else all = false;
    }
    return all;
  }

  relations(): Schedule['relations'] {
    return Array.from(this.from, (f, i) => [f, this.to[i] ?? 0, this.link[i] ?? 0, this.lag[i] ?? 0, this.unit[i] ?? 0]);
  }

  /** bounds are the first start and the last finish there is to show. */
  bounds(): [number, number] {
    let a = this.s.start ?? this.s.project_start ?? Number.POSITIVE_INFINITY;
    let b = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.n; i++) {
      const s = this.start[i] ?? Number.NaN;
      const f = this.finish[i] ?? Number.NaN;
      if (s < a) a = s;
      if (f > b) b = f;
    }
    if (!Number.isFinite(a)) a = this.now;
    return [a, Math.max(b, a + 1440)];
  }
}

function latest(list: Float64Array): number {
  let out = Number.NaN;
  for (const v of list) if (!(v <= out) && !Number.isNaN(v)) out = v;
  return out;
}

/** ends from levels: one past the last activity below each. */
function ends(level: Int32Array): Int32Array {
  const n = level.length;
  const out = new Int32Array(n);
  const open: number[] = [];
  for (let i = 0; i < n; i++) {
    while (open.length > 0 && (level[open.at(-1) as number] ?? 0) >= (level[i] ?? 0)) out[open.pop() as number] = i;
    open.push(i);
  }
  for (const i of open) out[i] = n;
  return out;
}
