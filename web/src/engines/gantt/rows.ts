/** Which activities have a row, and which row: the outline with what is folded, a filter, or groups. */
import { kinds, type Network } from './network';

export interface Group {
  key: string;
  title: string;
  count: number;
  start: number;
  finish: number;
}

export interface Layout {
  /** An activity's index; below zero a group's heading: -1 is the first. */
  items: Int32Array;
  /** The row of an activity, -1 for none. */
  rowOf: Int32Array;
  groups: readonly Group[];
  /** How many activities a filter left. */
  matches: number;
}

export interface RowChoice {
  folded: ReadonlySet<string>;
  /** Undefined: everything. */
  keep?: ((i: number) => boolean) | undefined;
  /** Groups of an activity, each as key and title; undefined: the outline. */
  groups?: ((i: number) => readonly { key: string; title: string }[]) | undefined;
}

export function layoutRows(net: Network, { folded, keep, groups }: RowChoice): Layout {
  if (groups) return grouped(net, folded, keep, groups);
  const { n, parent, end } = net;
  const ids = net.s.activities.id;
  const rowOf = new Int32Array(n).fill(-1);
  const items = new Int32Array(n);
  let rows = 0;
  let matches = n;
  if (keep) {
    // What matches, and what is above it: a filter shows inside what is folded.
    const shown = new Uint8Array(n);
    matches = 0;
    for (let i = 0; i < n; i++) {
      if (!keep(i)) continue;
      matches++;
      for (let p = i; p >= 0 && !shown[p]; p = parent[p] ?? -1) shown[p] = 1;
    }
    for (let i = 0; i < n; i++) if (shown[i]) items[rows++] = i;
  } else {
    for (let i = 0; i < n; ) {
      items[rows++] = i;
      i = folded.size > 0 && folded.has(ids[i] as string) ? (end[i] ?? i + 1) : i + 1;
    }
  }
  for (let r = 0; r < rows; r++) rowOf[items[r] as number] = r;
  return { items: items.subarray(0, rows), rowOf, groups: [], matches };
}

function grouped(net: Network, folded: ReadonlySet<string>, keep: RowChoice['keep'], of: NonNullable<RowChoice['groups']>): Layout {
  const rowOf = new Int32Array(net.n).fill(-1);
  const by = new Map<string, Group & { list: number[] }>();
  let matches = 0;
  for (let i = 0; i < net.n; i++) {
    if (net.kind[i] === kinds.summary || (keep && !keep(i))) continue;
    matches++;
    for (const { key, title } of of(i)) {
      let g = by.get(key);
      if (!g) {
        g = { key, title, count: 0, start: Number.POSITIVE_INFINITY, finish: Number.NEGATIVE_INFINITY, list: [] };
        by.set(key, g);
      }
      g.list.push(i);
      g.count++;
      if ((net.start[i] ?? 0) < g.start) g.start = net.start[i] ?? 0;
      if ((net.finish[i] ?? 0) > g.finish) g.finish = net.finish[i] ?? 0;
    }
  }
  const order = [...by.values()].sort((a, b) => (a.key === '' ? 1 : b.key === '' ? -1 : a.title.localeCompare(b.title)));
  const items: number[] = [];
  order.forEach((g, k) => {
    items.push(-1 - k);
    if (folded.has(`group:${g.key}`)) return;
    for (const i of g.list) {
      // In more than one group: its relations hang on the first row.
      if (rowOf[i] === -1) rowOf[i] = items.length;
      items.push(i);
    }
  });
  return { items: Int32Array.from(items), rowOf, groups: order, matches };
}

/** The rows that a window of pixels shows, one past the last included. */
export function windowOf(top: number, height: number, row: number, rows: number): [number, number] {
  return [Math.max(0, Math.floor(top / row)), Math.min(rows, Math.ceil((top + height) / row))];
}
