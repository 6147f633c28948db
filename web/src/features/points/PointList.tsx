// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be windowed, so the roles stand on divs
/**
 * The rows, a screenful at a time: a dense grid on a desk, cards on a phone. One row is the active one (arrow keys, j and k), Enter opens
 * it, x selects it.
 */
import { useLingui } from '@lingui/react/macro';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Id } from '@/api/types';
import type { PointSort } from '@/store';
import { type Column, template } from './columns';
import type { Item } from './groups';
import { Head } from './PointHead';
import { Card, GridRow } from './PointRow';
import s from './points.module.css';

export interface PointListHandle {
  move: (step: number) => void;
  toggle: () => void;
  focus: () => void;
}

export interface PointListProps {
  items: readonly Item[];
  wide: boolean;
  open: Id | null;
  onOpen: (id: Id) => void;
  selected: ReadonlySet<Id>;
  onToggle: (id: Id) => void;
  /** On a phone: a tap selects. */
  selecting: boolean;
  columns: readonly Column[];
  onColumns: (next: readonly Column[]) => void;
  folded: ReadonlySet<string>;
  onFold: (title: string) => void;
  sort: PointSort;
  onSort: (by: PointSort['by']) => void;
  /** The end came near and there is more. */
  onEnd?: (() => void) | undefined;
  ref?: Ref<PointListHandle>;
}

function rowHeight(): number {
  const px = Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10);
  return Number.isFinite(px) ? px : 36;
}

export function PointList(props: PointListProps) {
  const { items, wide, open, onOpen, selected, onToggle, selecting, columns, onColumns, folded, onFold, sort, onSort, onEnd, ref } = props;
  const cells = useMemo(() => ({ gridTemplateColumns: template(columns) }), [columns]);
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActiveState] = useState<Id | null>(open);
  // Keys come faster than renders.
  const newest = useRef(active);
  const setActive = useCallback((id: Id) => {
    newest.current = id;
    setActiveState(id);
  }, []);
  const ids = useMemo(() => items.flatMap((i) => (i.kind === 'point' ? [i.key] : [])), [items]);
  const at = useMemo(() => new Map(items.map((item, i) => [item.key, i])), [items]);
  const height = useMemo(rowHeight, []);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (items[i]?.kind === 'group' ? 34 : wide ? height : 92),
    getItemKey: (i) => items[i]?.key ?? i,
    overscan: 12,
    paddingStart: wide ? 34 : 0,
    scrollPaddingStart: wide ? 40 : 8,
    scrollPaddingEnd: 8,
  });

  useEffect(() => {
    if (open) setActive(open);
  }, [open, setActive]);

  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - 20) onEnd?.();
  }, [last, items.length, onEnd]);

  const focusRow = (id: Id) => {
    setActive(id);
    const index = at.get(id);
    if (index !== undefined) virtual.scrollToIndex(index, { align: 'auto' });
    // The row may only now come into being.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
    );
  };
  const move = (step: number) => {
    if (ids.length === 0) return;
    const now = newest.current ? ids.indexOf(newest.current) : -1;
    const next = now < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, now + step));
    const id = ids[next] as Id;
    focusRow(id);
    // With the detail open, the keys walk through it.
    if (open && wide) onOpen(id);
  };
  useImperativeHandle(ref, () => ({
    move,
    toggle: () => newest.current && onToggle(newest.current),
    focus: () => newest.current && focusRow(newest.current),
  }));

  const key = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).dataset.id;
    if (!row || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === 'ArrowDown') move(1);
    else if (e.key === 'ArrowUp') move(-1);
    else if (e.key === 'Home') move(-ids.length);
    else if (e.key === 'End') move(ids.length);
    else if (e.key === 'PageDown') move(15);
    else if (e.key === 'PageUp') move(-15);
    else if (e.key === 'Enter') onOpen(row);
    else if (e.key === ' ') onToggle(row);
    else return;
    e.preventDefault();
  };

  const tabStop = active && at.has(active) ? active : ids[0];
  const rows = virtual.getVirtualItems().map((v) => {
    const item = items[v.index];
    if (!item) return null;
    const style = { transform: `translateY(${v.start}px)` };
    if (item.kind === 'group') {
      const title = (
        <>
          <button type="button" className={s.fold} aria-expanded={!folded.has(item.title)} onClick={() => onFold(item.title)}>
            <span aria-hidden="true">{folded.has(item.title) ? '▸' : '▾'}</span> <b>{item.title}</b>{' '}
            <span className="quiet">{item.count}</span>
          </button>
        </>
      );
      return wide ? (
        <div key={item.key} role="row" tabIndex={-1} className={s.groupRow} style={style} aria-rowindex={v.index + 2}>
          <div role="gridcell" tabIndex={-1} aria-colindex={1}>
            {title}
          </div>
        </div>
      ) : (
        <li key={item.key} className={s.groupRow} style={style}>
          {title}
        </li>
      );
    }
    const shared = {
      point: item.point,
      top: v.start,
      index: v.index,
      tabbable: item.key === tabStop,
      open: item.key === open,
      selected: selected.has(item.key),
      selecting,
      columns,
      cells,
      onOpen,
      onToggle,
      onActive: setActive,
    };
    return wide ? (
      <GridRow key={item.key} {...shared} />
    ) : (
      <li key={item.key} className={s.cardSlot} style={style} data-index={v.index} ref={virtual.measureElement}>
        <Card {...shared} />
      </li>
    );
  });

  if (!wide) {
    return (
      <div className={s.scroller} ref={scroller}>
        <ul className={s.cards} aria-label={t`Points`} style={{ height: virtual.getTotalSize() }}>
          {rows}
        </ul>
      </div>
    );
  }
  return (
    <div className={s.scroller} ref={scroller}>
      <div
        className={s.grid}
        role="grid"
        tabIndex={-1}
        aria-label={t`Points`}
        aria-rowcount={items.length + 1}
        aria-multiselectable
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={key}
      >
        <Head sort={sort} onSort={onSort} columns={columns} cells={cells} onColumns={onColumns} />
        {rows}
      </div>
    </div>
  );
}
