/** Line of balance: locations up, time across; the same work in one location after the other is one line. */
import { kinds, type Network } from './network';

export interface LobLine {
  /** What makes it one line: who is in charge and what it is called, or the name alone. */
  key: string;
  title: string;
  /** Of the palette. */
  colour: number;
  pieces: LobPiece[];
}

export interface LobPiece {
  activity: number;
  /** Which location, from the top of the list. */
  band: number;
  start: number;
  finish: number;
}

export interface LobClash {
  band: number;
  at: number;
  activities: [number, number];
}

export interface Lob {
  bands: readonly string[];
  lines: LobLine[];
  /** Two lines that are in one place at one time. */
  clashes: LobClash[];
  /** Activities without a location: they have no place here. */
  without: number;
}

export interface LobChoice {
  /** Locations in the order of the building, the lowest first. */
  locations: readonly string[];
  locationOf: (i: number) => string | null;
  nameOf: (i: number) => string;
  keep?: ((i: number) => boolean) | undefined;
}

export function lineOfBalance(net: Network, c: LobChoice): Lob {
  const used = new Set<string>();
  let without = 0;
  const leaf: number[] = [];
  for (let i = 0; i < net.n; i++) {
    if (net.kind[i] === kinds.summary || net.kind[i] === kinds.band || (c.keep && !c.keep(i))) continue;
    const l = c.locationOf(i);
    if (l === null) {
      without++;
      continue;
    }
    if (Number.isNaN(net.start[i] ?? Number.NaN) || Number.isNaN(net.finish[i] ?? Number.NaN)) continue;
    used.add(l);
    leaf.push(i);
  }
  const bands = c.locations.filter((l) => used.has(l));
  const band = new Map(bands.map((l, k) => [l, k]));
  const lines = new Map<string, LobLine>();
  for (const i of leaf) {
    const at = band.get(c.locationOf(i) as string);
    if (at === undefined) {
      without++;
      continue;
    }
    const title = c.nameOf(i);
    const key = title.trim().toLocaleLowerCase();
    let line = lines.get(key);
    if (!line) {
      line = { key, title, colour: lines.size, pieces: [] };
      lines.set(key, line);
    }
    line.pieces.push({ activity: i, band: at, start: net.start[i] as number, finish: net.finish[i] as number });
  }
  for (const l of lines.values()) l.pieces.sort((a, b) => a.start - b.start || a.band - b.band);
  return { bands, lines: [...lines.values()], clashes: clashes([...lines.values()], bands.length), without };
}

function clashes(lines: readonly LobLine[], bands: number): LobClash[] {
  const by: LobPiece[][] = Array.from({ length: bands }, () => []);
  for (const l of lines) for (const p of l.pieces) if (p.finish > p.start) by[p.band]?.push(p);
  const out: LobClash[] = [];
  by.forEach((list, k) => {
    list.sort((a, b) => a.start - b.start);
    let open: LobPiece | null = null;
    for (const p of list) {
      if (open && p.start < open.finish) out.push({ band: k, at: p.start, activities: [open.activity, p.activity] });
      if (!open || p.finish > open.finish) open = p;
    }
  });
  return out;
}

/** The corners of a piece: it rises through its location's band while it goes on. */
export function pieceAt(p: LobPiece, bands: number, height: number): { y1: number; y2: number } {
  // The lowest location is at the foot, as it is on site.
  const foot = (bands - p.band) * height;
  return { y1: foot - height * 0.12, y2: foot - height * 0.88 };
}
