import { Trans, useLingui } from '@lingui/react/macro';
import { Button, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Point } from '@/api/types';
import { ActivitiesThisWeek } from '@/app/site';
import type { Row } from '@/db/db';
import {
  addDays,
  civil,
  dayTitle,
  exact,
  isMine,
  placePath,
  time,
  today,
  useEntries,
  useLoaded,
  useMayCreate,
  useMe,
  useName,
  useOpenProject,
  useProject,
  useReader,
  useStatuses,
  useSync,
  useThings,
} from '@/store';
import { EmptyState, LinkButton, Page, PersonChip, Section, Skeleton, StatusTag } from '@/ui';
import { byDay, type Deed, deeds } from './deeds';
import s from './Today.module.css';

const few = 6;

/** Today: what needs me, then what happened. */
export function TodayPage() {
  const { t } = useLingui();
  const project = useProject();
  const loaded = useLoaded();
  const points = useThings('points');
  const statuses = useStatuses();
  const me = useMe();
  const { loading } = useSync();
  const mayMake = useMayCreate();
  const day = today(project.time_zone);
  const groups = useMemo(() => {
    const closes = new Set(statuses.filter((x) => x.closes).map((x) => x.id));
    const open = points.filter((p) => !closes.has(p.status_id));
    const mine = open.filter((p) => isMine(p.in_charge, me));
    const byDue = (a: Point, b: Point) => (a.due ?? '9').localeCompare(b.due ?? '9') || Number(b.urgent) - Number(a.urgent);
    const soon = addDays(day, 7);
    return {
      overdue: mine.filter((p) => p.due && p.due < day).sort(byDue),
      soon: mine.filter((p) => p.due && p.due >= day && p.due <= soon).sort(byDue),
      rest: mine.filter((p) => !p.due || p.due > soon).sort(byDue),
      projectOverdue: open.filter((p) => p.due && p.due < day).length,
      open: open.length,
    };
  }, [points, statuses, me, day]);
  const nothing = groups.overdue.length + groups.soon.length + groups.rest.length === 0;

  return (
    <Page
      title={t`Today`}
      subtitle={project.name}
      reading
      actions={
        mayMake ? (
          <LinkButton to="/p/$project/points" params={{ project: project.id }} search={{ new: true }}>
            <Trans>New point</Trans>
          </LinkButton>
        ) : undefined
      }
    >
      {!loaded ? (
        <Skeleton rows={10} />
      ) : points.length === 0 && loading === null ? (
        <EmptyState
          title={<Trans>Nothing here yet</Trans>}
          action={
            mayMake ? (
              <LinkButton to="/p/$project/plans" params={{ project: project.id }}>
                <Trans>To the plans</Trans>
              </LinkButton>
            ) : undefined
          }
        >
          {mayMake ? (
            <Trans>Open a plan and tap where something is to be done: that makes the first point.</Trans>
          ) : (
            <Trans>What is given to you or your company appears here.</Trans>
          )}
        </EmptyState>
      ) : (
        <div className={s.columns}>
          <div>
            {nothing && (
              <p className={s.calm}>
                <Trans>Nothing needs you. {groups.open} points are open on the project.</Trans>
              </p>
            )}
            <ActivitiesThisWeek />
            <Group title={t`Overdue`} tone="open" points={groups.overdue} search={{ mine: true, overdue: true }} />
            <Group title={t`Due within a week`} points={groups.soon} search={{ mine: true, due_before: addDays(day, 7), sort: 'due' }} />
            <Group title={t`In my charge`} points={groups.rest} search={{ mine: true }} />
            {groups.projectOverdue > groups.overdue.length && (
              <p>
                <Link className={s.all} to="/p/$project/points" params={{ project: project.id }} search={{ overdue: true, sort: 'due' }}>
                  <Trans>All overdue points of the project ({groups.projectOverdue})</Trans>
                </Link>
              </p>
            )}
          </div>
          <Feed />
        </div>
      )}
    </Page>
  );
}

function Group({ title, points, tone, search }: { title: string; points: Row<Point>[]; tone?: 'open'; search: Record<string, unknown> }) {
  const project = useProject();
  const shown = points.slice(0, few);
  if (points.length === 0) return null;
  return (
    <Section
      title={
        <span data-tone={tone} className={s.title}>
          {title} <em>{points.length}</em>
        </span>
      }
    >
      <ul className={s.cards}>
        {shown.map((p) => (
          <li key={p.id}>
            <PointCard p={p} />
          </li>
        ))}
      </ul>
      {points.length > few && (
        <Link className={s.all} to="/p/$project/points" params={{ project: project.id }} search={search as never}>
          <Trans>All {points.length}</Trans>
        </Link>
      )}
    </Section>
  );
}

function PointCard({ p }: { p: Row<Point> }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const project = useProject();
  const r = useReader();
  const late = p.due && p.due < today(project.time_zone);
  const path = p.location_id ? placePath(p.location_id, pool) : '';
  const place = path.split(' › ').at(-1);
  return (
    <Link className={s.card} to="/p/$project/points" params={{ project: project.id }} search={{ point: p.id }}>
      <span className={s.top}>
        <span className="mono quiet">{p.number ?? '–'}</span>
        {p.urgent && <b className={s.urgent}>{t`Urgent`}</b>}
        {p.due && <span className={late ? s.late : 'quiet'}>{late ? t`was due ${civil(p.due, r)}` : t`due ${civil(p.due, r)}`}</span>}
      </span>
      <b className={s.subject}>{p.subject}</b>
      <span className={s.low}>
        <StatusTag status={pool.get('statuses', p.status_id)} />
        {place && (
          <span className={s.place} title={path}>
            {place}
          </span>
        )}
      </span>
    </Link>
  );
}

/** Feed is what happened, by day. What one reads does not move: newer things wait behind a button. */
function Feed() {
  const { t } = useLingui();
  const r = useReader();
  const points = useThings('points');
  const entries = useEntries();
  const all = useMemo(() => deeds(points, entries), [points, entries]);
  const newest = all[0]?.at ?? '';
  const [until, setUntil] = useState<string>();
  const [limit, setLimit] = useState(30);
  const mark = until ?? newest;
  if (until === undefined && newest) setUntil(newest);
  const fresh = all.filter((d) => d.at > mark).length;
  const days = byDay(all.filter((d) => d.at <= mark).slice(0, limit), r);
  if (all.length === 0) return null;
  return (
    <Section title={t`What happened`}>
      {fresh > 0 && (
        <UnstyledButton className={s.fresh} onClick={() => setUntil(newest)}>
          <Trans>{fresh} new</Trans>
        </UnstyledButton>
      )}
      {days.map(({ day, list }) => (
        <div key={day} className={s.day}>
          <h3>{dayTitle(day, r)}</h3>
          <ul>
            {list.map((d) => (
              <DeedLine key={`${d.at}${d.kind}${d.point.id}${d.actor}`} d={d} />
            ))}
          </ul>
        </div>
      ))}
      {all.length > limit && (
        <Button variant="default" size="compact-md" onClick={() => setLimit((n) => n + 50)}>
          <Trans>Earlier</Trans>
        </Button>
      )}
    </Section>
  );
}

function DeedLine({ d }: { d: Deed }) {
  const { t } = useLingui();
  const r = useReader();
  const name = useName();
  const project = useProject();
  const what = {
    created: t`made`,
    commented: t`commented on`,
    'photo-added': t`added a photo to`,
    changed: t`changed`,
    closed: t`closed`,
    restored: t`brought back`,
  }[d.kind];
  return (
    <li className={s.deed}>
      <PersonChip who={d.actor} bare />
      <span>
        <b>{name(d.actor)}</b> {what}{' '}
        <Link to="/p/$project/points" params={{ project: project.id }} search={{ point: d.point.id }}>
          {d.point.number ? `${d.point.number} ` : ''}
          {d.point.subject}
        </Link>
        {d.text && <q className={s.quote}>{d.text}</q>}
      </span>
      <time dateTime={d.at} title={exact(d.at, r)} className="quiet">
        {time(d.at, r)}
      </time>
    </li>
  );
}
