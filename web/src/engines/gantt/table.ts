/**
 * The rows beside the chart. As many elements as the window shows, written anew as it moves: a frame must not wait for a framework.
 * They are the rows of a treegrid, which is what tells somebody who cannot see the chart what is in it.
 */
import { kinds, type Network } from './network';
import type { Layout } from './rows';

export interface TableScene {
  net: Network;
  layout: Layout;
  row: number;
  top: number;
  height: number;
  selected: ReadonlySet<number>;
  active: number;
  folded: ReadonlySet<string>;
  columns: readonly string[];
  /** Grid columns' template. */
  template: string;
  /** What a cell says; the state's cell gets its shape by itself. */
  text: (column: string, i: number) => string;
  groupText: (k: number) => string;
  critical: boolean;
  prefix: string;
  /** A change of it writes every row anew. */
  stamp: number;
}

interface Line {
  el: HTMLDivElement;
  row: number;
  stamp: number;
}

export class TableRows {
  private readonly lines = new Map<number, Line>();
  private spare: Line[] = [];
  private shape = '';
  private left = 0;
  private stamp = -1;

  constructor(
    private readonly host: HTMLElement,
    private readonly css: Record<string, string | undefined>,
  ) {
    // What is cut off says itself in full to a pointer that rests on it.
    host.addEventListener('mouseover', (e) => {
      const cell = (e.target as HTMLElement).closest<HTMLElement>('[data-column]');
      if (!cell) return;
      const box = cell.querySelector<HTMLElement>('span:last-child') ?? cell;
      cell.title = box.scrollWidth > box.clientWidth ? (box.textContent ?? '') : '';
    });
  }

  /** update writes at most `most` rows anew, those in sight first; it tells whether some are left for the next frame. */
  update(s: TableScene, most = 6): boolean {
    const shape = `${s.columns.join()} ${s.template} ${s.row}`;
    if (shape !== this.shape) {
      this.clear();
      this.shape = shape;
    }
    const rows = s.layout.items.length;
    const first = Math.max(0, Math.floor(s.top / s.row) - 2);
    const last = Math.min(rows, Math.ceil((s.top + s.height) / s.row) + 2);
    const active = s.active === none ? -1 : rowOfItem(s.layout, s.active);
    for (const [r, line] of this.lines) {
      if ((r >= first && r < last) || (r === active && r < rows)) continue;
      this.lines.delete(r);
      this.spare.push(line);
    }
    // While scrolling, rows come over a few frames; what changed is written at once.
    this.left = s.stamp === this.stamp ? most : Number.POSITIVE_INFINITY;
    this.stamp = s.stamp;
    let whole = true;
    // What has the focus stays in the tree, wherever it has been scrolled to.
    if (active >= 0) whole = this.put(active, s);
    for (let r = first; r < last; r++) whole = this.put(r, s) && whole;
    for (const l of this.spare) {
      if (l.row !== -1) l.el.hidden = true;
      l.row = -1;
    }
    this.host.style.transform = `translateY(${-s.top}px)`;
    return !whole;
  }

  clear(): void {
    this.lines.clear();
    this.spare = [];
    this.host.replaceChildren();
  }

  private put(r: number, s: TableScene): boolean {
    let line = this.lines.get(r);
    if (line && line.row === r && line.stamp === s.stamp) return true;
    if (this.left-- <= 0) return false;
    if (!line) {
      line = this.spare.pop() ?? this.make(s);
      this.lines.set(r, line);
      line.el.hidden = false;
    }
    line.row = r;
    line.stamp = s.stamp;
    this.write(line.el, r, s);
    return true;
  }

  private make(s: TableScene): Line {
    const el = document.createElement('div');
    el.setAttribute('role', 'row');
    el.className = this.css.row ?? '';
    el.style.gridTemplateColumns = s.template;
    el.style.height = `${s.row}px`;
    for (const c of s.columns) {
      const cell = document.createElement('div');
      cell.setAttribute('role', c === 'name' ? 'rowheader' : 'gridcell');
      cell.className = `${this.css.cell ?? ''} ${this.css[c] ?? ''}`;
      cell.dataset.column = c;
      if (c === 'name') {
        const fold = document.createElement('span');
        fold.className = this.css.fold ?? '';
        fold.setAttribute('aria-hidden', 'true');
        const text = document.createElement('span');
        text.className = this.css.text ?? '';
        cell.append(fold, text);
      } else if (c === 'state') {
        const mark = document.createElement('span');
        mark.className = this.css.mark ?? '';
        mark.setAttribute('aria-hidden', 'true');
        const text = document.createElement('span');
        cell.append(mark, text);
      } else cell.append(document.createTextNode(''));
      el.append(cell);
    }
    this.host.append(el);
    return { el, row: -1, stamp: -1 };
  }

  private write(el: HTMLDivElement, r: number, s: TableScene): void {
    const i = s.layout.items[r] as number;
    const { net } = s;
    el.style.top = `${r * s.row}px`;
    el.id = rowId(s, i, r);
    el.dataset.row = String(r);
    attr(el, 'aria-rowindex', String(r + 2));
    const isGroup = i < 0;
    const group = isGroup ? s.layout.groups[-1 - i] : undefined;
    const below = isGroup || (s.layout.groups.length === 0 && net.hasBelow(i));
    const shut = isGroup ? s.folded.has(`group:${group?.key}`) : below && s.folded.has(net.s.activities.id[i] as string);
    const level = isGroup ? 1 : s.layout.groups.length > 0 ? 2 : (net.level[i] ?? 1);
    attr(el, 'aria-level', String(level));
    if (below) attr(el, 'aria-expanded', String(!shut));
    else el.removeAttribute('aria-expanded');
    attr(el, 'aria-selected', String(!isGroup && s.selected.has(i)));
    el.toggleAttribute('data-active', i === s.active);
    el.toggleAttribute('data-group', isGroup);
    el.toggleAttribute('data-summary', !isGroup && net.kind[i] === kinds.summary);
    el.toggleAttribute('data-critical', !isGroup && s.critical && net.critical[i] === 1);
    s.columns.forEach((c, k) => {
      const cell = el.children[k] as HTMLElement;
      if (c === 'name') {
        const [fold, text] = cell.children as unknown as [HTMLElement, HTMLElement];
        cell.style.paddingInlineStart = `${6 + (level - 1) * 14}px`;
        data(fold, 'fold', below ? (shut ? 'shut' : 'open') : '');
        set(text, isGroup ? s.groupText(-1 - i) : s.text(c, i));
        return;
      }
      const text = isGroup ? '' : s.text(c, i);
      if (c === 'state') {
        const [mark, words] = cell.children as unknown as [HTMLElement, HTMLElement];
        const st = isGroup || net.kind[i] === kinds.summary ? '' : String(net.state[i] === 1 && net.behind[i] === 1 ? 5 : net.state[i]);
        data(mark, 'state', st);
        data(cell, 'state', st);
        set(words, text);
        return;
      }
      const node = cell.firstChild as Text;
      if (node.data !== text) node.data = text;
    });
  }
}

/** An attribute that is written as it was costs a look at the styles all the same. */
function attr(el: HTMLElement, name: string, value: string): void {
  if (el.getAttribute(name) !== value) el.setAttribute(name, value);
}

function data(el: HTMLElement, name: string, value: string): void {
  if (el.dataset[name] !== value) el.dataset[name] = value;
}

function set(el: HTMLElement, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}

/** No activity and no group. */
export const none = -1e9;

export function rowOfItem(layout: Layout, item: number): number {
  if (item >= 0) return layout.rowOf[item] ?? -1;
  return layout.items.indexOf(item);
}

export function rowId(s: Pick<TableScene, 'prefix' | 'net' | 'layout'>, i: number, r: number): string {
  // An activity in two groups has two rows: the second is named by its row.
  if (i < 0) return `${s.prefix}-g${-1 - i}`;
  const id = s.net.s.activities.id[i] ?? i;
  return s.layout.rowOf[i] === r ? `${s.prefix}-${id}` : `${s.prefix}-${id}-${r}`;
}
