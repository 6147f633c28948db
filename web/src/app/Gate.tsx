import { Trans } from '@lingui/react/macro';
import { Outlet, useParams, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useDevice, useDeviceState, useMaybeProject } from '@/store';
import type { OpenProject } from '@/store/project';
import { EmptyState, LinkButton, Skeleton } from '@/ui';
import { isLocale, speak } from './i18n';
import { Shell } from './Shell';

/** Gate is the way in: below it somebody is signed in on this device. It opens the project that the address names. */
export function Gate() {
  const device = useDevice();
  const { phase, projects, session, last } = useDeviceState();
  const router = useRouter();
  const { project: id } = useParams({ strict: false });
  useEffect(() => {
    if (phase === 'out') void router.navigate({ to: '/signin' });
  }, [phase, router]);
  const locale = session?.account.locale;
  useEffect(() => {
    if (isLocale(locale)) void speak(locale);
  }, [locale]);
  const project = projects.find((p) => p.id === (id ?? last));
  const account = session?.account.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed name or level of the project does not open it anew
  const open = useMemo<OpenProject | null>(() => (account && project ? device.use(project) : null), [device, account, project?.id]);
  if (!session) return null;
  return <Shell open={open} />;
}

/** ProjectGate stands between the frame and a project's screens: is it here, is it ours? */
export function ProjectGate() {
  const { projects, listed } = useDeviceState();
  const { project: id } = useParams({ from: '/gate/p/$project' });
  const open = useMaybeProject();
  if (open && open.id === id) return <Outlet />;
  if (!listed || projects.some((p) => p.id === id)) return <Skeleton rows={8} />;
  return (
    <EmptyState
      title={<Trans>This project is not here</Trans>}
      action={
        <LinkButton to="/projects" variant="default">
          <Trans>All projects</Trans>
        </LinkButton>
      }
    >
      <Trans>It does not exist, or you are no longer a participant. An administrator of the project can add you.</Trans>
    </EmptyState>
  );
}
