import { Trans, useLingui } from '@lingui/react/macro';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { Id } from '@/api/types';
import { isMine, ProjectProvider, today, useDeviceState, useLoaded, useMaybeProject, useMe, useProject, useThings, week } from '@/store';
import type { OpenProject } from '@/store/project';
import { later, Opening, SyncLight } from '@/ui';
import { Commands } from './Commands';
import { Bob, MoreIcon, PlansIcon, PointsIcon, ReportsIcon, TodayIcon } from './icons';
import { Notices } from './Notices';
import s from './Shell.module.css';

const Switch = later<{ now: Id | undefined }>(() => import('./SwitchMenu'));
const MoreSheet = lazy(() => import('./MoreSheet').then((m) => ({ default: m.MoreSheet })));

/** Shell is the frame of everything behind the sign-in: sidebar on a desk, bottom bar on a phone. */
export function Shell({ open }: { open: OpenProject | null }) {
  useChosen(open);
  const inside = (
    <>
      <Commands />
      <div className={s.app}>
        <a className={s.skip} href="#view">
          <Trans>To the content</Trans>
        </a>
        <Side />
        <div className={s.main}>
          <Notices />
          <main id="view" className={s.view} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
        <Bar />
      </div>
    </>
  );
  return open ? (
    <ProjectProvider project={open} key={open.id}>
      {inside}
    </ProjectProvider>
  ) : (
    inside
  );
}

/** useChosen goes on with what a person chose to have on this device; the code for it is loaded where something was chosen. */
function useChosen(open: OpenProject | null) {
  useEffect(() => {
    if (!open) return;
    const go = async () => {
      if (await open.db.meta.get('photos-ahead')) void (await import('@/features/plans/ahead')).aheadOf(open).start();
      if (await open.db.meta.get('kept')) (await import('@/features/plans/keeper')).keeperOf(open).start();
    };
    void go().catch(() => undefined); // the project was closed meanwhile
  }, [open]);
}

function Side() {
  const { t } = useLingui();
  const project = useMaybeProject();
  return (
    <nav className={s.side} aria-label={t`Main`}>
      <Link to="/" className={s.brand}>
        <Bob /> Plumbline
      </Link>
      {project ? <ProjectLinks id={project.id} /> : <Switcher />}
      <div className={s.foot}>
        <OfficeLink />
        <Link to="/account" className={s.link} activeOptions={{ exact: true }}>
          <Trans>Account</Trans>
        </Link>
        <Link to="/account/privacy" className={s.link}>
          <Trans>Your data</Trans>
        </Link>
        {project && <Light />}
      </div>
    </nav>
  );
}

/** OfficeLink is there for who runs the organisation of the open project. */
function OfficeLink() {
  const project = useMaybeProject();
  const { session, projects } = useDeviceState();
  const org = projects.find((p) => p.id === project?.id)?.org_id;
  const mine = session?.organisations.find((o) => o.id === org && o.role !== 'member');
  if (!mine) return null;
  return (
    <Link to="/o/$org/privacy" params={{ org: mine.id }} className={s.link}>
      <Trans>Privacy office</Trans>
    </Link>
  );
}

function Light() {
  const { t } = useLingui();
  const [bytes, set] = useState<number>();
  useEffect(() => {
    void navigator.storage?.estimate?.().then(
      (e) => set(e.usage),
      () => undefined,
    );
  }, []);
  const mb = bytes === undefined ? undefined : Math.max(1, Math.round(bytes / 1e6));
  return <SyncLight small={mb === undefined ? undefined : t`On this device · ${mb} MB`} />;
}

/** useCounts are the figures beside the links: what needs the viewer, sheets, open points, people. */
function useCounts() {
  const points = useThings('points');
  const statuses = useThings('statuses');
  const sheets = useThings('sheets');
  const people = useThings('people');
  const me = useMe();
  const zone = useProject().time_zone;
  return useMemo(() => {
    const closes = new Set(statuses.filter((x) => x.closes).map((x) => x.id));
    const open = points.filter((p) => !closes.has(p.status_id));
    const day = today(zone);
    return {
      today: open.filter((p) => isMine(p.in_charge, me) && p.due && p.due <= day).length,
      plans: sheets.length,
      points: open.length,
      people: people.filter((p) => !p.former).length,
    };
  }, [points, statuses, sheets, people, me, zone]);
}

function ProjectLinks({ id }: { id: string }) {
  const n = useCounts();
  const loaded = useLoaded();
  const { i18n } = useLingui();
  const figure = (v: number) => (loaded && v > 0 ? <em>{i18n.number(v)}</em> : null);
  const params = { project: id };
  return (
    <>
      <Switcher />
      <Link to="/p/$project/today" params={params} className={s.link}>
        <Trans>Today</Trans> {figure(n.today)}
      </Link>
      <Link to="/p/$project/plans" params={params} className={s.link}>
        <Trans>Plans</Trans> {figure(n.plans)}
      </Link>
      <Link to="/p/$project/points" params={params} className={s.link} activeOptions={{ includeSearch: false }}>
        <Trans>Points</Trans> {figure(n.points)}
      </Link>
      <Link to="/p/$project/activities" params={params} className={s.link} activeOptions={{ includeSearch: false }}>
        <Trans>Activities</Trans>
      </Link>
      <Link to="/p/$project/programme" params={params} className={s.link} activeOptions={{ includeSearch: false }}>
        <Trans>Programme</Trans>
      </Link>
      <Link to="/p/$project/reports" params={params} className={s.link}>
        <Trans>Reports</Trans>
      </Link>
      <div className={s.group}>
        <Trans>Project</Trans>
      </div>
      <Link to="/p/$project/people" params={params} className={s.link}>
        <Trans>People</Trans> {figure(n.people)}
      </Link>
      <Link to="/p/$project/exchange" params={params} className={s.link}>
        <Trans>Import and export</Trans>
      </Link>
      <Link to="/p/$project/settings" params={params} className={s.link}>
        <Trans>Settings</Trans>
      </Link>
      <Link to="/p/$project/device" params={params} className={s.link}>
        <Trans>On this device</Trans>
      </Link>
    </>
  );
}

function Switcher() {
  const { t } = useLingui();
  const { projects } = useDeviceState();
  const open = useMaybeProject();
  const project = projects.find((p) => p.id === open?.id);
  const place = project ? [project.place, t`week ${week(project.time_zone)}`].filter(Boolean).join(' · ') : '';
  const face = (
    <>
      <b>{project?.name ?? t`Choose a project`}</b>
      {place && <span>{place}</span>}
      {project && <span className="hidden-text">{t`Choose a project`}</span>}
    </>
  );
  return <Opening of={Switch} gives={{ now: project?.id }} button={{ className: s.site, children: face }} />;
}

function Bar() {
  const { t } = useLingui();
  const project = useMaybeProject();
  const [more, setMore] = useState<boolean>(); // undefined: never asked for
  if (!project) return null;
  const params = { project: project.id };
  return (
    <>
      <nav className={s.bar} aria-label={t`Main`}>
        <Link to="/p/$project/today" params={params} className={s.tab}>
          <TodayIcon />
          <Trans>Today</Trans>
        </Link>
        <Link to="/p/$project/plans" params={params} className={s.tab}>
          <PlansIcon />
          <Trans>Plans</Trans>
        </Link>
        <Link to="/p/$project/points" params={params} className={s.tab} activeOptions={{ includeSearch: false }}>
          <PointsIcon />
          <Trans>Points</Trans>
        </Link>
        <Link to="/p/$project/reports" params={params} className={s.tab}>
          <ReportsIcon />
          <Trans>Reports</Trans>
        </Link>
        <button type="button" className={s.tab} aria-haspopup="dialog" onClick={() => setMore(true)}>
          <MoreIcon />
          <Trans>More</Trans>
        </button>
      </nav>
      <Suspense fallback={null}>
        {more !== undefined && <MoreSheet opened={more} onClose={() => setMore(false)} project={project.id} />}
      </Suspense>
    </>
  );
}
