/** Shapes of mark-up: how they are drawn as SVG, and what an eraser hits. Coordinates are those of what is drawn on. */
import { getStroke } from 'perfect-freehand';
import type { Shape } from '@/api/types';

export type Tool = Shape['kind'] | 'erase';
type Point = readonly [number, number];

export const colours = ['#c0392b', '#1f5fae', '#1e7a46', '#e0a100', '#161513', '#ffffff'] as const;

export function pointsOf(s: Shape): Point[] {
  const out: Point[] = [];
  for (let i = 0; i + 1 < s.at.length; i += 2) out.push([s.at[i] as number, s.at[i + 1] as number]);
  return out;
}

const n = (v: number) => String(Math.round(v * 10) / 10);

/** The outline of a pen's stroke, of even width: the same as a report draws. */
export function penPath(s: Shape): string {
  const outline = getStroke(pointsOf(s) as [number, number][], {
    size: s.width,
    thinning: 0,
    smoothing: 0.5,
    streamline: 0.3,
    last: true,
  });
  if (outline.length === 0) return '';
  return `M${outline.map(([x = 0, y = 0]) => `${n(x)} ${n(y)}`).join('L')}Z`;
}

/** An arrow: its line, and two more at its head. */
export function arrowPath(s: Shape): string {
  const [a, b] = pointsOf(s);
  if (!a || !b) return '';
  const turn = Math.atan2(b[1] - a[1], b[0] - a[0]);
  const length = Math.max(s.width * 3.5, 6);
  const head = [-1, 1].map((side) => {
    const t = turn + Math.PI + (side * Math.PI) / 7;
    return `M${n(b[0])} ${n(b[1])}L${n(b[0] + length * Math.cos(t))} ${n(b[1] + length * Math.sin(t))}`;
  });
  return `M${n(a[0])} ${n(a[1])}L${n(b[0])} ${n(b[1])}${head.join('')}`;
}

function toSegment([x, y]: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / square));
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

function outline(s: Shape): Point[] {
  const all = pointsOf(s);
  const [a, b]: [Point, Point] = [all[0] ?? [0, 0], all.at(-1) ?? [0, 0]];
  switch (s.kind) {
    case 'rect':
      return [a, [b[0], a[1]], b, [a[0], b[1]], a];
    case 'ellipse':
      return Array.from({ length: 25 }, (_, i): Point => {
        const t = (2 * Math.PI * i) / 24;
        return [(a[0] + b[0]) / 2 + ((b[0] - a[0]) / 2) * Math.cos(t), (a[1] + b[1]) / 2 + ((b[1] - a[1]) / 2) * Math.sin(t)];
      });
    case 'text': {
      const wide = (s.text ?? '').length * s.width * 0.55;
      const middle = a[1] + s.width / 2;
      return [
        [a[0], middle],
        [a[0] + wide, middle],
      ];
    }
    default:
      return all;
  }
}

/** hit tells which shape lies under a point, the uppermost first; -1 for none. */
export function hit(shapes: readonly Shape[], at: Point, near: number): number {
  for (let i = shapes.length - 1; i >= 0; i--) {
    const s = shapes[i] as Shape;
    const line = outline(s);
    const reach = near + s.width / 2;
    if (line.length === 1 && Math.hypot(at[0] - (line[0] as Point)[0], at[1] - (line[0] as Point)[1]) <= reach) return i;
    for (let j = 1; j < line.length; j++) if (toSegment(at, line[j - 1] as Point, line[j] as Point) <= reach) return i;
  }
  return -1;
}

/** thin drops the points of a stroke that say nothing: a finger gives sixty a second. */
export function thin(at: readonly number[], least: number): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < at.length; i += 2) {
    const [x, y] = [at[i] as number, at[i + 1] as number];
    const far = out.length === 0 || Math.hypot(x - (out.at(-2) as number), y - (out.at(-1) as number)) >= least;
    if (far || i + 3 >= at.length) out.push(Math.round(x * 10) / 10, Math.round(y * 10) / 10);
  }
  return out;
}
