/** On the page of today: what of the programme is the viewer's this week. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { isMine, today, useMe, useProject } from '@/store';
import { useScheduled } from '@/store/activities';
import { Section } from '@/ui';
import { CardBody } from './ActivityCard';
import s from './activities.module.css';
import { bucketOf, byStart, startsBefore } from './words';

const few = 5;

export function Week() {
  const { t } = useLingui();
  const project = useProject();
  const me = useMe();
  const { items } = useScheduled();
  const day = today(project.time_zone);
  const list = useMemo(() => {
    const mine = items.filter((x) => isMine(x.in_charge, me));
    const order = { late: 0, now: 1, soon: 2, sign: 3, later: 4, done: 5 };
    return mine
      .map((x) => ({ x, b: bucketOf(x, day) }))
      .filter(({ x, b }) => b === 'late' || b === 'now' || (b === 'soon' && startsBefore(x, day, 7)))
      .sort((p, q) => order[p.b] - order[q.b] || byStart(p.x, q.x))
      .map(({ x }) => x);
  }, [items, me, day]);
  if (list.length === 0) return null;
  return (
    <Section title={t`Your activities this week`}>
      <ul className={s.week}>
        {list.slice(0, few).map((x) => (
          <li key={x.id}>
            <Link
              className={s.weekCard}
              to="/p/$project/activities"
              params={{ project: project.id }}
              search={{ activity: x.id, all: false } as never}
            >
              <CardBody x={x} brief />
            </Link>
          </li>
        ))}
      </ul>
      {list.length > few && (
        <Link className={s.link} to="/p/$project/activities" params={{ project: project.id }} search={{ all: false } as never}>
          <Trans>All {list.length}</Trans>
        </Link>
      )}
    </Section>
  );
}
