/**
 * The points on this sheet as a list: what the canvas shows, for those who do not see it or do not use a pointer. One stop of the Tab key;
 * the arrows walk, a ring on the plan follows, Enter opens. Out of sight until it is asked for or has the focus.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { useStatuses } from '@/store';
import { StatusMark } from '@/ui';
import s from './plans.module.css';

/** Rows fit a gloved finger. */
const OPTION = 44;

export function SheetList({
  points,
  shown,
  selected,
  onFocus,
  onOpen,
  onClose,
}: {
  points: readonly Row<Point>[];
  shown: boolean;
  selected: Id | null;
  onFocus: (id: Id | null) => void;
  onOpen: (id: Id) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const statuses = useStatuses();
  const prefix = useId();
  const [at, setAt] = useState(0);
  const [inside, setInside] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const index = Math.min(at, points.length - 1);
  const current = points[index];
  const optionId = (id: Id) => `${prefix}${id}`;

  // The ring is for who walks with the keys, and leaves with them.
  useEffect(() => {
    onFocus(inside && current ? current.id : null);
  }, [inside, current, onFocus]);
  // A sheet may carry thousands: only what shows is in the page.
  const virtual = useVirtualizer({
    count: points.length,
    getScrollElement: () => list.current,
    estimateSize: () => OPTION,
    getItemKey: (i) => points[i]?.id ?? i,
    overscan: 4,
  });
  useEffect(() => {
    if (inside && index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [inside, index, virtual]);

  const key = (e: KeyboardEvent) => {
    const last = points.length - 1;
    const step: Record<string, number> = {
      ArrowDown: index + 1,
      j: index + 1,
      ArrowUp: index - 1,
      k: index - 1,
      Home: 0,
      End: last,
      PageDown: index + 10,
      PageUp: index - 10,
    };
    const next = step[e.key];
    if (next !== undefined) setAt(Math.max(0, Math.min(last, next)));
    else if ((e.key === 'Enter' || e.key === ' ') && current) onOpen(current.id);
    else if (e.key === 'Escape' && shown) onClose();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return (
    <div className={s.listCard} data-shown={shown || undefined}>
      <p className={s.listTitle} id={`${prefix}title`}>
        <Trans>Points on this sheet</Trans>
      </p>
      <div
        ref={list}
        className={s.listBox}
        role="listbox"
        tabIndex={0}
        aria-labelledby={`${prefix}title`}
        aria-activedescendant={inside && current ? optionId(current.id) : undefined}
        onKeyDown={key}
        onFocus={() => {
          const open = points.findIndex((p) => p.id === selected);
          if (open >= 0) setAt(open);
          setInside(true);
        }}
        onBlur={() => setInside(false)}
      >
        <div role="presentation" className={s.options} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((v) => {
            const p = points[v.index];
            const status = statuses.find((x) => x.id === p?.status_id);
            return (
              p && (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the list box hears the keys
                <div
                  key={p.id}
                  id={optionId(p.id)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={p.id === selected}
                  aria-setsize={points.length}
                  aria-posinset={v.index + 1}
                  data-at={(inside && v.index === index) || undefined}
                  className={s.option}
                  style={{ transform: `translateY(${v.start}px)`, height: OPTION }}
                  onClick={() => onOpen(p.id)}
                >
                  {status && <StatusMark status={status} label={status.name} />}
                  <span className={s.optionNumber}>{p.number ?? '–'}</span>
                  <span className={s.optionText}>{p.subject}</span>
                  {p.urgent && <span className="hidden-text">{t`Urgent`}</span>}
                </div>
              )
            );
          })}
        </div>
        {points.length === 0 && (
          <div role="option" tabIndex={-1} aria-selected={false} aria-disabled className={s.optionNone}>
            <span className="quiet">
              <Trans>No points here that match</Trans>
            </span>
          </div>
        )}
      </div>
    </div>
  );
}
