// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be windowed, so the roles stand on divs
/**
 * The rows, a screenful at a time: a dense grid on a desk, cards on a phone. One row is the active one (arrow keys, j and k), Enter opens
 * it, x selects it.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  memo,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { ago, civil, exact, type PointSort, today, useName, useOpenProject, useProject, useReader, useThing } from '@/store';
import { PersonChip, StatusTag } from '@/ui';
import { useColumnNames } from './columnNames';
import { type Column, type ColumnId, moved, narrowest, template, widest } from './columns';
import type { Item } from './groups';
import { Pending } from './Pending';
import s from './points.module.css';
import { categoryPath, placeText } from './words';

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

const sortable: Partial<Record<ColumnId, PointSort['by']>> = {
  number: 'number',
  subject: 'subject',
  status: 'status',
  location: 'location',
  due: 'due',
  changed: 'changed',
  created: 'created',
};

function Head({
  sort,
  onSort,
  columns,
  cells,
  onColumns,
}: {
  sort: PointSort;
  onSort: (by: PointSort['by']) => void;
  columns: readonly Column[];
  cells: { gridTemplateColumns: string };
  onColumns: (next: readonly Column[]) => void;
}) {
  const name = useColumnNames();
  const [drag, setDrag] = useState<ColumnId | null>(null);
  return (
    <div role="row" className={s.headRow} style={cells} aria-rowindex={1} tabIndex={-1}>
      <div role="columnheader" tabIndex={-1}>
        <span className="hidden-text">
          <Trans>Selected</Trans>
        </span>
      </div>
      {columns.map((c) => {
        const by = sortable[c.id];
        const on = by === sort.by;
        return (
          <div
            key={c.id}
            role="columnheader"
            tabIndex={-1}
            aria-sort={on ? (sort.order === 'asc' ? 'ascending' : 'descending') : by ? 'none' : undefined}
            draggable
            onDragStart={() => setDrag(c.id)}
            onDragOver={(e) => drag && e.preventDefault()}
            onDrop={() => {
              if (drag) onColumns(moved(columns, drag, c.id));
              setDrag(null);
            }}
          >
            {by ? (
              <button type="button" onClick={() => onSort(by)}>
                {name(c.id)}
                <span aria-hidden="true">{on ? (sort.order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
              </button>
            ) : (
              name(c.id)
            )}
            <Grip
              what={name(c.id)}
              onWidth={(width) => onColumns(columns.map((x) => (x.id === c.id ? { id: x.id, width } : x)))}
              onFree={() => onColumns(columns.map((x) => (x.id === c.id ? { id: x.id } : x)))}
            />
          </div>
        );
      })}
    </div>
  );
}

const clamp = (px: number) => Math.round(Math.max(narrowest, Math.min(widest, px)));

/** The edge of a head: dragged, or moved with the arrow keys; a double click gives the width back. */
function Grip({ what, onWidth, onFree }: { what: string; onWidth: (px: number) => void; onFree: () => void }) {
  const { t } = useLingui();
  const edge = useRef<HTMLSpanElement>(null);
  const [from, setFrom] = useState<{ x: number; width: number } | null>(null);
  const width = () => edge.current?.parentElement?.getBoundingClientRect().width ?? narrowest;
  const [now, setNow] = useState(narrowest);
  // What is read out is the width that is there, not that of the drawing before.
  useLayoutEffect(() => {
    const head = edge.current?.parentElement;
    if (!head) return;
    const read = () => setNow(clamp(head.getBoundingClientRect().width));
    read();
    const watch = new ResizeObserver(read);
    watch.observe(head);
    return () => watch.disconnect();
  }, []);
  return (
    <span
      ref={edge}
      className={s.grip}
      role="separator"
      aria-orientation="vertical"
      aria-label={t`Width of ${what}`}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      aria-valuenow={now}
      tabIndex={0}
      draggable
      onDragStart={(e) => {
        e.preventDefault();
        e.stopPropagation();
      }}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        setFrom({ x: e.clientX, width: width() });
      }}
      onPointerMove={(e) => from && onWidth(clamp(from.width + e.clientX - from.x))}
      onPointerUp={() => setFrom(null)}
      onPointerCancel={() => setFrom(null)}
      onDoubleClick={onFree}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        e.stopPropagation();
        onWidth(clamp(width() + (e.key === 'ArrowLeft' ? -16 : 16)));
      }}
    />
  );
}

interface RowProps {
  point: Row<Point>;
  top: number;
  index: number;
  tabbable: boolean;
  open: boolean;
  selected: boolean;
  selecting: boolean;
  columns: readonly Column[];
  cells: { gridTemplateColumns: string };
  onOpen: (id: Id) => void;
  onToggle: (id: Id) => void;
  onActive: (id: Id) => void;
}

function useTexts(point: Point) {
  const { pool } = useOpenProject();
  const reader = useReader();
  const zone = useProject().time_zone;
  const status = useThing('statuses', point.status_id);
  return {
    status,
    where: placeText(point.location_id, pool),
    due: point.due ? civil(point.due, reader) : '',
    late: point.due !== null && !status?.closes && point.due < today(zone),
    changed: ago(point.changed_at, reader),
    changedExact: exact(point.changed_at, reader),
  };
}

const GridRow = memo(function GridRow({
  point,
  top,
  index,
  tabbable,
  open,
  selected,
  columns,
  cells,
  onOpen,
  onToggle,
  onActive,
}: RowProps) {
  const { t } = useLingui();
  const x = useTexts(point);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys
    <div
      role="row"
      className={s.row}
      style={{ transform: `translateY(${top}px)`, ...cells }}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={tabbable ? 0 : -1}
      data-id={point.id}
      data-open={open || undefined}
      onFocus={() => onActive(point.id)}
      onClick={(e) => {
        if ((e.target as HTMLElement).closest('input, label')) return;
        onOpen(point.id);
      }}
    >
      <div role="gridcell" tabIndex={-1}>
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={selected}
          onChange={() => onToggle(point.id)}
          aria-label={t`Select ${point.number ?? point.subject}`}
        />
      </div>
      {columns.map((c) => (
        <Cell key={c.id} id={c.id} point={point} x={x} />
      ))}
    </div>
  );
});

/** What a column shows of a point. */
function Cell({ id, point, x }: { id: ColumnId; point: Row<Point>; x: ReturnType<typeof useTexts> }) {
  const cell = { role: 'gridcell', tabIndex: -1 };
  switch (id) {
    case 'number':
      return (
        <div {...cell} className={s.cellNumber}>
          {point.number ?? '–'}
        </div>
      );
    case 'subject':
      return (
        <div {...cell} className={s.cellSubject}>
          {point.urgent && <Urgent />}
          <span title={point.subject}>{point.subject}</span>
          <Pending point={point} />
        </div>
      );
    case 'status':
      return (
        <div {...cell}>
          <StatusTag status={x.status} />
        </div>
      );
    case 'location':
      return (
        <div {...cell} title={x.where}>
          {x.where}
        </div>
      );
    case 'in_charge':
      return (
        <div {...cell} className={s.cellWho}>
          {point.in_charge.slice(0, 1).map((c) => (
            <PersonChip key={c.id} who={c} />
          ))}
          {point.in_charge.length > 1 && <span className="quiet">+{point.in_charge.length - 1}</span>}
        </div>
      );
    case 'due':
      return (
        <div {...cell} className={x.late ? s.late : undefined}>
          {x.due}
          {x.late && (
            <span className="hidden-text">
              <Trans>overdue</Trans>
            </span>
          )}
        </div>
      );
    case 'changed':
      return (
        <div {...cell} className="quiet" title={x.changedExact}>
          {x.changed}
        </div>
      );
    case 'photos':
      return (
        <div {...cell} className="quiet">
          {point.photos.length || ''}
        </div>
      );
    default:
      return <MoreCell id={id} point={point} />;
  }
}

/** The columns that are not shown until somebody asks for them. */
function MoreCell({ id, point }: { id: ColumnId; point: Row<Point> }) {
  const { pool } = useOpenProject();
  const reader = useReader();
  const name = useName();
  const list = useThing('lists', point.list_id);
  const text =
    id === 'category'
      ? categoryPath(point.category_id, pool)
      : id === 'list'
        ? (list?.name ?? '')
        : id === 'author'
          ? name(point.author_id)
          : ago(point.created_at, reader);
  return (
    <div role="gridcell" tabIndex={-1} title={text}>
      {text}
    </div>
  );
}

const Card = memo(function Card({ point, open, selected, selecting, onOpen, onToggle }: RowProps) {
  const x = useTexts(point);
  return (
    <button
      type="button"
      className={s.card}
      data-open={open || undefined}
      aria-pressed={selecting ? selected : undefined}
      data-selected={(selecting && selected) || undefined}
      onClick={() => (selecting ? onToggle(point.id) : onOpen(point.id))}
    >
      <span className={s.cardTop}>
        <span className={s.number}>{point.number ?? '–'}</span>
        <Pending point={point} />
        <span className={s.grow} />
        {x.due && <span className={x.late ? s.late : 'quiet'}>{x.due}</span>}
      </span>
      <span className={s.cardSubject}>
        {point.urgent && <Urgent />}
        {point.subject}
      </span>
      <span className={s.cardFoot}>
        <StatusTag status={x.status} />
        <span className={s.cardWhere}>{x.where}</span>
        {point.in_charge.slice(0, 2).map((c) => (
          <PersonChip key={c.id} who={c} bare />
        ))}
      </span>
    </button>
  );
});

export function Urgent() {
  const { t } = useLingui();
  return (
    <svg className={s.urgent} width="14" height="14" viewBox="0 0 14 14" role="img" aria-label={t`Urgent`}>
      <path d="M3 7l4-4 4 4M3 11.5l4-4 4 4" fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
