/** The list's filter and sort, on what the device holds; the names are those of the server's query. Pure. */
import type { Id, Location, Person, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { today } from './dates';
import type { Pool } from './pool';

export interface PointFilter {
  status?: Id[];
  category?: Id[];
  location?: Id[];
  /** kind:id */
  in_charge?: string[];
  author?: Id[];
  sheet?: Id;
  list?: Id;
  due_before?: string;
  due_after?: string;
  overdue?: boolean;
  urgent?: boolean;
  closed?: 'false' | 'true' | 'any';
  mine?: boolean;
  q?: string;
}

export interface PointSort {
  by: 'number' | 'subject' | 'status' | 'due' | 'changed' | 'created' | 'location';
  order: 'asc' | 'desc';
}

interface Around {
  pool: Pool;
  me: Person | undefined;
  zone: string;
}

const fold = (s: string) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Everything below the named things of a tree, and they themselves. */
export function withBelow(list: readonly { id: Id; parent_id: Id | null }[], ids: readonly Id[]): Set<Id> {
  const all = new Set(ids);
  for (let grew = true; grew; ) {
    grew = false;
    for (const x of list)
      if (x.parent_id && all.has(x.parent_id) && !all.has(x.id)) {
        all.add(x.id);
        grew = true;
      }
  }
  return all;
}

export function filterPoints(points: readonly Row<Point>[], f: PointFilter, { pool, me, zone }: Around): Row<Point>[] {
  const locations = f.location?.length ? withBelow(pool.list('locations'), f.location) : null;
  const categories = f.category?.length ? withBelow(pool.list('categories'), f.category) : null;
  const day = today(zone);
  const words = f.q ? fold(f.q).split(/\s+/).filter(Boolean) : [];
  const closes = new Set(
    pool
      .list('statuses')
      .filter((s) => s.closes)
      .map((s) => s.id),
  );
  const has = (list: readonly string[] | undefined, v: string) => !list?.length || list.includes(v);
  return points.filter((p) => {
    const closed = closes.has(p.status_id);
    if ((f.closed ?? 'false') === 'false' && closed && !f.status?.includes(p.status_id)) return false;
    if (f.closed === 'true' && !closed) return false;
    if (!has(f.status, p.status_id) || !has(f.author, p.author_id)) return false;
    if (categories && !(p.category_id && categories.has(p.category_id))) return false;
    if (locations && !(p.location_id && locations.has(p.location_id))) return false;
    if (f.in_charge?.length && !p.in_charge.some((c) => f.in_charge?.includes(`${c.kind}:${c.id}`))) return false;
    if (f.sheet && p.pin?.sheet_id !== f.sheet) return false;
    if (f.list && p.list_id !== f.list) return false;
    if (f.due_before && !(p.due && p.due <= f.due_before)) return false;
    if (f.due_after && !(p.due && p.due >= f.due_after)) return false;
    if (f.overdue && !(p.due && p.due < day && !closed)) return false;
    if (f.urgent && !p.urgent) return false;
    if (
      f.mine &&
      !(
        me &&
        p.in_charge.some(
          (c) =>
            (c.kind === 'person' && c.id === me.id) ||
            (c.kind === 'company' && c.id === me.company_id) ||
            (c.kind === 'role' && me.role_ids.includes(c.id)),
        )
      )
    )
      return false;
    if (words.length) {
      const text = fold([p.number ?? '', p.subject, p.description, ...p.comments.map((c) => c.text)].join(' '));
      if (!words.every((w) => text.includes(w))) return false;
    }
    return true;
  });
}

export function sortPoints(points: Row<Point>[], sort: PointSort, pool: Pool): Row<Point>[] {
  const sign = sort.order === 'desc' ? -1 : 1;
  const statuses = new Map(pool.list('statuses').map((s) => [s.id, s.order]));
  const places = new Map(pool.list('locations').map((l) => [l.id, placePath(l.id, pool)]));
  const collator = new Intl.Collator(undefined, { numeric: true });
  const key = (p: Row<Point>): string | number | null => {
    switch (sort.by) {
      case 'number':
        return p.sequence;
      case 'subject':
        return p.subject;
      case 'status':
        return statuses.get(p.status_id) ?? null;
      case 'due':
        return p.due;
      case 'changed':
        return p.changed_at;
      case 'created':
        return p.created_at;
      case 'location':
        return p.location_id ? (places.get(p.location_id) ?? null) : null;
    }
  };
  const keyed = points.map((p) => ({ p, k: key(p) }));
  keyed.sort((a, b) => {
    // Nothing sorts last, in both directions; but a point without a number yet is the newest.
    if (a.k === null || b.k === null) {
      if (a.k === b.k) return a.p.id < b.p.id ? -1 : 1;
      if (sort.by === 'number') return (a.k === null ? 1 : -1) * sign;
      return a.k === null ? 1 : -1;
    }
    const c = typeof a.k === 'number' && typeof b.k === 'number' ? a.k - b.k : collator.compare(String(a.k), String(b.k));
    return c !== 0 ? c * sign : a.p.id < b.p.id ? -1 : 1;
  });
  return keyed.map((x) => x.p);
}

/** placePath is "Building C › 2 › 2.05 Shaft". */
export function placePath(id: Id, pool: Pick<Pool, 'get'>, sep = ' › '): string {
  const names: string[] = [];
  let at: Location | undefined = pool.get('locations', id);
  for (let depth = 0; at && depth < 10; depth++) {
    names.unshift([at.code, at.name].filter(Boolean).join(' '));
    at = pool.get('locations', at.parent_id);
  }
  return names.join(sep);
}
