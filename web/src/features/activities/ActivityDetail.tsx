/** One activity as a site sees it: how far it is, what holds it up, and what was said of it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { CloseButton } from '@mantine/core';
import { useState } from 'react';
import type { Activity } from '@/api/activity';
import type { Id } from '@/api/types';
import { refusalText } from '@/app/errors';
import type { Row } from '@/db/db';
import { civil, today, useCommands, useName, useOpenProject, useOutbox, useProject, useReader } from '@/store';
import { useActivity } from '@/store/activities';
import { dayMinutes } from '@/store/scheduled';
import { Skeleton } from '@/ui';
import { CapturePanel } from '../capture/CapturePanel';
import { placeText } from '../points/words';
import { WaitingMark } from './ActivityCard';
import s from './activities.module.css';
import { Blocks } from './Blocks';
import { Judge } from './Judge';
import { Problem } from './Problem';
import { Progress } from './Progress';
import { Said } from './Said';
import { StateTag } from './StateTag';
import { endDay, span, startDay } from './words';

export function ActivityDetail({ id, onClose }: { id: Id; onClose: () => void }) {
  const { t } = useLingui();
  const { activity, whole, gone } = useActivity(id);
  if (!activity)
    return (
      <div className={s.detail}>
        <div className={s.detailTop}>
          <span className={s.grow} />
          <CloseButton onClick={onClose} aria-label={t`Close`} />
        </div>
        {gone ? (
          <p className="quiet">
            <Trans>This activity is not there any more, or is not yours to see.</Trans>
          </p>
        ) : (
          <Skeleton rows={6} />
        )}
      </div>
    );
  return <Detail activity={activity} whole={whole} onClose={onClose} />;
}

type Doing = 'problem' | 'point' | null;

function Detail({ activity: a, whole, onClose }: { activity: Row<Activity>; whole: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [doing, setDoing] = useState<Doing>(null);
  if (doing === 'point')
    return (
      <CapturePanel
        onCancel={() => setDoing(null)}
        onDone={(point) => {
          setDoing(null);
          void commands.block(a, point);
        }}
      />
    );
  if (doing === 'problem') return <Problem activity={a} onDone={() => setDoing(null)} />;
  return (
    <article className={s.detail} aria-label={a.name}>
      <div className={s.detailTop}>
        {a.code && <span className={s.code}>{a.code}</span>}
        <WaitingMark of={a} />
        <span className={s.grow} />
        <CloseButton onClick={onClose} aria-label={t`Close`} />
      </div>
      <div>
        <h2 className={s.name}>{a.name}</h2>
        {a.path.length > 0 && <p className={s.path}>{a.path.join(' › ')}</p>}
      </div>
      <div className={s.tags}>
        <StateTag of={a} />
        <span className={s.percentBig}>{Math.round(a.percent)} %</span>
        {a.critical && a.state !== 4 && (
          <span className={s.critical}>
            <Trans>Critical</Trans>
          </span>
        )}
      </div>
      <Refused id={a.id} />
      <OpenProblems activity={a} />
      {!a.summary && (
        <>
          <Judge activity={a} />
          <Progress activity={a} onProblem={() => setDoing('problem')} />
        </>
      )}
      <Dates activity={a} />
      <Blocks activity={a} onNew={() => setDoing('point')} />
      <Said activity={a} whole={whole} />
    </article>
  );
}

/** The problems that nobody said are solved. */
function OpenProblems({ activity: a }: { activity: Activity }) {
  const { t } = useLingui();
  const reader = useReader();
  if (a.problems === 0) return null;
  const since = a.reports.findLastIndex((r) => r.kind === 'solved');
  const open = a.reports.slice(since + 1).filter((r) => r.kind === 'problem');
  return (
    <section className={s.gates} aria-label={t`Open problems`}>
      {open.map((r) => {
        const until = endDay(r.until);
        return (
          <div key={r.id}>
            <b>{r.reason || r.text}</b>
            {r.reason && r.text && <p>{r.text}</p>}
            {until && (
              <p className="quiet">
                <Trans>until {civil(until, reader)}</Trans>
              </p>
            )}
          </div>
        );
      })}
      {open.length === 0 && (
        <b>
          <Plural value={a.problems} one="A problem is open." other="# problems are open." />
        </b>
      )}
    </section>
  );
}

/** What the server refused of this activity, with its reason. */
function Refused({ id }: { id: Id }) {
  const { t, i18n } = useLingui();
  const { retry, discard } = useCommands();
  const refused = useOutbox().filter((e) => e.kind === 'activities' && e.thing === id && e.state === 'rejected');
  if (refused.length === 0) return null;
  return (
    <section className={s.refused} aria-label={t`Refused`}>
      {refused.map((e) => (
        <div key={e.id}>
          <b>
            <Trans>Not taken by the server</Trans>
          </b>
          <p>{refusalText(e.fields?.[0]?.code ?? e.code, i18n)}</p>
          <p className={s.actions}>
            <button type="button" className={s.link} onClick={() => void retry(e.seq ?? 0)}>
              <Trans>Send again</Trans>
            </button>
            <button type="button" className={s.link} onClick={() => void discard(e.seq ?? 0)}>
              <Trans>Discard my report</Trans>
            </button>
          </p>
        </div>
      ))}
    </section>
  );
}

/** When: the forecast over the plan, where both differ. */
function Dates({ activity: a }: { activity: Activity }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const zone = useProject().time_zone;
  const reader = useReader();
  const name = useName();
  const now = dayMinutes(today(zone)) + 720;
  const planned = a.planned_start !== null && (a.planned_start !== a.start || a.planned_finish !== a.finish);
  const begun = startDay(a.actual_start);
  const ended = endDay(a.actual_finish);
  return (
    <section className={s.dates} aria-label={t`When, where, who`}>
      <Ghost a={a} now={now} />
      <dl className={s.facts}>
        <dt>{planned ? <Trans>Forecast</Trans> : <Trans>When</Trans>}</dt>
        <dd>{span(a.start, a.finish, reader)}</dd>
        {planned && (
          <>
            <dt>
              <Trans>Planned</Trans>
            </dt>
            <dd className={s.ghost}>{span(a.planned_start, a.planned_finish, reader)}</dd>
          </>
        )}
        {begun && (
          <>
            <dt>
              <Trans>Began</Trans>
            </dt>
            <dd>{civil(begun, reader)}</dd>
          </>
        )}
        {ended && (
          <>
            <dt>
              <Trans>Ended</Trans>
            </dt>
            <dd>{civil(ended, reader)}</dd>
          </>
        )}
        {a.location_id && (
          <>
            <dt>
              <Trans>Where</Trans>
            </dt>
            <dd>{placeText(a.location_id, pool)}</dd>
          </>
        )}
        {a.in_charge.length > 0 && (
          <>
            <dt>
              <Trans>In charge</Trans>
            </dt>
            <dd>{a.in_charge.map((c) => name(c)).join(', ')}</dd>
          </>
        )}
        {a.notes && (
          <>
            <dt>
              <Trans>Notes</Trans>
            </dt>
            <dd className={s.notes}>{a.notes}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Ghost draws the plan as an outline and the forecast over it, with today. The words beside it say the same. */
function Ghost({ a, now }: { a: Activity; now: number }) {
  const times = [a.start, a.finish, a.planned_start, a.planned_finish].filter((x): x is number => x !== null);
  if (times.length < 2 || a.milestone) return null;
  const from = Math.min(...times);
  const to = Math.max(...times);
  const room = Math.max(1440, (to - from) * 0.06);
  const x = (v: number) => ((v - from + room) / (to - from + 2 * room)) * 100;
  const bar = (b: number | null, e: number | null, className: string | undefined) =>
    b === null || e === null ? null : (
      <span className={className} style={{ insetInlineStart: `${x(b)}%`, width: `${Math.max(1, x(e) - x(b))}%` }} />
    );
  return (
    <div className={s.track} aria-hidden="true">
      {bar(a.planned_start, a.planned_finish, s.trackPlan)}
      {bar(a.start, a.finish, s.trackNow)}
      {bar(a.start, a.start === null || a.finish === null ? null : a.start + ((a.finish - a.start) * a.percent) / 100, s.trackDone)}
      {now > from - room && now < to + room && <span className={s.trackToday} style={{ insetInlineStart: `${x(now)}%` }} />}
    </div>
  );
}
