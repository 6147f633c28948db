/** Paints the chart, whole, each frame: what is on the screen is little even of a large programme. */
import { type Bar, barOf, dot, pathOf, progressX, relationsIn } from './bars';
import { shading } from './calendar';
import { kinds, type Network } from './network';
import type { Pen } from './pen';
import { type Layout, windowOf } from './rows';
import { day, levelOf, type Span, ticks, timeAt, type Words, xOf } from './time';

export interface Colours {
  paper: string;
  card: string;
  line: string;
  lineStrong: string;
  ink: string;
  ink2: string;
  accent: string;
  accentSoft: string;
  /** Of each state, and of "in progress, behind" last. */
  strong: string[];
  soft: string[];
  critical: string;
  rest: string;
  font: string;
}

export interface BaselineBars {
  start: Float64Array;
  finish: Float64Array;
}

export interface Ghost {
  start: number;
  finish: number;
}

export interface Shown {
  critical: boolean;
  floats: boolean;
  relations: boolean;
  progress: boolean;
  names: boolean;
  /** The dates as planned, where the present has moved them. */
  planned: boolean;
}

export interface Scene {
  net: Network;
  layout: Layout;
  span: Span;
  top: number;
  width: number;
  height: number;
  row: number;
  head: number;
  colours: Colours;
  words: Words;
  shown: Shown;
  baselines: readonly BaselineBars[];
  selected: ReadonlySet<number>;
  active: number;
  hover: number;
  relation: number;
  /** Dates that are not so yet: a preview. */
  ghosts: ReadonlyMap<number, Ghost>;
  /** A link that is being drawn, in pixels of the chart's body. */
  pull: { x1: number; y1: number; x2: number; y2: number; good: boolean } | null;
  labels: { today: string; dataDate: string };
  /** The activity that may be dragged: it shows where links begin. */
  handles: number;
}

export function paint(g: Pen, s: Scene): void {
  const { colours: c, width, height, head } = s;
  g.fillStyle = c.card;
  g.fillRect(0, 0, width, height);
  g.save();
  g.beginPath();
  g.rect(0, head, width, height - head);
  g.clip();
  g.translate(0, head - s.top);
  body(g, s);
  g.restore();
  header(g, s);
}

function body(g: Pen, s: Scene): void {
  const { net, layout, span, row, colours: c, width } = s;
  const bodyHeight = s.height - s.head;
  const [first, last] = windowOf(s.top, bodyHeight, row, layout.items.length);
  const from = timeAt(span, 0);
  const to = timeAt(span, width);
  // Rest of the project's calendar, behind everything.
  const calendar = net.calendars[net.s.calendar];
  if (calendar) {
    g.fillStyle = c.rest;
    for (const [a, b] of shading(calendar, from, to, span.scale)) {
      const x = xOf(span, a);
      g.fillRect(x, s.top, Math.max(1, (b - a) * span.scale), bodyHeight);
    }
  }
  const { lower } = levelOf(span.scale);
  g.strokeStyle = c.line;
  g.lineWidth = 1;
  g.beginPath();
  for (const t of ticks(lower, from, to, s.words)) {
    const x = Math.round(xOf(span, t.at)) + 0.5;
    g.moveTo(x, s.top);
    g.lineTo(x, s.top + bodyHeight);
  }
  g.stroke();
  for (let r = first; r < last; r++) {
    const i = layout.items[r] as number;
    const y = r * row;
    const own = i >= 0 && s.selected.has(i);
    if (own || i === s.active) {
      g.fillStyle = c.accentSoft;
      g.globalAlpha = own ? 1 : 0.55;
      g.fillRect(0, y, width, row);
      g.globalAlpha = 1;
    } else if (i >= 0 && i === s.hover) {
      g.fillStyle = c.line;
      g.globalAlpha = 0.35;
      g.fillRect(0, y, width, row);
      g.globalAlpha = 1;
    }
    // An activity of another calendar shows its own rest in its row.
    if (i >= 0 && calendar && net.s.activities.calendar[i] !== net.s.calendar) {
      const own = net.calendarOf(i);
      if (own && own !== calendar) {
        g.fillStyle = c.rest;
        for (const [a, b] of shading(own, from, to, span.scale))
          g.fillRect(xOf(span, a), y + 1, Math.max(1, (b - a) * span.scale), row - 2);
      }
    }
  }
  if (s.shown.relations) relations(g, s, first, last);
  for (let r = first; r < last; r++) {
    const i = layout.items[r] as number;
    if (i >= 0) activity(g, s, i, (r + 0.5) * row);
    else group(g, s, -1 - i, (r + 0.5) * row);
  }
  lines(g, s, first, last, bodyHeight);
  if (s.pull) {
    const p = s.pull;
    g.strokeStyle = p.good ? c.accent : c.ink2;
    g.lineWidth = 2;
    g.setLineDash(p.good ? [] : [5, 4]);
    g.beginPath();
    g.moveTo(p.x1, p.y1);
    g.lineTo(p.x2, p.y2);
    g.stroke();
    g.setLineDash([]);
    arrow(g, p.x2, p.y2, p.x2 >= p.x1 ? 1 : -1, 0, g.strokeStyle);
  }
}

function relations(g: Pen, s: Scene, first: number, last: number): void {
  const { net, layout, colours: c } = s;
  const wide = s.width + 40;
  g.lineWidth = 1;
  // Quiet ones first, so that what is marked lies above.
  for (const pass of [0, 1]) {
    for (const k of relationsIn(net, layout, first, last)) {
      const f = net.from[k] as number;
      const t = net.to[k] as number;
      const tense = s.shown.critical && net.critical[f] === 1 && net.critical[t] === 1 && net.driving[k] === 1;
      const near = k === s.relation || s.selected.has(f) || s.selected.has(t) || f === s.active || t === s.active;
      if ((tense || near ? 1 : 0) !== pass) continue;
      const path = pathOf(s, k);
      if (!path) continue;
      let left = path[0] as number;
      let right = left;
      for (let p = 2; p < path.length; p += 2) {
        left = Math.min(left, path[p] as number);
        right = Math.max(right, path[p] as number);
      }
      if (right < -40 || left > wide) continue;
      g.strokeStyle = k === s.relation ? c.accent : tense ? c.critical : near ? c.accent : c.lineStrong;
      g.lineWidth = k === s.relation ? 2.5 : tense || near ? 1.5 : 1;
      g.beginPath();
      g.moveTo(path[0] as number, path[1] as number);
      for (let p = 2; p < path.length; p += 2) g.lineTo(path[p] as number, path[p + 1] as number);
      g.stroke();
      const n = path.length;
      const [x0, y0, x, y] = path.slice(n - 4) as [number, number, number, number];
      arrow(g, x, y, Math.sign(x - x0), Math.sign(y - y0), g.strokeStyle);
    }
  }
}

/** An arrow's head: right, left, down or up. */
function arrow(g: Pen, x: number, y: number, dx: number, dy: number, colour: Pen['fillStyle']): void {
  const along = dx === 0 && dy !== 0;
  g.fillStyle = colour;
  g.beginPath();
  g.moveTo(x, y);
  if (along) {
    g.lineTo(x - 3.5, y - dy * 6);
    g.lineTo(x + 3.5, y - dy * 6);
  } else {
    g.lineTo(x - (dx || 1) * 6, y - 3.5);
    g.lineTo(x - (dx || 1) * 6, y + 3.5);
  }
  g.closePath();
  g.fill();
}

function group(g: Pen, s: Scene, k: number, y: number): void {
  const it = s.layout.groups[k];
  if (!it) return;
  g.fillStyle = s.colours.paper;
  g.fillRect(0, y - s.row / 2, s.width, s.row);
  if (!Number.isFinite(it.start) || !Number.isFinite(it.finish)) return;
  const x = xOf(s.span, it.start);
  bracket(g, x, Math.max(2, xOf(s.span, it.finish) - x), y, Math.min(5, s.row * 0.14), s.colours.ink2);
}

function bracket(g: Pen, x: number, w: number, y: number, half: number, colour: string): void {
  g.fillStyle = colour;
  g.fillRect(x, y - half, w, half);
  const foot = Math.min(half + 2, w / 2);
  for (const [a, way] of [
    [x, 1],
    [x + w, -1],
  ] as const) {
    g.beginPath();
    g.moveTo(a, y - half);
    g.lineTo(a, y + half + 2);
    g.lineTo(a + way * foot, y);
    g.lineTo(a + way * foot, y - half);
    g.closePath();
    g.fill();
  }
}

function diamond(g: Pen, x: number, y: number, r: number): void {
  g.beginPath();
  g.moveTo(x, y - r);
  g.lineTo(x + r, y);
  g.lineTo(x, y + r);
  g.lineTo(x - r, y);
  g.closePath();
}

/** tone picks the colours of an activity: those of its state, and orange for what is behind. */
export function tone(net: Network, i: number, c: Colours): { strong: string; soft: string } {
  const st = net.state[i] === 1 && net.behind[i] === 1 ? 5 : (net.state[i] ?? 0);
  return { strong: c.strong[st] ?? c.ink2, soft: c.soft[st] ?? c.paper };
}

function activity(g: Pen, s: Scene, i: number, y: number): void {
  const { net, span, row, colours: c } = s;
  const bar = barOf(net, i, span, row);
  if (!bar) return;
  s.baselines.forEach((b, k) => {
    const old = barOf(net, i, span, row, b.start[i], b.finish[i]);
    if (!old) return;
    g.fillStyle = c.ink2;
    g.globalAlpha = 0.55 - 0.15 * Math.min(2, k);
    const foot = y + bar.half + 2 + k * 3;
    if (old.shape === 'milestone') {
      diamond(g, old.x + old.half, y + bar.half, 4);
      g.fill();
    } else g.fillRect(old.x, foot, old.w, 2.5);
    g.globalAlpha = 1;
  });
  if (s.shown.planned) {
    const then = barOf(net, i, span, row, net.plannedStart[i], net.plannedFinish[i]);
    if (then && (Math.abs(then.x - bar.x) > 1.5 || Math.abs(then.w - bar.w) > 1.5)) {
      g.fillStyle = c.ink2;
      g.globalAlpha = 0.7;
      g.fillRect(then.x, y - bar.half - 4, then.w, 2);
      g.globalAlpha = 1;
    }
  }
  const right = bar.x + bar.w;
  const late = net.lateFinish[i] ?? Number.NaN;
  if (s.shown.floats && bar.shape !== 'summary' && !Number.isNaN(late)) {
    const end = xOf(span, late);
    if (end > right + 2) {
      g.strokeStyle = c.ink2;
      g.lineWidth = 1;
      g.setLineDash([2, 3]);
      g.beginPath();
      g.moveTo(right, y + 0.5);
      g.lineTo(end, y + 0.5);
      g.stroke();
      g.setLineDash([]);
      g.beginPath();
      g.moveTo(end + 0.5, y - 4);
      g.lineTo(end + 0.5, y + 5);
      g.stroke();
    }
  }
  const ghost = s.ghosts.get(i);
  if (ghost) g.globalAlpha = 0.35;
  if (right > -20 && bar.x < s.width + 20) shape(g, s, i, bar, y);
  g.globalAlpha = 1;
  if (ghost) {
    const to = barOf(net, i, span, row, ghost.start, ghost.finish);
    if (to) {
      g.strokeStyle = c.accent;
      g.lineWidth = 2;
      g.fillStyle = c.accentSoft;
      if (to.shape === 'milestone') {
        diamond(g, to.x + to.half, y, to.half);
        g.fill();
        g.stroke();
      } else {
        g.fillRect(to.x, y - to.half, to.w, 2 * to.half);
        g.strokeRect(to.x, y - to.half, to.w, 2 * to.half);
      }
    }
  }
  const at = net.s.activities.deadline[i] ?? null;
  if (at !== null) {
    const x = xOf(span, at);
    g.strokeStyle = c.critical;
    g.lineWidth = 2;
    g.beginPath();
    g.moveTo(x - 5, y - 6);
    g.lineTo(x, y + 1);
    g.lineTo(x + 5, y - 6);
    g.stroke();
  }
  if (s.shown.names && right < s.width && right > -200 && day * span.scale > 0.8) {
    const name = net.s.activities.name[i] ?? '';
    const x = right + (i === s.handles ? 2 * dot + 6 : 8);
    // A line that passes does not strike it through.
    g.fillStyle = c.card;
    g.globalAlpha = 0.8;
    g.fillRect(x - 2, y - 6.5, name.length * 5.9 + 3, 13);
    g.globalAlpha = 1;
    g.fillStyle = c.ink2;
    g.font = `11.5px ${c.font}`;
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    g.fillText(name, x, y + 0.5);
  }
  if (i === s.handles && bar.shape !== 'summary') {
    for (const x of [bar.x - 2 - dot, right + 2 + dot]) {
      g.beginPath();
      g.arc(x, y, 4.5, 0, 2 * Math.PI);
      g.fillStyle = c.card;
      g.fill();
      g.strokeStyle = c.accent;
      g.lineWidth = 2;
      g.stroke();
    }
  }
}

function shape(g: Pen, s: Scene, i: number, bar: Bar, y: number): void {
  const { net, colours: c } = s;
  const critical = s.shown.critical && net.critical[i] === 1;
  const { strong, soft } = tone(net, i, c);
  if (bar.shape === 'milestone') {
    diamond(g, bar.x + bar.half, y, bar.half);
    g.fillStyle = critical ? c.critical : net.state[i] === 0 ? c.ink : strong;
    g.fill();
    return;
  }
  if (bar.shape === 'summary') {
    bracket(g, bar.x, bar.w, y, bar.half, critical ? c.critical : c.ink);
    return;
  }
  // What is far left of the screen need not be drawn to there.
  const x = Math.max(-10, bar.x);
  const w = Math.min(s.width + 10, bar.x + bar.w) - x;
  if (w <= 0) return;
  const top = y - bar.half;
  const high = 2 * bar.half;
  if (bar.shape === 'band') {
    g.fillStyle = c.lineStrong;
    g.fillRect(x, y - 2, w, 4);
    g.fillRect(x, top, 2, high);
    g.fillRect(x + w - 2, top, 2, high);
    return;
  }
  g.fillStyle = soft;
  g.fillRect(x, top, w, high);
  const p = Math.min(100, Math.max(0, net.percent[i] ?? 0));
  const done = xOf(s.span, (net.start[i] as number) + (((net.finish[i] as number) - (net.start[i] as number)) * p) / 100);
  if (p > 0 && done > x) {
    g.fillStyle = strong;
    g.fillRect(x, top, Math.min(w, done - x), high);
  }
  g.strokeStyle = critical ? c.critical : strong;
  g.lineWidth = critical ? 2 : 1;
  if (w >= 3) g.strokeRect(x + 0.5, top + 0.5, w - 1, high - 1);
  else {
    g.fillStyle = g.strokeStyle;
    g.fillRect(x, top, w, high);
  }
  // The state has a shape too, where there is room.
  if (bar.w >= 26 && (net.state[i] ?? 0) > 0 && bar.half >= 6) {
    const at = bar.x + 9;
    if (at > 0) mark(g, net.state[i] ?? 0, at, y, 4, done > at + 4 ? c.card : strong);
  }
}

/** mark is a state's shape: ring, circle, triangle, diamond, square. */
export function mark(g: Pen, state: number, x: number, y: number, r: number, colour: string): void {
  g.fillStyle = colour;
  if (state === 0) {
    g.strokeStyle = colour;
    g.lineWidth = 1.5;
    g.beginPath();
    g.arc(x, y, r - 0.5, 0, 2 * Math.PI);
    g.stroke();
    return;
  }
  if (state === 1) {
    g.beginPath();
    g.arc(x, y, r, 0, 2 * Math.PI);
  } else if (state === 2) {
    g.beginPath();
    g.moveTo(x, y - r);
    g.lineTo(x + r, y + r * 0.85);
    g.lineTo(x - r, y + r * 0.85);
    g.closePath();
  } else if (state === 3) diamond(g, x, y, r + 0.8);
  else {
    g.beginPath();
    g.rect(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1);
  }
  g.fill();
}

function lines(g: Pen, s: Scene, first: number, last: number, bodyHeight: number): void {
  const { net, layout, span, row, colours: c } = s;
  const upright = (t: number, colour: string, dash: number[]) => {
    const x = Math.round(xOf(span, t)) + 0.5;
    g.strokeStyle = colour;
    g.lineWidth = 1.5;
    g.setLineDash(dash);
    g.beginPath();
    g.moveTo(x, s.top);
    g.lineTo(x, s.top + bodyHeight);
    g.stroke();
    g.setLineDash([]);
  };
  upright(net.now, c.accent, []);
  const at = net.s.day;
  if (at === null) return;
  if (!s.shown.progress) {
    upright(at, c.ink2, [6, 4]);
    return;
  }
  g.strokeStyle = c.strong[2] ?? c.ink;
  g.lineWidth = 1.5;
  g.beginPath();
  const base = xOf(span, at);
  g.moveTo(base, s.top);
  for (let r = first; r < last; r++) {
    const i = layout.items[r] as number;
    const y = r * row;
    const x = i < 0 || net.kind[i] === kinds.summary ? base : progressX(net, i, span, at);
    if (Math.abs(x - base) > 0.5) {
      g.lineTo(base, y + 2);
      g.lineTo(x, y + row / 2);
      g.lineTo(base, y + row - 2);
    }
  }
  g.lineTo(base, s.top + bodyHeight);
  g.stroke();
}

export function header(g: Pen, s: Pick<Scene, 'span' | 'width' | 'head' | 'colours' | 'words' | 'labels'> & { net: Network }): void {
  const { span, width, head, colours: c, words } = s;
  const from = timeAt(span, 0);
  const to = timeAt(span, width);
  const { upper, lower } = levelOf(span.scale);
  const half = head / 2;
  g.fillStyle = c.paper;
  g.fillRect(0, 0, width, head);
  g.textBaseline = 'middle';
  g.fillStyle = c.ink;
  g.strokeStyle = c.line;
  g.lineWidth = 1;
  g.font = `600 12px ${c.font}`;
  g.textAlign = 'left';
  for (const t of ticks(upper, from, to, words)) {
    const x = Math.max(0, xOf(span, t.at));
    const end = xOf(span, t.end);
    if (end - x > 36) {
      g.save();
      g.beginPath();
      g.rect(x, 0, end - x - 4, half);
      g.clip();
      g.fillStyle = c.ink;
      g.fillText(words.heading(upper, t.at), x + 6, half / 2 + 1);
      g.restore();
    }
    g.beginPath();
    g.moveTo(Math.round(end) + 0.5, 0);
    g.lineTo(Math.round(end) + 0.5, half);
    g.stroke();
  }
  g.font = `11px ${c.font}`;
  g.textAlign = 'center';
  g.fillStyle = c.ink2;
  for (const t of ticks(lower, from, to, words)) {
    const x = xOf(span, t.at);
    const end = xOf(span, t.end);
    g.beginPath();
    g.moveTo(Math.round(x) + 0.5, half);
    g.lineTo(Math.round(x) + 0.5, head);
    g.stroke();
    if (end - x >= 18) g.fillText(t.label, (x + end) / 2, half * 1.5);
  }
  // What the uprights are, in words.
  flag(g, s, xOf(span, s.net.now), s.labels.today, c.accent);
  const at = s.net.s.day;
  if (at !== null && Math.abs(xOf(span, at) - xOf(span, s.net.now)) > 70) flag(g, s, xOf(span, at), s.labels.dataDate, c.ink2);
  g.strokeStyle = c.line;
  g.beginPath();
  g.moveTo(0, head - 0.5);
  g.lineTo(width, head - 0.5);
  g.stroke();
}

function flag(g: Pen, s: { head: number; width: number; colours: Colours }, x: number, text: string, colour: string): void {
  if (x < 0 || x > s.width) return;
  const w = text.length * 6.1 + 10;
  const left = Math.min(Math.max(0, x - w / 2), s.width - w);
  g.fillStyle = colour;
  g.fillRect(left, s.head - 16, w, 15);
  g.fillStyle = s.colours.card;
  g.font = `600 10.5px ${s.colours.font}`;
  g.textAlign = 'center';
  g.fillText(text, left + w / 2, s.head - 8);
}
