/** The state of the list in the address bar, and back. Unknown and broken values fall away: an old link still opens. */
import type { PointFilter, PointSort } from '@/store';

export type GroupBy = 'status' | 'due' | 'category' | 'location' | 'in_charge' | 'list';

export interface PointSearch {
  status?: string;
  category?: string;
  location?: string;
  in_charge?: string;
  author?: string;
  list?: string;
  sheet?: string;
  due_before?: string;
  due_after?: string;
  overdue?: true;
  urgent?: true;
  mine?: true;
  closed?: 'true' | 'any';
  q?: string;
  sort?: PointSort['by'];
  order?: 'asc' | 'desc';
  group?: GroupBy;
  /** The columns shown, as columns.ts writes them. */
  columns?: string;
  /** The saved view that this began as. */
  view?: string;
  /** The point shown beside the list. */
  point?: string;
  /** The capture card is open. */
  new?: true;
  /** On a plan: where the new point is, "x,y" in the frame. */
  at?: string;
  /** On a plan: where one looks, "x,y,scale". */
  look?: string;
  /** On a plan: an older revision. */
  rev?: string;
  /** On a plan: the revision that the shown one is compared with. */
  with?: string;
}

const sorts: readonly PointSort['by'][] = ['number', 'subject', 'status', 'due', 'changed', 'created', 'location'];
const groups: readonly GroupBy[] = ['status', 'due', 'category', 'location', 'in_charge', 'list'];
const lists = ['list', 'status', 'category', 'location', 'in_charge', 'author'] as const;
const flags = ['overdue', 'urgent', 'mine', 'new'] as const;

const idList = /^[\w:-]+(,[\w:-]+)*$/;
const placeText = /^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/;
const lookText = /^-?\d+,-?\d+,\d+(\.\d+)?(e[+-]?\d+)?$/;
const civilDate = /^\d{4}-\d\d-\d\d$/;

export function readSearch(raw: Record<string, unknown>): PointSearch {
  const out: PointSearch = {};
  const text = (name: string): string | undefined => {
    const v = raw[name];
    return typeof v === 'string' && v !== '' ? v : typeof v === 'number' ? String(v) : undefined;
  };
  for (const name of lists) {
    const v = text(name);
    if (v && idList.test(v)) out[name] = v;
  }
  for (const name of ['sheet', 'point', 'rev', 'with'] as const) {
    const v = text(name);
    if (v && /^[\w-]+$/.test(v)) out[name] = v;
  }
  for (const name of ['due_before', 'due_after'] as const) {
    const v = text(name);
    if (v && civilDate.test(v)) out[name] = v;
  }
  for (const name of flags) if (raw[name] === true || raw[name] === 1 || raw[name] === 'true') out[name] = true;
  const closed = String(raw.closed ?? '');
  if (closed === 'true' || closed === 'any') out.closed = closed;
  const q = text('q');
  if (q) out.q = q.slice(0, 200);
  const sort = text('sort') as PointSort['by'] | undefined;
  if (sort && sorts.includes(sort)) out.sort = sort;
  const order = text('order');
  if (order === 'asc' || order === 'desc') out.order = order;
  const at = text('at');
  if (at && placeText.test(at)) out.at = at;
  const look = text('look');
  if (look && lookText.test(look)) out.look = look;
  const columns = text('columns');
  if (columns && /^[a-z_:\d,]{1,400}$/.test(columns)) out.columns = columns;
  const view = text('view');
  if (view && /^[\w-]+$/.test(view)) out.view = view;
  const group = text('group') as GroupBy | undefined;
  if (group && groups.includes(group)) out.group = group;
  return out;
}

const split = (list: string | undefined): string[] | undefined => (list ? list.split(',') : undefined);

export function filterOf(s: PointSearch): PointFilter {
  const f: PointFilter = {};
  for (const name of lists) {
    const ids = split(s[name]);
    if (ids) f[name] = ids;
  }
  if (s.sheet) f.sheet = s.sheet;
  if (s.due_before) f.due_before = s.due_before;
  if (s.due_after) f.due_after = s.due_after;
  if (s.overdue) f.overdue = true;
  if (s.urgent) f.urgent = true;
  if (s.mine) f.mine = true;
  if (s.closed) f.closed = s.closed;
  if (s.q) f.q = s.q;
  return f;
}

/** What a saved view keeps of an address: all but what is open now. */
export function viewQuery(s: PointSearch, columns: string): string {
  const { point: _p, new: _n, at: _a, look: _l, view: _v, columns: _c, ...kept } = s;
  const all = Object.entries({ ...kept, columns }).flatMap(([k, v]) => (v === undefined || v === '' ? [] : [[k, String(v)]]));
  return new URLSearchParams(all.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) as [string, string][]).toString();
}

/** searchOf is the address of a saved view. */
export function searchOf(query: string): PointSearch {
  return readSearch(Object.fromEntries(new URLSearchParams(query)));
}

/** While the server pages, groups come one after the other only in an order that keeps them together. */
export function groupSort(group: GroupBy | undefined): PointSort | null {
  switch (group) {
    case 'status':
    case 'due':
    case 'location':
      return { by: group, order: 'asc' };
    case 'list':
      return { by: 'number', order: 'asc' };
    default:
      return null;
  }
}

/** The newest first, whatever its list, until someone sorts. A column sorts the way one reads it at first. */
export function sortOf(s: PointSearch): PointSort {
  const by = s.sort ?? 'created';
  return { by, order: s.order ?? firstOrder(by) };
}

export function firstOrder(by: PointSort['by']): 'asc' | 'desc' {
  return by === 'number' || by === 'changed' || by === 'created' ? 'desc' : 'asc';
}

/** The query of the server's list for the same. */
export function queryOf(f: PointFilter, sort: PointSort): URLSearchParams {
  const q = new URLSearchParams();
  for (const name of lists) {
    const ids = f[name];
    if (ids?.length) q.set(name, ids.join(','));
  }
  for (const name of ['sheet', 'due_before', 'due_after', 'q', 'closed'] as const) {
    const v = f[name];
    if (v) q.set(name, v);
  }
  for (const name of ['overdue', 'urgent', 'mine'] as const) if (f[name]) q.set(name, 'true');
  q.set('sort', sort.by);
  q.set('order', sort.order);
  return q;
}

/** How many filters are set, the text not counted. */
export function filterCount(s: PointSearch): number {
  const names = ['status', 'category', 'location', 'in_charge', 'author', 'list', 'sheet', 'overdue', 'urgent', 'mine', 'closed'] as const;
  return names.filter((n) => s[n] !== undefined).length + (s.due_before || s.due_after ? 1 : 0);
}

/** The same view without filters. */
export function cleared(s: PointSearch): PointSearch {
  const { sort, order, group, columns, point, look } = s;
  return {
    ...(sort && { sort }),
    ...(order && { order }),
    ...(group && { group }),
    ...(columns && { columns }),
    ...(point && { point }),
    ...(look && { look }),
  };
}
