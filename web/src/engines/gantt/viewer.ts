/** The chart and its rows together: what is shown, the pointer, and one painting a frame. */
import { barOf, type Hit, type HitScene, hit } from './bars';
import { stepOf } from './calendar';
import { kinds, Network } from './network';
import { type BaselineBars, type Colours, type Ghost, paint, type Scene, type Shown } from './paint';
import { type Layout, layoutRows } from './rows';
import { none, rowOfItem, TableRows, type TableScene } from './table';
import { fitted, type Span, timeAt, type Words, xOf, zoomed } from './time';

export type Intent =
  | { kind: 'move'; activity: number; start: number }
  | { kind: 'stretch'; activity: number; finish: number; duration: number }
  | { kind: 'link'; from: number; to: number; link: number };

export interface Callbacks {
  /** A bar, a row or nothing was chosen. */
  onChoose: (item: number, how: 'only' | 'toggle' | 'range') => void;
  onOpen: (activity: number) => void;
  onFold: (item: number) => void;
  onRelation: (relation: number, x: number, y: number) => void;
  /** While dragging, each time it would become something else. */
  onIntent: (intent: Intent | null) => void;
  onDrop: (intent: Intent) => void;
  /** Zoomed or panned. */
  onSpan: (span: Span) => void;
  onHover: (activity: number, x: number, y: number) => void;
}

export interface Elements {
  canvas: HTMLCanvasElement;
  /** Scrolls up and down, and holds everything. */
  scroller: HTMLElement;
  /** Gives the scroller its height. */
  spacer: HTMLElement;
  /** Scrolls along the time. */
  along: HTMLElement;
  alongSpacer: HTMLElement;
  rows: HTMLElement;
}

type Drag =
  | { kind: 'pan'; x: number; from: number; moved: boolean; hit: Hit; keys: boolean }
  | { kind: 'move' | 'stretch' | 'press'; activity: number; x: number; at: number; part: 'bar' | 'end' }
  | { kind: 'link'; activity: number; side: 'start' | 'end' };

export class Gantt {
  net: Network;
  layout: Layout;
  span: Span = { from: 0, scale: 0.05 };
  row = 36;
  readonly head = 44;
  shown: Shown = { critical: true, floats: false, relations: true, progress: false, names: true, planned: true };
  baselines: readonly BaselineBars[] = [];
  selected: ReadonlySet<number> = new Set();
  active = none;
  relation = -1;
  ghosts: ReadonlyMap<number, Ghost> = new Map();
  mayEdit = false;
  colours: Colours;
  words: Words;
  labels: Scene['labels'];
  table: Omit<TableScene, 'net' | 'layout' | 'row' | 'top' | 'height' | 'selected' | 'active' | 'stamp' | 'critical'>;
  /** Milliseconds that each of the last frames took here. */
  readonly spent: number[] = [];
  private hover = -1;
  private pull: Scene['pull'] = null;
  private drag: Drag | null = null;
  private own: { activity: number; ghost: Ghost } | null = null;
  private intent: Intent | null = null;
  private asked = 0;
  private stamp = 0;
  private width = 0;
  private height = 0;
  private ratio = 1;
  private bounds: [number, number] = [0, 1];
  private alongSet = -1;
  private readonly lines: TableRows;
  private readonly context: CanvasRenderingContext2D;
  private readonly off: (() => void)[] = [];
  private readonly touches = new Map<number, { x: number; y: number }>();
  private pinch: { distance: number; span: Span; x: number } | null = null;

  constructor(
    private readonly el: Elements,
    private readonly cb: Callbacks,
    first: { net: Network; colours: Colours; words: Words; labels: Scene['labels']; table: Gantt['table'] },
    css: Record<string, string | undefined>,
  ) {
    this.net = first.net;
    this.layout = layoutRows(first.net, { folded: new Set() });
    this.colours = first.colours;
    this.words = first.words;
    this.labels = first.labels;
    this.table = first.table;
    this.lines = new TableRows(el.rows, css);
    this.context = el.canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
    this.bounds = this.net.bounds();
    this.listen();
  }

  /** set changes what is shown; the next frame shows it. */
  set(
    next: Partial<
      Pick<
        Gantt,
        | 'net'
        | 'layout'
        | 'shown'
        | 'baselines'
        | 'selected'
        | 'active'
        | 'relation'
        | 'ghosts'
        | 'mayEdit'
        | 'colours'
        | 'words'
        | 'labels'
        | 'table'
        | 'row'
      >
    >,
  ): void {
    Object.assign(this, next);
    if (next.net) this.bounds = next.net.bounds();
    if (next.layout || next.row !== undefined || next.net) {
      this.el.spacer.style.height = `${this.layout.items.length * this.row + this.head + 24}px`;
      this.sizeAlong();
    }
    this.refresh();
  }

  /** refresh writes all rows anew and paints. */
  refresh(): void {
    this.stamp++;
    this.ask();
  }

  setSpan(span: Span): void {
    this.span = span;
    // The bar along the time follows when all is quiet: to set it costs a layout.
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.sizeAlong(), 120);
    this.cb.onSpan(span);
    this.ask();
  }

  fit(): void {
    this.setSpan(fitted(this.bounds[0], this.bounds[1], this.width));
  }

  zoom(factor: number, x = this.width / 2): void {
    this.setSpan(zoomed(this.span, factor, x));
  }

  /** showTime brings a time into the chart when it is not there. */
  showTime(t: number, always = false): void {
    const x = xOf(this.span, t);
    if (always || x < 20 || x > this.width - 60) this.setSpan({ ...this.span, from: t - this.width / 3 / this.span.scale });
  }

  /** showRow scrolls as little as is needed. */
  showRow(item: number): void {
    const r = rowOfItem(this.layout, item);
    if (r < 0) return;
    const top = this.el.scroller.scrollTop;
    const room = this.height - this.head - 16;
    if (r * this.row < top) this.el.scroller.scrollTop = r * this.row;
    else if ((r + 1) * this.row > top + room) this.el.scroller.scrollTop = (r + 1) * this.row - room;
  }

  get pageRows(): number {
    return Math.max(1, Math.floor((this.height - this.head) / this.row) - 1);
  }

  /** boxOf is where an activity's row lies below the chart's top, and its bar in it. */
  boxOf(i: number): { x: number; y: number; w: number } | null {
    const r = this.layout.rowOf[i] ?? -1;
    const bar = barOf(this.net, i, this.span, this.row);
    if (r < 0 || !bar) return null;
    return { x: bar.x, y: this.head + (r + 0.5) * this.row - this.el.scroller.scrollTop, w: bar.w };
  }

  cancel(): void {
    this.endDrag(false);
  }

  end(): void {
    cancelAnimationFrame(this.asked);
    clearTimeout(this.quiet);
    for (const f of this.off) f();
    this.lines.clear();
  }

  /** resize tells the width and height of the chart, in CSS pixels. */
  resize(width: number, height: number): void {
    const ratio = globalThis.devicePixelRatio || 1;
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    const first = this.width === 0 && width > 0;
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.el.canvas.width = Math.round(width * ratio);
    this.el.canvas.height = Math.round(height * ratio);
    this.el.canvas.style.width = `${width}px`;
    this.el.canvas.style.height = `${height}px`;
    if (first) this.fit();
    else this.sizeAlong();
    this.ask();
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.frame();
    });
  }

  private frame(): void {
    if (this.width === 0 || this.height === 0) return;
    const began = performance.now();
    const top = this.el.scroller.scrollTop;
    const ghosts = this.own ? new Map([...this.ghosts, [this.own.activity, this.own.ghost]]) : this.ghosts;
    const more = this.lines.update({
      ...this.table,
      net: this.net,
      layout: this.layout,
      row: this.row,
      top,
      height: this.height - this.head,
      selected: this.selected,
      active: this.active,
      critical: this.shown.critical,
      stamp: this.stamp,
    });
    if (more) this.ask();
    const g = this.context;
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paint(g, {
      net: this.net,
      layout: this.layout,
      span: this.span,
      top,
      width: this.width,
      height: this.height,
      row: this.row,
      head: this.head,
      colours: this.colours,
      words: this.words,
      shown: this.shown,
      baselines: this.baselines,
      selected: this.selected,
      active: this.active,
      hover: this.hover,
      relation: this.relation,
      ghosts,
      pull: this.pull,
      labels: this.labels,
      handles: this.mayEdit && !this.drag ? this.hover : this.drag?.kind === 'link' ? this.drag.activity : -1,
    });
    this.spent.push(performance.now() - began);
    if (this.spent.length > 600) this.spent.shift();
  }

  /** The bar along the time reaches a month past both ends, and as far as somebody has panned. */
  private sizeAlong(): void {
    const pad = Math.max(43_200, this.width / this.span.scale / 2);
    const from = Math.min(this.bounds[0] - pad, this.span.from);
    const to = Math.max(this.bounds[1] + pad, timeAt(this.span, this.width));
    const whole = Math.min(30_000_000, (to - from) * this.span.scale);
    this.alongFrom = from;
    this.el.alongSpacer.style.width = `${whole}px`;
    const left = Math.round((this.span.from - from) * this.span.scale);
    if (Math.abs(this.el.along.scrollLeft - left) > 1) {
      this.alongSet = left;
      this.el.along.scrollLeft = left;
    }
  }
  private alongFrom = 0;
  private quiet: ReturnType<typeof setTimeout> | undefined;

  private listen(): void {
    const on = <K extends keyof HTMLElementEventMap>(
      el: HTMLElement,
      type: K,
      f: (e: HTMLElementEventMap[K]) => void,
      o?: AddEventListenerOptions,
    ) => {
      el.addEventListener(type, f, o);
      this.off.push(() => el.removeEventListener(type, f, o));
    };
    const { canvas, scroller, along } = this.el;
    on(
      scroller,
      'scroll',
      () => {
        // What is under a pointer that rests is not pointed at.
        if (!this.drag) this.over(-1, 0, 0);
        this.ask();
      },
      { passive: true },
    );
    on(along, 'scroll', () => {
      if (Math.abs(along.scrollLeft - this.alongSet) <= 1) return;
      this.alongSet = -1;
      this.span = { ...this.span, from: this.alongFrom + along.scrollLeft / this.span.scale };
      this.cb.onSpan(this.span);
      this.ask();
    });
    on(
      canvas,
      'wheel',
      (e) => {
        const x = e.offsetX;
        if (e.ctrlKey || e.metaKey) {
          e.preventDefault();
          this.zoom(Math.exp(-e.deltaY * (e.deltaMode === 1 ? 0.05 : 0.0022)), x);
          return;
        }
        const dx = e.shiftKey && e.deltaX === 0 ? e.deltaY : e.deltaX;
        if (Math.abs(dx) <= Math.abs(e.deltaY) && !e.shiftKey) return; // up and down is the scroller's
        e.preventDefault();
        this.setSpan({ ...this.span, from: this.span.from + dx / this.span.scale });
      },
      { passive: false },
    );
    on(canvas, 'pointerdown', (e) => this.down(e));
    on(canvas, 'pointermove', (e) => this.move(e));
    on(canvas, 'pointerup', (e) => this.up(e));
    on(canvas, 'pointercancel', (e) => {
      this.touches.delete(e.pointerId);
      this.pinch = null;
      this.endDrag(false);
    });
    on(canvas, 'pointerleave', () => {
      if (this.drag) return;
      this.over(-1, 0, 0);
    });
    on(canvas, 'dblclick', (e) => {
      const h = this.hit(e.offsetX, e.offsetY);
      if (h?.kind === 'activity') this.cb.onOpen(h.activity);
    });
    const key = (e: KeyboardEvent) => {
      if (e.key !== 'Escape' || !this.drag || this.drag.kind === 'pan') return;
      e.preventDefault();
      e.stopPropagation();
      this.endDrag(false);
    };
    window.addEventListener('keydown', key, true);
    this.off.push(() => window.removeEventListener('keydown', key, true));
    const { rows } = this.el;
    on(rows, 'click', (e) => {
      const at = rowAt(e.target);
      if (at === null) return;
      const item = this.layout.items[at] as number;
      if ((e.target as HTMLElement).closest('[data-fold="open"], [data-fold="shut"]')) this.cb.onFold(item);
      else this.cb.onChoose(item, e.shiftKey ? 'range' : e.ctrlKey || e.metaKey ? 'toggle' : 'only');
    });
    on(rows, 'dblclick', (e) => {
      const at = rowAt(e.target);
      const item = at === null ? none : (this.layout.items[at] as number);
      if (item >= 0) this.cb.onOpen(item);
    });
  }

  private scene(): HitScene {
    return {
      net: this.net,
      layout: this.layout,
      span: this.span,
      row: this.row,
      relations: this.shown.relations,
      ...(this.mayEdit && this.hover >= 0 && { handles: this.hover }),
    };
  }

  private hit(x: number, y: number): Hit {
    if (y < this.head) return null;
    return hit(this.scene(), x, y - this.head + this.el.scroller.scrollTop);
  }

  private over(i: number, x: number, y: number): void {
    if (i === this.hover && i < 0) return;
    if (i !== this.hover) {
      this.hover = i;
      this.ask();
    }
    this.cb.onHover(i, x, y);
  }

  private down(e: PointerEvent): void {
    if (e.button !== 0) return;
    this.el.canvas.setPointerCapture(e.pointerId);
    this.touches.set(e.pointerId, { x: e.offsetX, y: e.offsetY });
    if (this.touches.size === 2) {
      this.endDrag(false);
      const [a, b] = [...this.touches.values()] as [{ x: number; y: number }, { x: number; y: number }];
      this.pinch = { distance: Math.max(10, Math.abs(a.x - b.x)), span: this.span, x: (a.x + b.x) / 2 };
      return;
    }
    const h = this.hit(e.offsetX, e.offsetY);
    const fine = e.pointerType !== 'touch';
    if (h?.kind === 'activity' && this.mayEdit && fine) {
      const i = h.activity;
      if (h.part === 'out-end' || h.part === 'out-start')
        this.drag = { kind: 'link', activity: i, side: h.part === 'out-end' ? 'end' : 'start' };
      else if (this.net.kind[i] === kinds.summary)
        this.drag = { kind: 'pan', x: e.offsetX, from: this.span.from, moved: false, hit: h, keys: e.ctrlKey || e.metaKey };
      else
        this.drag = {
          kind: 'press',
          activity: i,
          x: e.offsetX,
          at: (h.part === 'end' ? this.net.finish[i] : this.net.start[i]) as number,
          part: h.part,
        };
      this.ask();
      return;
    }
    this.drag = { kind: 'pan', x: e.offsetX, from: this.span.from, moved: false, hit: h, keys: e.ctrlKey || e.metaKey };
  }

  private move(e: PointerEvent): void {
    const [x, y] = [e.offsetX, e.offsetY];
    if (this.touches.has(e.pointerId)) this.touches.set(e.pointerId, { x, y });
    if (this.pinch && this.touches.size === 2) {
      const [a, b] = [...this.touches.values()] as [{ x: number; y: number }, { x: number; y: number }];
      this.setSpan(zoomed(this.pinch.span, Math.max(10, Math.abs(a.x - b.x)) / this.pinch.distance, this.pinch.x));
      return;
    }
    const d = this.drag;
    if (!d) {
      const h = this.hit(x, y);
      this.el.canvas.style.cursor = cursorOf(h, this.mayEdit);
      this.over(h?.kind === 'activity' ? h.activity : this.rowHover(y, x), x, y);
      return;
    }
    if (d.kind === 'pan') {
      if (!d.moved && Math.abs(x - d.x) < 4) return;
      d.moved = true;
      this.el.canvas.style.cursor = 'grabbing';
      this.setSpan({ ...this.span, from: d.from - (x - d.x) / this.span.scale });
      return;
    }
    if (d.kind === 'press') {
      if (Math.abs(x - d.x) < 4) return;
      this.drag = { ...d, kind: d.part === 'end' ? 'stretch' : 'move' };
    }
    this.dragged(x, y);
  }

  /** The handles stay while the pointer goes from a bar to them. */
  private rowHover(y: number, x: number): number {
    if (this.hover < 0) return -1;
    const box = this.boxOf(this.hover);
    return box && Math.abs(box.y - y) <= this.row / 2 && x > box.x - 30 && x < box.x + box.w + 30 ? this.hover : -1;
  }

  private dragged(x: number, y: number): void {
    const d = this.drag;
    if (!d || d.kind === 'pan' || d.kind === 'press') return;
    const i = d.activity;
    const calendar = this.net.calendarOf(i);
    const step = stepOf(this.span.scale);
    let intent: Intent | null = null;
    if (d.kind === 'link') {
      const h = this.hit(x, y);
      const box = this.boxOf(i);
      const top = this.el.scroller.scrollTop;
      const good = h?.kind === 'activity' && h.activity !== i;
      if (box)
        this.pull = { x1: d.side === 'end' ? box.x + box.w : box.x, y1: box.y - this.head + top, x2: x, y2: y - this.head + top, good };
      if (good) {
        const to = this.boxOf(h.activity);
        // The nearer side of the other bar; a milestone has only its middle.
        const end =
          d.side === 'end' ? to !== null && to.w > 24 && x > to.x + to.w * 0.75 : to !== null && to.w > 24 && x > to.x + to.w * 0.6;
        const link = d.side === 'end' ? (end ? 2 : 0) : end ? 3 : 1;
        intent = { kind: 'link', from: i, to: h.activity, link };
      }
    } else {
      const t = d.at + (x - d.x) / this.span.scale;
      if (d.kind === 'move') {
        const start = calendar ? calendar.snap(t, step) : Math.round(t / step) * step;
        const long = (this.net.finish[i] as number) - (this.net.start[i] as number);
        this.own = { activity: i, ghost: { start, finish: start + long } };
        if (start !== this.net.start[i]) intent = { kind: 'move', activity: i, start };
      } else {
        const start = this.net.start[i] as number;
        const finish = Math.max(start, calendar ? calendar.snapEnd(t, step) : Math.round(t / step) * step);
        const duration = calendar ? calendar.between(start, finish) : finish - start;
        this.own = { activity: i, ghost: { start, finish } };
        if (duration > 0 && finish !== this.net.finish[i]) intent = { kind: 'stretch', activity: i, finish, duration };
      }
    }
    if (JSON.stringify(intent) !== JSON.stringify(this.intent)) {
      this.intent = intent;
      this.cb.onIntent(intent);
    }
    this.ask();
  }

  private up(e: PointerEvent): void {
    this.touches.delete(e.pointerId);
    if (this.pinch) {
      if (this.touches.size === 0) this.pinch = null;
      return;
    }
    const d = this.drag;
    if (!d) return;
    if (d.kind === 'pan') {
      this.drag = null;
      this.el.canvas.style.cursor = '';
      if (!d.moved) this.click(d.hit, d.keys, e);
      return;
    }
    if (d.kind === 'press') {
      this.drag = null;
      this.click({ kind: 'activity', activity: d.activity, part: 'bar' }, e.ctrlKey || e.metaKey, e);
      return;
    }
    this.dragged(e.offsetX, e.offsetY);
    this.endDrag(true);
  }

  private click(h: Hit, keys: boolean, e: PointerEvent): void {
    if (h?.kind === 'activity') this.cb.onChoose(h.activity, e.shiftKey ? 'range' : keys ? 'toggle' : 'only');
    else if (h?.kind === 'relation') this.cb.onRelation(h.relation, e.offsetX, e.offsetY);
    else if (e.offsetY > this.head) {
      const item = this.layout.items[Math.floor((e.offsetY - this.head + this.el.scroller.scrollTop) / this.row)];
      this.cb.onChoose(item ?? none, 'only');
    }
  }

  private endDrag(drop: boolean): void {
    const intent = this.intent;
    const had = this.drag && this.drag.kind !== 'pan' && this.drag.kind !== 'press';
    this.drag = null;
    this.pull = null;
    this.own = null;
    this.intent = null;
    this.el.canvas.style.cursor = '';
    if (had) {
      if (drop && intent) this.cb.onDrop(intent);
      else this.cb.onIntent(null);
    }
    this.ask();
  }
}

function rowAt(target: EventTarget | null): number | null {
  const row = (target as HTMLElement | null)?.closest<HTMLElement>('[data-row]');
  return row ? Number(row.dataset.row) : null;
}

function cursorOf(h: Hit, mayEdit: boolean): string {
  if (h?.kind === 'relation') return 'pointer';
  if (h?.kind !== 'activity') return 'grab';
  if (!mayEdit) return 'pointer';
  if (h.part === 'end') return 'ew-resize';
  return h.part === 'bar' ? 'pointer' : 'crosshair';
}

export { Network, none };
