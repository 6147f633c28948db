/**
 * The programme on paper: SVG pages of any size, each with its heading, time scale and columns, drawn by what draws the screen. The browser
 * prints them, or saves them as PDF, as vectors.
 */
import {
  type BaselineBars,
  type Colours,
  fitted,
  type Layout,
  type Network,
  none,
  paint,
  type Scene,
  type Shown,
  SvgPen,
  type Words,
} from '@/engines/gantt';

export const papers = {
  a4: [210, 297],
  a3: [297, 420],
  a2: [420, 594],
  a1: [594, 841],
  a0: [841, 1189],
  letter: [215.9, 279.4],
  tabloid: [279.4, 431.8],
} as const;
export type Paper = keyof typeof papers;

export interface Sheets {
  /** Millimetres. */
  width: number;
  height: number;
  pages: string[];
}

export interface PrintChoice {
  net: Network;
  layout: Layout;
  name: string;
  /** Millimetres, already turned. */
  width: number;
  height: number;
  /** How many pages the time takes. */
  across: number;
  from: number;
  to: number;
  columns: readonly { id: string; title: string; width: number }[];
  text: (column: string, i: number) => string;
  words: Words;
  shown: Shown;
  baselines: readonly BaselineBars[];
  colours: Colours;
  labels: Scene['labels'];
  /** Of a page, at its foot. */
  foot: (page: number, of: number) => string;
}

const px = 96 / 25.4;
const margin = 10 * px;
const titleHigh = 34;
const footHigh = 22;
const head = 40;
const row = 22;
export const mostPages = 400;

/** How many pages it would take. */
export function pageCount(c: Pick<PrintChoice, 'height' | 'across' | 'layout'>): number {
  return Math.max(1, Math.ceil(c.layout.items.length / rowsOf(c.height))) * c.across;
}

function rowsOf(height: number): number {
  return Math.max(4, Math.floor((height * px - 2 * margin - titleHigh - footHigh - head) / row));
}

export function sheets(c: PrintChoice): Sheets {
  const width = c.width * px;
  const height = c.height * px;
  const rows = rowsOf(c.height);
  const down = Math.max(1, Math.ceil(c.layout.items.length / rows));
  const tableWidth = Math.min(
    c.columns.reduce((sum, x) => sum + x.width, 0),
    (width - 2 * margin) * 0.6,
  );
  const chartWidth = width - 2 * margin - tableWidth;
  // All pages across are one chart, cut.
  const whole = fitted(c.from, c.to, chartWidth * c.across);
  const pages: string[] = [];
  for (let y = 0; y < down; y++)
    for (let x = 0; x < c.across; x++) {
      const first = y * rows;
      const count = Math.min(rows, c.layout.items.length - first);
      const g = new SvgPen(`p${pages.length}-`);
      const span = { from: whole.from + (x * chartWidth) / whole.scale, scale: whole.scale };
      g.fillStyle = c.colours.ink;
      g.font = `600 15px ${c.colours.font}`;
      g.textBaseline = 'middle';
      g.fillText(c.name, margin, margin + 12);
      g.font = `11px ${c.colours.font}`;
      g.textAlign = 'right';
      g.fillStyle = c.colours.ink2;
      g.fillText(`${c.words.date(c.from)} – ${c.words.date(c.to)}`, width - margin, margin + 12);
      g.textAlign = 'left';
      g.save();
      g.translate(margin + tableWidth, margin + titleHigh);
      g.beginPath();
      g.rect(0, 0, chartWidth, head + count * row);
      g.clip();
      const scene: Scene = {
        net: c.net,
        layout: c.layout,
        span,
        top: first * row,
        width: chartWidth,
        height: head + count * row,
        row,
        head,
        colours: c.colours,
        words: c.words,
        shown: c.shown,
        baselines: c.baselines,
        selected: new Set(),
        active: none,
        hover: -1,
        relation: -1,
        ghosts: new Map(),
        pull: null,
        labels: c.labels,
        handles: -1,
      };
      paint(g, scene);
      g.restore();
      table(g, c, first, count, tableWidth);
      g.strokeStyle = c.colours.lineStrong;
      g.lineWidth = 1;
      g.strokeRect(margin, margin + titleHigh, width - 2 * margin, head + count * row);
      g.fillStyle = c.colours.ink2;
      g.font = `10px ${c.colours.font}`;
      g.textAlign = 'right';
      g.textBaseline = 'middle';
      const foot = c.foot(pages.length + 1, down * c.across);
      g.fillText(foot, width - margin, height - margin - 6);
      pages.push(g.svg(width, height, `${c.name}, ${foot}`));
    }
  return { width: c.width, height: c.height, pages };
}

function table(g: SvgPen, c: PrintChoice, first: number, count: number, width: number): void {
  const { net, layout } = c;
  g.save();
  g.translate(margin, margin + titleHigh);
  g.beginPath();
  g.rect(0, 0, width, head + count * row);
  g.clip();
  g.font = `600 10.5px ${c.colours.font}`;
  g.textBaseline = 'middle';
  g.textAlign = 'left';
  let x = 0;
  for (const col of c.columns) {
    g.fillStyle = c.colours.ink2;
    g.fillText(col.title, x + 5, head - 10);
    x += col.width;
  }
  for (let k = 0; k < count; k++) {
    const i = layout.items[first + k] as number;
    const y = head + k * row;
    g.strokeStyle = c.colours.line;
    g.lineWidth = 0.5;
    g.beginPath();
    g.moveTo(0, y);
    g.lineTo(width, y);
    g.stroke();
    let at = 0;
    for (const col of c.columns) {
      const name = col.id === 'name';
      const text = i < 0 ? (name ? `${layout.groups[-1 - i]?.title ?? ''} · ${layout.groups[-1 - i]?.count ?? 0}` : '') : c.text(col.id, i);
      const indent = name && i >= 0 ? ((net.level[i] ?? 1) - 1) * 9 : 0;
      const bold = i < 0 || net.kind[i] === 3;
      g.save();
      g.beginPath();
      g.rect(at + 2, y, col.width - 4, row);
      g.clip();
      g.fillStyle = c.colours.ink;
      g.font = `${bold ? '600 ' : ''}10.5px ${c.colours.font}`;
      g.fillText(text, at + 5 + indent, y + row / 2);
      g.restore();
      at += col.width;
    }
  }
  g.restore();
}

/** print hands the pages to the browser, and takes them away again. */
export function print(s: Sheets, nonce: string | undefined): void {
  document.querySelector('[data-print]')?.remove();
  const style = document.createElement('style');
  if (nonce) style.nonce = nonce;
  style.textContent = `@page{size:${s.width}mm ${s.height}mm;margin:0}
[data-print]{position:absolute;left:-99999px;top:0}
@media print{body>*:not([data-print]){display:none!important}html,body,#root{height:auto!important;background:#fff!important}
[data-print]{position:static!important}[data-print]>svg{display:block;width:${s.width}mm;height:${s.height}mm;break-after:page}}`;
  const root = document.createElement('div');
  root.dataset.print = '';
  root.setAttribute('aria-hidden', 'true');
  root.innerHTML = s.pages.join('');
  root.prepend(style);
  document.body.append(root);
  window.addEventListener('afterprint', () => root.remove(), { once: true });
  window.print();
}
