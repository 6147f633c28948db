import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useRegistry } from '@/actions/react';
import { useDeviceState, useMaybeProject, useSync } from '@/store';
import { install, onInstall } from './install';
import s from './Shell.module.css';
import { SignInAgain } from './SignInAgain';
import { onUpdates, takeUpdate, updates } from './update';

/** Notices are the lines above the content: signed out, needs you, first load, new version, install. One line each, most urgent first. */
export function Notices() {
  const { expired } = useDeviceState();
  const project = useMaybeProject();
  return (
    <>
      {expired && <Expired />}
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
      {open && <SignInAgain onClose={() => setOpen(false)} />}
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
