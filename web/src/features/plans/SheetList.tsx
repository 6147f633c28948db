/**
 * The points on this sheet as a list: what the canvas shows, for those who do not see it or do not use a pointer. One stop of the Tab key;
 * the arrows walk, a ring on the plan follows, Enter opens. Out of sight until it is asked for or has the focus.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useId, useRef, useState } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { useStatuses } from '@/store';
import { StatusMark } from '@/ui';
import s from './plans.module.css';

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
  useEffect(() => {
    if (!inside || !current) return;
    document.getElementById(`${prefix}${current.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [inside, current, prefix]);

  const key = (e: React.KeyboardEvent) => {
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
        {points.map((p, i) => {
          const status = statuses.find((x) => x.id === p.status_id);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list box hears the keys
            <div
              key={p.id}
              id={optionId(p.id)}
              role="option"
              tabIndex={-1}
              aria-selected={p.id === selected}
              data-at={(inside && i === index) || undefined}
              className={s.option}
              onClick={() => onOpen(p.id)}
            >
              {status && <StatusMark status={status} label={status.name} />}
              <span className={s.optionNumber}>{p.number ?? '–'}</span>
              <span className={s.optionText}>{p.subject}</span>
              {p.urgent && <span className="hidden-text">{t`Urgent`}</span>}
            </div>
          );
        })}
        {points.length === 0 && (
          <div role="option" tabIndex={-1} aria-selected={false} aria-disabled className={s.option}>
            <span className="quiet">
              <Trans>No points here that match</Trans>
            </span>
          </div>
        )}
      </div>
    </div>
  );
}
