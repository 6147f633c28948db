import { Trans, useLingui } from '@lingui/react/macro';
import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useDeviceState } from '@/store';
import s from './MoreSheet.module.css';

/** MoreSheet holds what a phone's bottom bar has no room for. */
export function MoreSheet({ opened, onClose, project }: { opened: boolean; onClose: () => void; project: string }) {
  const { t } = useLingui();
  const { projects, session } = useDeviceState();
  const now = projects.find((p) => p.id === project);
  const office = session?.organisations.find((o) => o.id === now?.org_id && o.role !== 'member');
  const params = { project };
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="auto"
      radius="16px 16px 0 0"
      title={now?.name ?? t`More`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside are what is used; this only closes after one was */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div className={s.list} onClick={onClose}>
        <Link to="/p/$project/activities" params={params}>
          <Trans>Activities</Trans>
        </Link>
        <Link to="/p/$project/programme" params={params}>
          <Trans>Programme</Trans>
        </Link>
        <Link to="/p/$project/people" params={params}>
          <Trans>People</Trans>
        </Link>
        <Link to="/p/$project/exchange" params={params}>
          <Trans>Import and export</Trans>
        </Link>
        <Link to="/p/$project/settings" params={params}>
          <Trans>Project settings</Trans>
        </Link>
        <Link to="/p/$project/device" params={params}>
          <Trans>On this device</Trans>
        </Link>
        <Link to="/account">
          <Trans>Account</Trans>
        </Link>
        <Link to="/account/privacy">
          <Trans>Your data</Trans>
        </Link>
        {office && (
          <Link to="/o/$org/privacy" params={{ org: office.id }}>
            <Trans>Privacy office</Trans>
          </Link>
        )}
        <Link to="/projects">
          <Trans>All projects</Trans>
        </Link>
      </div>
    </Drawer>
  );
}
