// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be windowed, so the roles stand on divs
/**
 * The rows, a screenful at a time: a dense grid on a desk, cards on a phone. One row is the active one (arrow keys, j and k), Enter opens
 * it, x selects it.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { ago, civil, exact, type PointSort, today, useOpenProject, useProject, useReader, useThing } from '@/store';
import { PersonChip, StatusTag } from '@/ui';
import type { Item } from './groups';
import { Pending } from './PointDetail';
import s from './points.module.css';
import { placeText } from './words';

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
  const { items, wide, open, onOpen, selected, onToggle, sort, onSort, onEnd, ref } = props;
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
          <b>{item.title}</b> <span className="quiet">{item.count}</span>
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
        <Head sort={sort} onSort={onSort} />
        {rows}
      </div>
    </div>
  );
}

function Head({ sort, onSort }: { sort: PointSort; onSort: (by: PointSort['by']) => void }) {
  const { t } = useLingui();
  const columns: { by?: PointSort['by']; title: string; className?: string }[] = [
    { by: 'number', title: t`No.` },
    { by: 'subject', title: t`Subject` },
    { by: 'status', title: t`Status` },
    { by: 'location', title: t`Where` },
    { title: t`In charge` },
    { by: 'due', title: t`Due` },
    { by: 'changed', title: t`Changed` },
  ];
  return (
    <div role="row" className={s.headRow} aria-rowindex={1} tabIndex={-1}>
      <div role="columnheader" tabIndex={-1}>
        <span className="hidden-text">
          <Trans>Selected</Trans>
        </span>
      </div>
      {columns.map((c) => {
        const on = c.by === sort.by;
        return (
          <div
            key={c.title}
            role="columnheader"
            tabIndex={-1}
            aria-sort={on ? (sort.order === 'asc' ? 'ascending' : 'descending') : c.by ? 'none' : undefined}
          >
            {c.by ? (
              <button type="button" onClick={() => onSort(c.by as PointSort['by'])}>
                {c.title}
                <span aria-hidden="true">{on ? (sort.order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
              </button>
            ) : (
              c.title
            )}
          </div>
        );
      })}
    </div>
  );
}

interface RowProps {
  point: Row<Point>;
  top: number;
  index: number;
  tabbable: boolean;
  open: boolean;
  selected: boolean;
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

const GridRow = memo(function GridRow({ point, top, index, tabbable, open, selected, onOpen, onToggle, onActive }: RowProps) {
  const { t } = useLingui();
  const x = useTexts(point);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys
    <div
      role="row"
      className={s.row}
      style={{ transform: `translateY(${top}px)` }}
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
      <div role="gridcell" tabIndex={-1} className={s.cellNumber}>
        {point.number ?? '–'}
      </div>
      <div role="gridcell" tabIndex={-1} className={s.cellSubject}>
        {point.urgent && <Urgent />}
        <span title={point.subject}>{point.subject}</span>
        <Pending point={point} />
      </div>
      <div role="gridcell" tabIndex={-1}>
        <StatusTag status={x.status} />
      </div>
      <div role="gridcell" tabIndex={-1} title={x.where}>
        {x.where}
      </div>
      <div role="gridcell" tabIndex={-1} className={s.cellWho}>
        {point.in_charge.slice(0, 1).map((c) => (
          <PersonChip key={c.id} who={c} />
        ))}
        {point.in_charge.length > 1 && <span className="quiet">+{point.in_charge.length - 1}</span>}
      </div>
      <div role="gridcell" tabIndex={-1} className={x.late ? s.late : undefined}>
        {x.due}
        {x.late && (
          <span className="hidden-text">
            <Trans>overdue</Trans>
          </span>
        )}
      </div>
      <div role="gridcell" tabIndex={-1} className="quiet" title={x.changedExact}>
        {x.changed}
      </div>
    </div>
  );
});

const Card = memo(function Card({ point, open, onOpen }: RowProps) {
  const x = useTexts(point);
  return (
    <button type="button" className={s.card} data-open={open || undefined} onClick={() => onOpen(point.id)}>
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
