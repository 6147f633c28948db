// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be windowed, so the roles stand on divs
/** One point in the list: a row on a desk, a card on a phone. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox } from '@mantine/core';
import { memo } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { ago, civil, exact, today, useName, useOpenProject, useProject, useReader, useThing } from '@/store';
import { PersonChip, StatusTag } from '@/ui';
import type { Column, ColumnId } from './columns';
import { Pending } from './Pending';
import s from './points.module.css';
import { categoryPath, placeText } from './words';

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

export const GridRow = memo(function GridRow({
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

export const Card = memo(function Card({ point, open, selected, selecting, onOpen, onToggle }: RowProps) {
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
