// biome-ignore-all lint/a11y/useSemanticElements: the heads of a grid of divs
/** The heads of the columns: they sort, are dragged to another place, and have an edge that sets their width. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useLayoutEffect, useRef, useState } from 'react';
import type { PointSort } from '@/store';
import { useColumnNames } from './columnNames';
import { type Column, type ColumnId, moved, narrowest, widest } from './columns';
import s from './points.module.css';

const sortable: Partial<Record<ColumnId, PointSort['by']>> = {
  number: 'number',
  subject: 'subject',
  status: 'status',
  location: 'location',
  due: 'due',
  changed: 'changed',
  created: 'created',
};

export function Head({
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
