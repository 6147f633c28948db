/** Working time as a screen needs it: shading, snapping, and counting between two times. The dates that count are the server's. */
import type { ScheduleCalendar } from '@/api/programme';
import { civilOf, day, fromCivil } from './time';

type Shifts = readonly (readonly [number, number])[];

export class WorkCalendar {
  private readonly exceptions: { from: number; to: number; shifts: Shifts }[];
  private readonly days = new Map<number, Shifts>();
  /** Nobody works on any day: snapping has nowhere to go. */
  readonly idle: boolean;

  constructor(private readonly c: ScheduleCalendar) {
    this.exceptions = c.exceptions
      .map((e) => ({ from: fromCivil(e.from) / day, to: fromCivil(e.to) / day, shifts: e.shifts ?? [] }))
      .filter((e) => Number.isFinite(e.from) && Number.isFinite(e.to));
    this.idle = !c.week.some((s) => s.length > 0) && !this.exceptions.some((e) => e.shifts.length > 0);
  }

  /** shifts of a day, counted from 2000-01-01. The later exception wins. */
  shifts(n: number): Shifts {
    let have = this.days.get(n);
    if (have) return have;
    if (this.days.size > 20_000) this.days.clear();
    const e = this.exceptions.findLast((x) => n >= x.from && n <= x.to);
    // Day 0 was a Saturday; the week begins on Monday.
    have = e ? e.shifts : (this.c.week[(((n + 5) % 7) + 7) % 7] ?? []);
    this.days.set(n, have);
    return have;
  }

  works(n: number): boolean {
    return this.shifts(n).length > 0;
  }

  /** next is t itself when work can begin then, else the next beginning. */
  next(t: number): number {
    if (this.idle) return t;
    for (let n = Math.floor(t / day), tries = 0; tries < 4000; n++, tries++)
      for (const [a, b] of this.shifts(n)) {
        if (n * day + b <= t) continue;
        return Math.max(t, n * day + a);
      }
    return t;
  }

  /** last is t itself when work can end then, else the end before it. */
  last(t: number): number {
    if (this.idle) return t;
    for (let n = Math.floor(t / day), tries = 0; tries < 4000; n--, tries++) {
      const shifts = this.shifts(n);
      for (let i = shifts.length - 1; i >= 0; i--) {
        const [a, b] = shifts[i] as readonly [number, number];
        if (n * day + a >= t) continue;
        return Math.min(t, n * day + b);
      }
    }
    return t;
  }

  /** snap brings a dragged start to the grid, and then to working time: to the minute steps of the zoom, and never between shifts. */
  snap(t: number, step: number): number {
    const on = Math.round(t / step) * step;
    // A grid of days means the day's first shift, not midnight.
    return this.next(on);
  }

  snapEnd(t: number, step: number): number {
    return this.last(Math.round(t / step) * step);
  }

  /** between counts the working minutes from a to b; 0 when b is not later. */
  between(a: number, b: number): number {
    let sum = 0;
    for (let n = Math.floor(a / day); n * day < b; n++)
      for (const [from, to] of this.shifts(n)) sum += Math.max(0, Math.min(b, n * day + to) - Math.max(a, n * day + from));
    return sum;
  }

  /** rests are the spans without work that are at least `least` minutes long, between two times. */
  rests(from: number, to: number, least: number): [number, number][] {
    const out: [number, number][] = [];
    let open = Math.floor(from / day) * day;
    for (let n = Math.floor(from / day); n * day < to; n++) {
      for (const [a, b] of this.shifts(n)) {
        if (n * day + a - open >= least) out.push([open, n * day + a]);
        open = n * day + b;
      }
    }
    const end = Math.ceil(to / day) * day;
    if (end - open >= least) out.push([open, end]);
    return out;
  }

  /** daysOff joins whole days without work: what is shaded when shifts are too narrow to see. */
  daysOff(from: number, to: number): [number, number][] {
    const out: [number, number][] = [];
    for (let n = Math.floor(from / day); n * day < to; n++) {
      if (this.works(n)) continue;
      const before = out.at(-1);
      if (before && before[1] === n * day) before[1] += day;
      else out.push([n * day, n * day + day]);
    }
    return out;
  }

  get name(): string {
    return this.c.name;
  }

  /** Whether a civil date is named by an exception. */
  named(t: number): boolean {
    const n = fromCivil(civilOf(t)) / day;
    return this.exceptions.some((x) => n >= x.from && n <= x.to);
  }
}

/** shading of a calendar at a zoom: shifts when they can be seen, else days, else nothing. */
export function shading(c: WorkCalendar, from: number, to: number, scale: number): [number, number][] {
  if (c.idle || day * scale < 3) return [];
  return day * scale >= 90 ? c.rests(from, to, Math.max(1, 3 / scale)) : c.daysOff(from, to);
}

/** stepOf is what a drag snaps to at a zoom, in minutes. */
export function stepOf(scale: number): number {
  if (scale * 15 >= 6) return 15;
  if (scale * 60 >= 6) return 60;
  return day;
}
