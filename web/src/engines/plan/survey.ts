/** Rooms, scale and links of a sheet, and what one measures with them. Places are units of the sheet's frame. */
import type { Place } from './types';

interface Laid {
  readonly kind: 'room' | 'scale' | 'link';
  readonly at: readonly number[];
  readonly metres: number;
}

export function placesOf(at: readonly number[]): Place[] {
  const out: Place[] = [];
  for (let i = 0; i + 1 < at.length; i += 2) out.push({ x: at[i] as number, y: at[i + 1] as number });
  return out;
}

/** The length of a line from place to place. */
export function lengthOf(line: readonly Place[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Place, line[i] as Place];
    sum += Math.hypot(b.x - a.x, b.y - a.y);
  }
  return sum;
}

/** The area within a line that comes back to its first place. */
export function areaOf(line: readonly Place[]): number {
  let sum = 0;
  line.forEach((a, i) => {
    const b = line[(i + 1) % line.length] as Place;
    sum += a.x * b.y - b.x * a.y;
  });
  return Math.abs(sum) / 2;
}

/** The corners with the nearest one where it was tapped. */
export function moved(corners: readonly Place[], to: Place): readonly Place[] {
  const far = (p: Place) => Math.hypot(p.x - to.x, p.y - to.y);
  const nearest = corners.reduce((best, p, i) => (far(p) < far(corners[best] as Place) ? i : best), 0);
  return corners.map((p, i) => (i === nearest ? to : p));
}

/** Metres per unit of the frame; null while nobody said. */
export function metresPerUnit(marks: readonly Laid[]): number | null {
  const scale = marks.find((m) => m.kind === 'scale');
  const units = scale ? lengthOf(placesOf(scale.at)) : 0;
  return scale && units > 0 ? scale.metres / units : null;
}

export function within(line: readonly Place[], p: Place): boolean {
  let inside = false;
  line.forEach((a, i) => {
    const b = line[(i + line.length - 1) % line.length] as Place;
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  });
  return inside;
}

/** The smallest room that a place lies in. */
export function roomAt<M extends Laid>(marks: readonly M[], p: Place): M | undefined {
  return marks
    .filter((m) => m.kind === 'room' && within(placesOf(m.at), p))
    .sort((a, b) => areaOf(placesOf(a.at)) - areaOf(placesOf(b.at)))[0];
}

/** The link under a place. */
export function linkAt<M extends Laid>(marks: readonly M[], p: Place): M | undefined {
  return marks.find((m) => {
    const [a, b] = placesOf(m.at);
    return (
      m.kind === 'link' &&
      a !== undefined &&
      b !== undefined &&
      p.x >= Math.min(a.x, b.x) &&
      p.x <= Math.max(a.x, b.x) &&
      p.y >= Math.min(a.y, b.y) &&
      p.y <= Math.max(a.y, b.y)
    );
  });
}
