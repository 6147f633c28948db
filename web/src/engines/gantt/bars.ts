/** Where bars and relations lie, and what is under a pointer. Pixels of the chart: x from its left edge, y from its first row. */
import { kinds, type Network } from './network';
import type { Layout } from './rows';
import { type Span, xOf } from './time';

export interface Bar {
  x: number;
  w: number;
  /** Above and below the middle of the row. */
  half: number;
  shape: 'bar' | 'summary' | 'milestone' | 'effort' | 'band';
}

const least = 2;

export function barOf(net: Network, i: number, span: Span, row: number, start = net.start[i], finish = net.finish[i]): Bar | null {
  const a = start ?? Number.NaN;
  const b = finish ?? Number.NaN;
  if (Number.isNaN(a) || Number.isNaN(b)) return null;
  const k = net.kind[i];
  const x = xOf(span, a);
  if (k === kinds.startMilestone || k === kinds.finishMilestone) {
    const half = Math.min(8, row * 0.24);
    return { x: xOf(span, k === kinds.finishMilestone ? b : a) - half, w: 2 * half, half, shape: 'milestone' };
  }
  const w = Math.max(least, xOf(span, b) - x);
  if (k === kinds.summary) return { x, w, half: Math.min(5, row * 0.14), shape: 'summary' };
  if (k === kinds.effort) return { x, w, half: Math.min(5, row * 0.15), shape: 'effort' };
  if (k === kinds.band) return { x, w, half: Math.min(6, row * 0.17), shape: 'band' };
  return { x, w, half: Math.min(9, row * 0.25), shape: 'bar' };
}

const gap = 9;

/** route of a relation as x, y, x, y…, by right angles: out of the side that its kind says, into the side that it says. */
export function route(link: number, a: Bar, ya: number, b: Bar, yb: number, row: number): number[] {
  const fromEnd = link === 0 || link === 2; // FS, FF
  const toStart = link === 0 || link === 1; // FS, SS
  const x1 = fromEnd ? a.x + a.w : a.x;
  if (link === 0 && ya !== yb) {
    // What follows is met from above or below, a little after its start: a chain is a staircase, not a row of loops.
    const at = b.x + (b.shape === 'milestone' ? b.w / 2 : Math.min(5, b.w / 2));
    if (at >= x1 + 1) return [x1, ya, at, ya, at, ya < yb ? yb - b.half : yb + b.half];
  }
  const x2 = toStart ? b.x : b.x + b.w;
  const out = x1 + (fromEnd ? gap : -gap);
  const into = x2 + (toStart ? -gap : gap);
  if (fromEnd !== toStart) {
    // Start to start and finish to finish: one side.
    const v = toStart ? Math.min(out, into) : Math.max(out, into);
    return [x1, ya, v, ya, v, yb, x2, yb];
  }
  if (toStart ? into >= out : into <= out) return [x1, ya, out, ya, out, yb, x2, yb];
  // It goes back: between the rows.
  const between = yb + (ya < yb ? -row / 2 : row / 2);
  return [x1, ya, out, ya, out, between, into, between, into, yb, x2, yb];
}

/** The relations that have an end among some rows, at most `most` of those that only pass. */
export function* relationsIn(net: Network, layout: Layout, first: number, last: number, most = 300): Generator<number> {
  const { from, to } = net;
  let passing = 0;
  for (let r = 0; r < from.length; r++) {
    const a = layout.rowOf[from[r] as number] as number;
    const b = layout.rowOf[to[r] as number] as number;
    if (a < 0 || b < 0) continue;
    const ina = a >= first && a < last;
    const inb = b >= first && b < last;
    if (ina || inb) yield r;
    else if (((a < first && b >= last) || (b < first && a >= last)) && passing++ < most) yield r;
  }
}

export type Part = 'bar' | 'end' | 'out-start' | 'out-end';
export type Hit = { kind: 'activity'; activity: number; part: Part } | { kind: 'relation'; relation: number } | null;

export interface HitScene {
  net: Network;
  layout: Layout;
  span: Span;
  row: number;
  /** The activity whose handles are shown: they reach past the bar. */
  handles?: number;
  relations: boolean;
}

const edge = 7;
export const dot = 11;

export function hit(s: HitScene, x: number, y: number): Hit {
  const r = Math.floor(y / s.row);
  const i = s.layout.items[r];
  if (i !== undefined && i >= 0) {
    const bar = barOf(s.net, i, s.span, s.row);
    const off = Math.abs(y - (r + 0.5) * s.row);
    if (bar && off <= bar.half + 3) {
      const right = bar.x + bar.w;
      if (s.handles === i && x >= right + 2 && x <= right + 2 + 2 * dot) return { kind: 'activity', activity: i, part: 'out-end' };
      if (s.handles === i && x <= bar.x - 2 && x >= bar.x - 2 - 2 * dot) return { kind: 'activity', activity: i, part: 'out-start' };
      const thin = Math.min(edge, bar.w / 3);
      if (bar.shape === 'bar' && x > right - thin && x <= right + 2) return { kind: 'activity', activity: i, part: 'end' };
      if (x >= bar.x - 3 && x <= right + 3) return { kind: 'activity', activity: i, part: 'bar' };
    }
  }
  if (!s.relations) return null;
  let best: Hit = null;
  let near = 5;
  for (const k of relationsIn(s.net, s.layout, Math.max(0, r - 1), r + 2)) {
    const path = pathOf(s, k);
    if (!path) continue;
    const d = distance(path, x, y);
    if (d < near) {
      near = d;
      best = { kind: 'relation', relation: k };
    }
  }
  return best;
}

export function pathOf(s: Pick<HitScene, 'net' | 'layout' | 'span' | 'row'>, r: number): number[] | null {
  const f = s.net.from[r] as number;
  const t = s.net.to[r] as number;
  const a = barOf(s.net, f, s.span, s.row);
  const b = barOf(s.net, t, s.span, s.row);
  if (!a || !b) return null;
  const ya = ((s.layout.rowOf[f] as number) + 0.5) * s.row;
  const yb = ((s.layout.rowOf[t] as number) + 0.5) * s.row;
  return route(s.net.link[r] as number, a, ya, b, yb, s.row);
}

/** distance from a point to a path of right angles. */
export function distance(path: readonly number[], x: number, y: number): number {
  let near = Number.POSITIVE_INFINITY;
  for (let k = 0; k + 3 < path.length; k += 2) {
    const [x1, y1, x2, y2] = [path[k] as number, path[k + 1] as number, path[k + 2] as number, path[k + 3] as number];
    const cx = Math.max(Math.min(x1, x2), Math.min(Math.max(x1, x2), x));
    const cy = Math.max(Math.min(y1, y2), Math.min(Math.max(y1, y2), y));
    near = Math.min(near, Math.hypot(x - cx, y - cy));
  }
  return near;
}

/** The progress line: at the data date, except where an activity is ahead or behind; then at how far it has come. */
export function progressX(net: Network, i: number, span: Span, at: number): number {
  const a = net.start[i] ?? Number.NaN;
  const b = net.finish[i] ?? Number.NaN;
  const p = net.percent[i] ?? 0;
  if (Number.isNaN(a) || Number.isNaN(b) || net.kind[i] === kinds.summary) return xOf(span, at);
  if ((p >= 100 && b <= at) || (p <= 0 && a >= at)) return xOf(span, at);
  return xOf(span, a + ((b - a) * p) / 100);
}
