/**
 * Groups pins that would cover each other, for each whole zoom level.
 *
 * A grid of cells as wide as the radius; pins are taken in the order given, and
 * each takes the free ones within the radius with it. Same pins, same groups:
 * nothing flickers. 5,000 pins take a few milliseconds a level, and a level is
 * worked out when it is first looked at.
 */
import type { Place } from './types';

export interface Group extends Place {
  /** Indexes into the pins given; one when the pin stands alone. */
  readonly members: readonly number[];
}

export class ClusterIndex {
  private readonly levels = new Map<number, Group[]>();

  /** Places in page units; radius in CSS pixels. */
  constructor(
    private readonly places: readonly Place[],
    private readonly radius: number,
  ) {}

  /** The groups at a scale of 2^level pixels per unit. */
  at(level: number): Group[] {
    const known = this.levels.get(level);
    if (known) return known;
    const made = group(this.places, this.radius / 2 ** level);
    this.levels.set(level, made);
    return made;
  }
}

/** The level whose groups suit a scale: pins only move further apart until the next. */
export function levelOf(scale: number): number {
  return Math.floor(Math.log2(scale) + 1e-9);
}

export function group(places: readonly Place[], radius: number): Group[] {
  const cells = new Map<string, number[]>();
  const cellOf = (v: number) => Math.floor(v / radius);
  places.forEach((p, i) => {
    const key = `${cellOf(p.x)}:${cellOf(p.y)}`;
    const cell = cells.get(key);
    if (cell) cell.push(i);
    else cells.set(key, [i]);
  });
  const taken = new Uint8Array(places.length);
  const groups: Group[] = [];
  const limit = radius * radius;
  places.forEach((p, i) => {
    if (taken[i]) return;
    taken[i] = 1;
    const members = [i];
    let sumX = p.x;
    let sumY = p.y;
    const cx = cellOf(p.x);
    const cy = cellOf(p.y);
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const j of cells.get(`${cx + dx}:${cy + dy}`) ?? []) {
          if (taken[j]) continue;
          const q = places[j] as Place;
          if ((q.x - p.x) ** 2 + (q.y - p.y) ** 2 > limit) continue;
          taken[j] = 1;
          members.push(j);
          sumX += q.x;
          sumY += q.y;
        }
      }
    }
    groups.push({ members, x: sumX / members.length, y: sumY / members.length });
  });
  return groups;
}
