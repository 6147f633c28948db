/** What happened, told from what a device has: the points themselves, and the log's entries that came since it was first loaded. Pure. */
import type { Entry, Id, Point } from '@/api/types';
import { dayOf, type Reader } from '@/store/dates';

export interface Deed {
  at: string;
  actor: Id;
  kind: 'created' | 'commented' | 'photo-added' | 'changed' | 'closed' | 'restored';
  point: Point;
  text?: string;
}

export function deeds(points: readonly Point[], entries: readonly Entry[]): Deed[] {
  const out: Deed[] = [];
  for (const point of points) {
    out.push({ at: point.created_at, actor: point.author_id, kind: 'created', point });
    for (const c of point.comments) out.push({ at: c.at, actor: c.author_id, kind: 'commented', point, text: c.text });
    // Photos of the first minute are part of making the point.
    for (const p of point.photos)
      if (Date.parse(p.at) - Date.parse(point.created_at) > 60_000) out.push({ at: p.at, actor: p.author_id, kind: 'photo-added', point });
  }
  const byId = new Map(points.map((p) => [p.id, p]));
  const seen = new Set<string>();
  for (const e of entries) {
    const point = byId.get(e.thing_id);
    if (!point || (e.kind !== 'changed' && e.kind !== 'restored')) continue;
    const key = `${e.at}${e.thing_id}${e.actor_id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const closed = point.closed_at === e.at && e.kind === 'changed';
    out.push({ at: e.at, actor: e.actor_id, kind: closed ? 'closed' : e.kind, point });
  }
  return out.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

export function byDay(list: readonly Deed[], r: Reader): { day: string; list: Deed[] }[] {
  const days: { day: string; list: Deed[] }[] = [];
  for (const d of list) {
    const day = dayOf(d.at, r);
    const last = days[days.length - 1];
    if (last?.day === day) last.list.push(d);
    else days.push({ day, list: [d] });
  }
  return days;
}
