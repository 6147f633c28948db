/**
 * Dates as the viewer reads them. A civil date (due) is judged in the project's zone and has no time; an instant is shown in the viewer's
 * zone and language. All through Intl.
 */
export interface Reader {
  locale: string;
  zone: string;
}

/** Making a format costs as much as some hundred uses of it, and a list shows hundreds of dates: each is made once. */
const formats = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();
const zones = new Map<string, string>();

function once<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let have = kept.get(key);
  if (have === undefined) {
    have = make();
    kept.set(key, have);
  }
  return have;
}

const dates = (locale: string, o: Intl.DateTimeFormatOptions) =>
  once(formats, locale + JSON.stringify(o), () => new Intl.DateTimeFormat(locale, o));
const relative = (locale: string) => once(relatives, locale, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** today is the civil date now in a zone. */
export function today(zone: string, now = new Date()): string {
  const parts = Object.fromEntries(
    dates('en', { timeZone: safeZone(zone), year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(now)
      .map((p) => [p.type, p.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function safeZone(zone: string | undefined): string {
  return once(zones, zone ?? '', () => {
    try {
      if (zone) {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return zone;
      }
    } catch {
      // A zone this browser does not know: its own is the next best.
    }
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  });
}

/** addDays on a civil date. */
export function addDays(day: string, n: number): string {
  const d = new Date(`${day}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() + n);
  return d.toISOString().slice(0, 10);
}

/** daysBetween two civil dates: positive when b is later. */
export function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000);
}

/** civil shows a civil date: "Mon 23 Nov", with the year when it is not this one. */
export function civil(day: string, r: Reader, now = new Date()): string {
  const year = day.slice(0, 4) === today(r.zone, now).slice(0, 4) ? undefined : ('numeric' as const);
  return dates(r.locale, { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year }).format(new Date(`${day}T00:00:00Z`));
}

/** dayOf is the civil date of an instant in the viewer's zone. */
export function dayOf(instant: string, r: Reader): string {
  return today(r.zone, new Date(instant));
}

/** dayTitle heads a day of a feed: "Today", "Yesterday", else the date. */
export function dayTitle(day: string, r: Reader, now = new Date()): string {
  const d = daysBetween(today(r.zone, now), day);
  if (d === 0 || d === -1) return capital(relative(r.locale).format(d, 'day'), r.locale);
  const title = dates(r.locale, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: day.slice(0, 4) === today(r.zone, now).slice(0, 4) ? undefined : 'numeric',
  }).format(new Date(`${day}T00:00:00Z`));
  return capital(title, r.locale);
}

function capital(s: string, locale: string): string {
  return s.charAt(0).toLocaleUpperCase(locale) + s.slice(1);
}

export function time(instant: string, r: Reader): string {
  return dates(r.locale, { timeZone: safeZone(r.zone), hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

/** exact is for titles: the full date and time with its zone. */
export function exact(instant: string, r: Reader): string {
  return dates(r.locale, {
    timeZone: safeZone(r.zone),
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(instant));
}

/** ago is "5 minutes ago" up to a day, "today 09:33" is dayTitle + time; past that the date. */
export function ago(instant: string, r: Reader, now = new Date()): string {
  const s = (Date.parse(instant) - now.getTime()) / 1000;
  const f = relative(r.locale);
  if (s > -45) return f.format(0, 'second');
  if (s > -3600) return f.format(Math.round(s / 60), 'minute');
  const d = daysBetween(today(r.zone, now), dayOf(instant, r));
  if (d === 0) return time(instant, r);
  if (d === -1) return `${f.format(-1, 'day')} ${time(instant, r)}`;
  return dates(r.locale, {
    timeZone: safeZone(r.zone),
    day: 'numeric',
    month: 'short',
    year: dayOf(instant, r).slice(0, 4) === today(r.zone, now).slice(0, 4) ? undefined : 'numeric',
  }).format(new Date(instant));
}

/** week is the ISO week of today in a zone: building sites count in weeks. */
export function week(zone: string, now = new Date()): number {
  const d = new Date(`${today(zone, now)}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7));
  return Math.ceil(((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
}
