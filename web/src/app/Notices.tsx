import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { useRegistry } from '@/actions/react';
import { call } from '@/api/client';
import type { PolicyNotice } from '@/api/privacy';
import { useDeviceState, useMaybeProject, useSync } from '@/store';
import { install, onInstall } from './install';
import s from './Shell.module.css';
import { onUpdates, takeUpdate, updates } from './update';

const SignInAgain = lazy(() => import('./SignInAgain').then((m) => ({ default: m.SignInAgain })));

/** Notices are the lines above the content: signed out, needs you, first load, new version, install. One line each, most urgent first. */
export function Notices() {
  const { expired } = useDeviceState();
  const project = useMaybeProject();
  return (
    <>
      {expired ? <Expired /> : <PolicyChange />}
      {project && <ProjectNotices />}
      <Update />
      <Install />
    </>
  );
}

function Expired() {
  const [open, setOpen] = useState(false);
  return (
    <div className={s.notice} role="status">
      <span>
        <Trans>You are signed out. What is on this device stays, and is sent when you sign in.</Trans>
      </span>
      <Button size="compact-md" onClick={() => setOpen(true)}>
        <Trans>Sign in</Trans>
      </Button>
      <Suspense fallback={null}>{open && <SignInAgain onClose={() => setOpen(false)} />}</Suspense>
    </div>
  );
}

/** PolicyChange tells, before it takes effect, what changes in the privacy policy, or another thing about one's own data. */
function PolicyChange() {
  const { i18n } = useLingui();
  const [notice, setNotice] = useState<PolicyNotice>();
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn asks again
  useEffect(() => {
    const stop = new AbortController();
    call<{ items: PolicyNotice[] }>(`/me/notices?locale=${i18n.locale}`, { signal: stop.signal }).then(
      ({ items }) => setNotice(items.find((x) => !x.seen)),
      () => undefined, // without a network it is told the next time; the mail says it too
    );
    return () => stop.abort();
  }, [i18n.locale, turn]);
  if (!notice) return null;
  const seen = () => {
    setNotice(undefined);
    call(`/me/notices/${notice.id}/seen`, { method: 'POST' }).then(
      () => setTurn(turn + 1),
      () => undefined,
    );
  };
  return (
    <div className={s.notice} role="status">
      <span>{notice.title}</span>
      <Button component="a" href={notice.link} size="compact-md" variant="default">
        <Trans>Read what changes</Trans>
      </Button>
      <Button size="compact-md" variant="subtle" onClick={seen}>
        <Trans>I have seen this</Trans>
      </Button>
    </div>
  );
}

function ProjectNotices() {
  const st = useSync();
  const registry = useRegistry();
  const { i18n } = useLingui();
  const loading = st.loading === null ? null : i18n.number(st.loading);
  return (
    <>
      {st.conflicts + st.rejected > 0 && (
        <div className={s.notice} role="status">
          <span>
            <Trans>Some changes need a decision of yours.</Trans>
          </span>
          <Button size="compact-md" variant="default" onClick={() => registry.run('waiting')}>
            <Trans>Show them</Trans>
          </Button>
        </div>
      )}
      {st.lost && (
        <div className={s.notice} role="status">
          <span>
            <Trans>You no longer take part in this project. An administrator can add you again.</Trans>
          </span>
        </div>
      )}
      {loading !== null && (
        <div className={s.notice} role="status">
          <span>
            <Trans>Loading the project: {loading} points so far. You can begin already.</Trans>
          </span>
        </div>
      )}
    </>
  );
}

function Update() {
  const u = useSyncExternalStore(onUpdates, updates);
  if (!u.waiting && !u.stale) return null;
  return (
    <div className={s.notice} role="status">
      <span>
        <Trans>A new version is ready. What waits to be sent stays.</Trans>
      </span>
      <Button size="compact-md" variant="default" onClick={takeUpdate}>
        <Trans>Load it now</Trans>
      </Button>
    </div>
  );
}

function Install() {
  const [offer, setOffer] = useState(false);
  useEffect(() => onInstall(setOffer), []);
  if (!offer) return null;
  return (
    <div className={s.notice} role="status">
      <span>
        <Trans>Install Plumbline on this device: it opens without a network, and the browser keeps its data.</Trans>
      </span>
      <Button size="compact-md" variant="default" onClick={() => void install(true)}>
        <Trans>Install</Trans>
      </Button>
      <Button size="compact-md" variant="subtle" onClick={() => void install(false)}>
        <Trans>Not now</Trans>
      </Button>
    </div>
  );
}
