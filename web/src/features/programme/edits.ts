/** What somebody does at the chart or with the keys, as edits for the server. */
import { type Edit, linkKinds } from '@/api/programme';
import type { Id } from '@/api/types';
import { day, type Intent, kinds, type Network } from '@/engines/gantt';

const idOf = (net: Network, i: number): Id => net.s.activities.id[i] as Id;

/** The activities beside i, in order. */
export function siblings(net: Network, i: number): number[] {
  const p = net.parent[i] ?? -1;
  const from = p < 0 ? 0 : p + 1;
  const to = p < 0 ? net.n : (net.end[p] ?? net.n);
  const out: number[] = [];
  for (let k = from; k < to; k = net.end[k] ?? k + 1) out.push(k);
  return out;
}

function lastChild(net: Network, p: number): number {
  let last = -1;
  for (let k = p + 1; k < (net.end[p] ?? p + 1); k = net.end[k] ?? k + 1) last = k;
  return last;
}

const parentId = (net: Network, i: number): Id | null => {
  const p = net.parent[i] ?? -1;
  return p < 0 ? null : idOf(net, p);
};

/** Without those that lie below another chosen one: they go with it. */
export function topmost(net: Network, list: readonly number[]): number[] {
  const chosen = new Set(list);
  return [...list]
    .sort((a, b) => a - b)
    .filter((i) => {
      for (let p = net.parent[i] ?? -1; p >= 0; p = net.parent[p] ?? -1) if (chosen.has(p)) return false;
      return true;
    });
}

export function addBelow(net: Network, i: number, activity: Id, name: string): Edit {
  const duration = net.s.minutes_day;
  if (i < 0) {
    const last = net.n === 0 ? -1 : (siblings(net, 0).at(-1) ?? -1);
    return { do: 'add', activity, parent: null, after: last < 0 ? null : idOf(net, last), name, duration, kind: kinds.task };
  }
  return { do: 'add', activity, parent: parentId(net, i), after: idOf(net, i), name, duration, kind: kinds.task };
}

export function removal(net: Network, list: readonly number[]): Edit[] {
  return topmost(net, list).map((i) => ({ do: 'remove', activity: idOf(net, i) }));
}

/** indent puts each below the one before it. */
export function indent(net: Network, list: readonly number[]): Edit[] {
  const chosen = topmost(net, list);
  const moving = new Set(chosen);
  const after = new Map<number, Id | null>();
  const out: Edit[] = [];
  for (const i of chosen) {
    const beside = siblings(net, i);
    let k = beside.indexOf(i) - 1;
    while (k >= 0 && moving.has(beside[k] as number)) k--;
    const p = beside[k];
    if (k < 0 || p === undefined) continue;
    const last = after.get(p) ?? (lastChild(net, p) >= 0 ? idOf(net, lastChild(net, p)) : null);
    out.push({ do: 'move', activity: idOf(net, i), parent: idOf(net, p), after: last });
    after.set(p, idOf(net, i));
  }
  return out;
}

/** outdent puts each after what it was below. */
export function outdent(net: Network, list: readonly number[]): Edit[] {
  const after = new Map<number, Id>();
  const out: Edit[] = [];
  for (const i of topmost(net, list)) {
    const p = net.parent[i] ?? -1;
    if (p < 0) continue;
    out.push({ do: 'move', activity: idOf(net, i), parent: parentId(net, p), after: after.get(p) ?? idOf(net, p) });
    after.set(p, idOf(net, i));
  }
  return out;
}

/** shifted moves one activity up or down among those beside it. */
export function shifted(net: Network, i: number, way: 1 | -1): Edit[] {
  const beside = siblings(net, i);
  const k = beside.indexOf(i);
  const after = way < 0 ? beside[k - 2] : beside[k + 1];
  if (way < 0 ? k < 1 : k >= beside.length - 1) return [];
  return [{ do: 'move', activity: idOf(net, i), parent: parentId(net, i), after: after === undefined ? null : idOf(net, after) }];
}

/** chain relates the chosen ones, each to the next, in the order in which they were chosen. */
export function chain(net: Network, list: readonly number[]): Edit[] {
  const out: Edit[] = [];
  for (let k = 1; k < list.length; k++)
    out.push({ do: 'link', from: idOf(net, list[k - 1] as number), to: idOf(net, list[k] as number), link: 'FS', lag: 0, unit: 'working' });
  return out;
}

/** of an intent of the pointer: what is chosen with a dragged bar goes along. */
export function ofIntent(net: Network, intent: Intent, selected: ReadonlySet<number>): Edit[] {
  if (intent.kind === 'link')
    return [
      {
        do: 'link',
        from: idOf(net, intent.from),
        to: idOf(net, intent.to),
        link: linkKinds[intent.link] ?? 'FS',
        lag: 0,
        unit: 'working',
      },
    ];
  if (intent.kind === 'stretch') return [{ do: 'set', activity: idOf(net, intent.activity), duration: intent.duration }];
  const list = selected.has(intent.activity) ? [...selected].filter((i) => net.kind[i] !== kinds.summary) : [intent.activity];
  const by = intent.start - (net.start[intent.activity] as number);
  return list.map((i) => ({
    do: 'set',
    activity: idOf(net, i),
    start: i === intent.activity ? intent.start : (net.calendarOf(i)?.next((net.start[i] as number) + by) ?? (net.start[i] as number) + by),
  }));
}

/** nudge moves by working days, for those who use no pointer. */
export function nudge(net: Network, list: readonly number[], days: 1 | -1): Edit[] {
  return list
    .filter((i) => net.kind[i] !== kinds.summary)
    .map((i) => {
      const c = net.calendarOf(i);
      const was = net.start[i] as number;
      let to = was + days * day;
      for (let n = 0; c && !c.idle && n < 60 && !c.works(Math.floor(to / day)); n++) to += days * day;
      return { do: 'set', activity: idOf(net, i), start: to };
    });
}

export function stretch(net: Network, list: readonly number[], days: 1 | -1): Edit[] {
  const unit = net.s.minutes_day;
  return list
    .filter((i) => net.kind[i] === kinds.task)
    .flatMap((i): Edit[] => {
      const duration = (net.s.activities.duration[i] ?? 0) + days * unit;
      return duration > 0 ? [{ do: 'set', activity: idOf(net, i), duration }] : [];
    });
}
