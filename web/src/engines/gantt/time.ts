/**
 * Programme time on the screen: minutes since 2000-01-01T00:00 without a zone, from an hour to years wide. Ticks come in two rows, the
 * coarser above, and their words from Intl in the reader's language.
 */

const epoch = Date.UTC(2000, 0, 1);
export const day = 1440;

export const toDate = (minutes: number): Date => new Date(epoch + minutes * 60_000);
export const fromDate = (d: Date): number => (d.getTime() - epoch) / 60_000;
/** The civil date of a time, YYYY-MM-DD. */
export const civilOf = (minutes: number): string => (Number.isFinite(minutes) ? toDate(minutes).toISOString().slice(0, 10) : '');
export const fromCivil = (civil: string): number => (Date.parse(`${civil}T00:00:00Z`) - epoch) / 60_000;

/** What is on the screen: the time at the left edge, and how many pixels a minute takes. */
export interface Span {
  from: number;
  scale: number;
}

export const narrowest = 24 / (365 * day); // a year takes 24 pixels
export const widest = 4; // an hour takes 240

export const xOf = (s: Span, t: number): number => (t - s.from) * s.scale;
export const timeAt = (s: Span, x: number): number => s.from + x / s.scale;

/** zoomed keeps the time below x where it is. */
export function zoomed(s: Span, factor: number, x: number): Span {
  const scale = Math.min(widest, Math.max(narrowest, s.scale * factor));
  return { from: timeAt(s, x) - x / scale, scale };
}

/** fitted shows from..to in a width, with a little room at the edges. */
export function fitted(from: number, to: number, width: number): Span {
  const room = Math.max(1, width - 60);
  const scale = Math.min(widest, Math.max(narrowest, room / Math.max(60, to - from)));
  return { from: from - 30 / scale, scale };
}

export type Unit = 'hour' | 'quarter-day' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'five-years';

/** Pairs of upper and lower row, by the least width that a cell of the lower row needs. */
const levels: { upper: Unit; lower: Unit; least: number; minutes: number }[] = [
  { upper: 'day', lower: 'hour', least: 34, minutes: 60 },
  { upper: 'day', lower: 'quarter-day', least: 34, minutes: 360 },
  { upper: 'month', lower: 'day', least: 22, minutes: day },
  { upper: 'month', lower: 'week', least: 30, minutes: 7 * day },
  { upper: 'year', lower: 'month', least: 32, minutes: 30 * day },
  { upper: 'year', lower: 'quarter', least: 28, minutes: 91 * day },
  { upper: 'five-years', lower: 'year', least: 0, minutes: 365 * day },
];

export function levelOf(scale: number): { upper: Unit; lower: Unit } {
  return levels.find((l) => l.minutes * scale >= l.least) ?? (levels.at(-1) as (typeof levels)[number]);
}

/** floorTo is the beginning of the unit that a time is in. Weeks begin on Monday. */
export function floorTo(unit: Unit, t: number): number {
  const d = toDate(t);
  const y = d.getUTCFullYear();
  switch (unit) {
    case 'hour':
      return Math.floor(t / 60) * 60;
    case 'quarter-day':
      return Math.floor(t / 360) * 360;
    case 'day':
      return Math.floor(t / day) * day;
    case 'week':
      // 2000-01-01 was a Saturday: day 2 is a Monday.
      return Math.floor((t - 2 * day) / (7 * day)) * 7 * day + 2 * day;
    case 'month':
      return fromDate(new Date(Date.UTC(y, d.getUTCMonth(), 1)));
    case 'quarter':
      return fromDate(new Date(Date.UTC(y, Math.floor(d.getUTCMonth() / 3) * 3, 1)));
    case 'year':
      return fromDate(new Date(Date.UTC(y, 0, 1)));
    default:
      return fromDate(new Date(Date.UTC(Math.floor(y / 5) * 5, 0, 1)));
  }
}

export function nextOf(unit: Unit, t: number): number {
  const at = floorTo(unit, t);
  const d = toDate(at);
  const y = d.getUTCFullYear();
  switch (unit) {
    case 'hour':
      return at + 60;
    case 'quarter-day':
      return at + 360;
    case 'day':
      return at + day;
    case 'week':
      return at + 7 * day;
    case 'month':
      return fromDate(new Date(Date.UTC(y, d.getUTCMonth() + 1, 1)));
    case 'quarter':
      return fromDate(new Date(Date.UTC(y, d.getUTCMonth() + 3, 1)));
    case 'year':
      return fromDate(new Date(Date.UTC(y + 1, 0, 1)));
    default:
      return fromDate(new Date(Date.UTC(y + 5, 0, 1)));
  }
}

export interface Tick {
  at: number;
  end: number;
  label: string;
}

/** ticks of one row between two times. The first may begin before `from`. */
export function ticks(unit: Unit, from: number, to: number, words: Words, most = 600): Tick[] {
  const out: Tick[] = [];
  for (let at = floorTo(unit, from); at < to && out.length < most; ) {
    const end = nextOf(unit, at);
    out.push({ at, end, label: words.label(unit, at) });
    at = end;
  }
  return out;
}

/** The ISO week of a time. */
export function weekOf(t: number): number {
  const d = toDate(Math.floor(t / day) * day);
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7));
  return Math.ceil(((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
}

/** Words of times in a language. Formats are made once, and the labels of ticks are kept: a pan shows mostly the same ones. */
export class Words {
  private readonly formats = new Map<string, Intl.DateTimeFormat>();
  private readonly kept = new Map<string, string>();

  constructor(
    readonly locale: string,
    /** "wk", before the number of a week. */
    private readonly week: string,
  ) {}

  private format(o: Intl.DateTimeFormatOptions, t: number): string {
    if (!Number.isFinite(t)) return '–';
    const key = JSON.stringify(o);
    let f = this.formats.get(key);
    if (!f) {
      f = new Intl.DateTimeFormat(this.locale, { ...o, timeZone: 'UTC' });
      this.formats.set(key, f);
    }
    return f.format(toDate(t));
  }

  label(unit: Unit, t: number): string {
    const key = `${unit}${t}`;
    let have = this.kept.get(key);
    if (have === undefined) {
      if (this.kept.size > 5000) this.kept.clear();
      have = this.make(unit, t);
      this.kept.set(key, have);
    }
    return have;
  }

  private make(unit: Unit, t: number): string {
    switch (unit) {
      case 'hour':
      case 'quarter-day':
        return this.format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, t);
      case 'day':
        return this.format({ day: 'numeric' }, t);
      case 'week':
        return `${this.week} ${weekOf(t)}`;
      case 'month':
        return this.format({ month: 'short' }, t);
      case 'quarter':
        return `Q${Math.floor(toDate(t).getUTCMonth() / 3) + 1}`;
      case 'year':
        return String(toDate(t).getUTCFullYear());
      default: {
        const y = toDate(t).getUTCFullYear();
        return `${y}–${y + 4}`;
      }
    }
  }

  /** The upper row names more of the date. */
  heading(unit: Unit, t: number): string {
    const key = `h${unit}${t}`;
    let have = this.kept.get(key);
    if (have === undefined) {
      have =
        unit === 'day'
          ? this.format({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }, t)
          : unit === 'month'
            ? this.format({ month: 'long', year: 'numeric' }, t)
            : this.make(unit, t);
      this.kept.set(key, have);
    }
    return have;
  }

  date(t: number): string {
    return this.format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, t);
  }

  /** For columns: figures that line up. */
  short(t: number): string {
    return this.format({ day: '2-digit', month: '2-digit', year: '2-digit' }, t);
  }

  dateTime(t: number): string {
    return this.format(
      { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      t,
    );
  }
}

/** nowIn is the present in a zone, as a programme counts it. */
export function nowIn(zone: string, now = new Date()): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(now)
      .map((p) => [p.type, Number(p.value)]),
  );
  return (Date.UTC(parts.year as number, (parts.month as number) - 1, parts.day, parts.hour, parts.minute) - epoch) / 60_000;
}
