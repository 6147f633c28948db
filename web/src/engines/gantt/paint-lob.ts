/** Paints a line of balance: one line a kind of work, rising through the locations. */
import { type Lob, pieceAt } from './lob';
import type { Network } from './network';
import { type Colours, header } from './paint';
import type { Pen } from './pen';
import { levelOf, type Span, ticks, timeAt, type Words, xOf } from './time';

export interface LobScene {
  net: Network;
  lob: Lob;
  span: Span;
  width: number;
  height: number;
  head: number;
  /** The height of one location. */
  band: number;
  top: number;
  colours: Colours;
  /** Of the lines, each with a dash of its own so that colour is not alone. */
  palette: readonly string[];
  words: Words;
  labels: { today: string; dataDate: string };
  active: number;
  critical: boolean;
}

const dashes: readonly number[][] = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5]];

export function paintLob(g: Pen, s: LobScene): void {
  const { lob, colours: c, span, width, height, head, band, net } = s;
  g.fillStyle = c.card;
  g.fillRect(0, 0, width, height);
  g.save();
  g.beginPath();
  g.rect(0, head, width, height - head);
  g.clip();
  g.translate(0, head - s.top);
  const whole = lob.bands.length * band;
  const { lower } = levelOf(span.scale);
  g.strokeStyle = c.line;
  g.lineWidth = 1;
  g.beginPath();
  for (const t of ticks(lower, timeAt(span, 0), timeAt(span, width), s.words)) {
    const x = Math.round(xOf(span, t.at)) + 0.5;
    g.moveTo(x, 0);
    g.lineTo(x, Math.max(whole, height));
  }
  for (let k = 0; k <= lob.bands.length; k++) {
    g.moveTo(0, k * band + 0.5);
    g.lineTo(width, k * band + 0.5);
  }
  g.stroke();
  // Names do not lie on each other: up to three in height, or none.
  const taken: [number, number, number][] = [];
  for (const line of lob.lines) {
    const colour = s.palette[line.colour % s.palette.length] ?? c.ink;
    const dash = dashes[Math.floor(line.colour / s.palette.length) % dashes.length] ?? [];
    let before: { x: number; y: number } | null = null;
    let named = false;
    for (const p of line.pieces) {
      const { y1, y2 } = pieceAt(p, lob.bands.length, band);
      const x1 = xOf(span, p.start);
      const x2 = Math.max(x1 + 1, xOf(span, p.finish));
      if (before) {
        // From one location to the next: a thin thread.
        g.strokeStyle = colour;
        g.globalAlpha = 0.4;
        g.lineWidth = 1;
        g.setLineDash([2, 3]);
        g.beginPath();
        g.moveTo(before.x, before.y);
        g.lineTo(x1, y1);
        g.stroke();
        g.setLineDash([]);
        g.globalAlpha = 1;
      }
      const own = p.activity === s.active;
      g.strokeStyle = s.critical && net.critical[p.activity] === 1 ? c.critical : colour;
      g.lineWidth = own ? 5 : 3;
      g.setLineDash(dash);
      g.beginPath();
      g.moveTo(x1, y1);
      g.lineTo(x2, y2);
      g.stroke();
      g.setLineDash([]);
      if (!named && x2 > 0 && x1 < width) {
        const left = Math.max(4, x1 + 7);
        const right = left + line.title.length * 6 + 6;
        for (let k = 0; k < 3 && !named; k++) {
          const y = y1 - k * 14;
          if (taken.some(([a, b, h]) => h === y && left < b && right > a)) continue;
          named = true;
          taken.push([left, right, y]);
          g.fillStyle = c.card;
          g.globalAlpha = 0.8;
          g.fillRect(left - 2, y - 7, right - left - 2, 14);
          g.globalAlpha = 1;
          g.fillStyle = c.ink;
          g.font = `11.5px ${c.font}`;
          g.textAlign = 'left';
          g.textBaseline = 'middle';
          g.fillText(line.title, left, y);
        }
      }
      before = { x: x2, y: y2 };
    }
  }
  for (const k of lob.clashes) {
    const x = xOf(span, k.at);
    const y = (lob.bands.length - k.band - 0.5) * band;
    g.strokeStyle = c.critical;
    g.lineWidth = 2;
    g.beginPath();
    g.arc(x, y, 6, 0, 2 * Math.PI);
    g.stroke();
  }
  const now = Math.round(xOf(span, net.now)) + 0.5;
  g.strokeStyle = c.accent;
  g.lineWidth = 1.5;
  g.beginPath();
  g.moveTo(now, 0);
  g.lineTo(now, Math.max(whole, height));
  g.stroke();
  g.restore();
  header(g, s);
}

/** The piece under a pointer, in pixels below the header and scrolled. */
export function hitLob(s: Pick<LobScene, 'lob' | 'span' | 'band'>, x: number, y: number): number {
  let best = -1;
  let near = 7;
  for (const line of s.lob.lines)
    for (const p of line.pieces) {
      const { y1, y2 } = pieceAt(p, s.lob.bands.length, s.band);
      const x1 = xOf(s.span, p.start);
      const x2 = Math.max(x1 + 1, xOf(s.span, p.finish));
      const [dx, dy] = [x2 - x1, y2 - y1];
      const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
      const d = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
      if (d < near) {
        near = d;
        best = p.activity;
      }
    }
  return best;
}
