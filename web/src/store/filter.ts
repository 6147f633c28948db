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
  list?: Id[];
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

/** fold is a text without accents and capitals, for finding. */
export const fold = (s: string) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

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
    if (!has(f.list, p.list_id)) return false;
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

/** keyOf is what a point is sorted by: null sorts last in both directions. */
function keyOf(by: PointSort['by'], pool: Pool): (p: Row<Point>) => string | number | null {
  switch (by) {
    case 'number': {
      // By code, occurrence and sequence, as the server does: all three are in the number, as the list wrote it then.
      const parts = (n: string) => /^(?:(.*)-)?(?:(\d+)\.)?\d+$/.exec(n);
      const codes = [...new Set(pool.list('points').map((p) => (p.number && parts(p.number)?.[1]) || ''))].sort();
      const rank = new Map(codes.map((c, i) => [c, i]));
      return (p) => {
        if (p.sequence === null || p.number === null) return null;
        const [, code = '', occurrence = '0'] = parts(p.number) ?? [];
        return (rank.get(code) ?? 0) * 1e12 + Number(occurrence) * 1e8 + p.sequence;
      };
    }
    case 'subject':
      return (p) => p.subject;
    case 'status': {
      const statuses = new Map(pool.list('statuses').map((s) => [s.id, s.order]));
      return (p) => statuses.get(p.status_id) ?? null;
    }
    case 'due':
      return (p) => p.due;
    case 'changed':
      return (p) => p.changed_at;
    case 'created':
      return (p) => p.created_at;
    case 'location': {
      const places = new Map(pool.list('locations').map((l) => [l.id, placePath(l.id, pool)]));
      return (p) => (p.location_id ? (places.get(p.location_id) ?? null) : null);
    }
  }
}

interface Keyed {
  p: Row<Point>;
  k: string | number | null;
}

function order(sort: PointSort): (a: Keyed, b: Keyed) => number {
  const sign = sort.order === 'desc' ? -1 : 1;
  const collator = new Intl.Collator(undefined, { numeric: true });
  return (a, b) => {
    // Nothing sorts last, in both directions; but a point without a number yet is the newest.
    if (a.k === null || b.k === null) {
      if (a.k === b.k) return a.p.id < b.p.id ? -1 : 1;
      if (sort.by === 'number') return (a.k === null ? 1 : -1) * sign;
      return a.k === null ? 1 : -1;
    }
    const c = typeof a.k === 'number' && typeof b.k === 'number' ? a.k - b.k : collator.compare(String(a.k), String(b.k));
    return c !== 0 ? c * sign : a.p.id < b.p.id ? -1 : 1;
  };
}

export function sortPoints(points: readonly Row<Point>[], sort: PointSort, pool: Pool): Row<Point>[] {
  const key = keyOf(sort.by, pool);
  const keyed = points.map((p) => ({ p, k: key(p) }));
  return keyed.sort(order(sort)).map((x) => x.p);
}

/**
 * overlay lays what this device knows better over a page of the server's list: `touched` are the points that wait to be sent or changed
 * since the server was asked. Those that still fit stand where they belong, the others are left out. With more to come, what sorts
 * behind the last row is not shown: others that are not here may lie between.
 */
export function overlay(
  base: readonly Row<Point>[],
  touched: readonly Row<Point>[],
  fits: readonly Row<Point>[],
  sort: PointSort,
  pool: Pool,
  more: boolean,
): Row<Point>[] {
  const known = new Set(touched.map((p) => p.id));
  const key = keyOf(sort.by, pool);
  const compare = order(sort);
  const rows = base.filter((p) => !known.has(p.id)).map((p) => ({ p, k: key(p) }));
  for (const p of fits) {
    const x = { p, k: key(p) };
    let from = 0;
    let to = rows.length;
    while (from < to) {
      const mid = (from + to) >> 1;
      if (compare(rows[mid] as Keyed, x) < 0) from = mid + 1;
      else to = mid;
    }
    if (from < rows.length || !more) rows.splice(from, 0, x);
  }
  return rows.map((x) => x.p);
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
