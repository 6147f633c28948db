/** Where relations run in a circle: a network of which no dates can be computed says so by name. */
import { kinds, type Network } from './network';

/**
 * circles are the activities of each circle, in the order in which they wait; with a relation that is not there yet, those that it would
 * close. Every activity is two nodes, its start and its finish, and a summary's embrace those of what is below it.
 */
export function circles(net: Network, more?: readonly [from: number, to: number, link: number]): number[][] {
  const { n } = net;
  const next: number[][] = Array.from({ length: 2 * n }, () => []);
  const edge = (a: number, b: number) => (next[a] as number[]).push(b);
  for (let i = 0; i < n; i++) {
    const p = net.parent[i] ?? -1;
    if (net.kind[i] !== kinds.summary) edge(2 * i, 2 * i + 1);
    if (p >= 0) {
      edge(2 * p, 2 * i);
      edge(2 * i + 1, 2 * p + 1);
    }
  }
  const relate = (f: number, t: number, link: number) =>
    edge(2 * f + (link === 0 || link === 2 ? 1 : 0), 2 * t + (link === 2 || link === 3 ? 1 : 0));
  for (let k = 0; k < net.from.length; k++) relate(net.from[k] as number, net.to[k] as number, net.link[k] as number);
  if (more) relate(...more);
  const out: number[][] = [];
  for (const group of strong(next)) {
    if (group.length < 2) continue;
    const inside = new Set(group);
    const path = around(next, inside, group[0] as number);
    out.push([...new Set(path.map((v) => v >> 1))]);
  }
  return out;
}

/** The strongly connected parts (Tarjan), without recursion: chains are thousands deep. */
function strong(next: readonly number[][]): number[][] {
  const n = next.length;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const on = new Uint8Array(n);
  const at = new Int32Array(n);
  const stack: number[] = [];
  const out: number[][] = [];
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root] !== -1) continue;
    const work = [root];
    while (work.length > 0) {
      const v = work.at(-1) as number;
      if (index[v] === -1) {
        index[v] = low[v] = count++;
        stack.push(v);
        on[v] = 1;
      }
      const list = next[v] as number[];
      let deeper = false;
      while ((at[v] as number) < list.length) {
        const w = list[(at[v] as number)++ as number] as number;
        if (index[w] === -1) {
          work.push(w);
          deeper = true;
          break;
        }
        if (on[w]) low[v] = Math.min(low[v] as number, index[w] as number);
      }
      if (deeper) continue;
      work.pop();
      const up = work.at(-1);
      if (up !== undefined) low[up] = Math.min(low[up] as number, low[v] as number);
      if (low[v] !== index[v]) continue;
      const group: number[] = [];
      for (;;) {
        const w = stack.pop() as number;
        on[w] = 0;
        group.push(w);
        if (w === v) break;
      }
      out.push(group);
    }
  }
  return out;
}

/** The shortest way round from a node back to itself. */
function around(next: readonly number[][], inside: ReadonlySet<number>, start: number): number[] {
  const from = new Map<number, number>();
  let edge = [start];
  while (edge.length > 0) {
    const further: number[] = [];
    for (const v of edge)
      for (const w of next[v] as number[]) {
        if (!inside.has(w)) continue;
        if (w === start) {
          const path: number[] = [];
          for (let x: number | undefined = v; x !== undefined && x !== start; x = from.get(x)) path.push(x);
          return [start, ...path.reverse()];
        }
        if (!from.has(w)) {
          from.set(w, v);
          further.push(w);
        }
      }
    edge = further;
  }
  return [start];
}
