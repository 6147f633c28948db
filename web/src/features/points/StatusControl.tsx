/** A point's status: what it is, the next one in a tap, and the others in a menu. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu, UnstyledButton } from '@mantine/core';
import type { Point, Status } from '@/api/types';
import { useStatuses } from '@/store';
import { StatusMark, StatusTag } from '@/ui';
import s from './points.module.css';

/** What the viewer may set from here. A reserved status can neither be set nor left without the right to it. */
export function allowed(statuses: readonly Status[], point: Pick<Point, 'status_id' | 'may'>): Status[] {
  if (!point.may.status) return [];
  const now = statuses.find((x) => x.id === point.status_id);
  if (now?.managers_only && !point.may.reserved) return [];
  return statuses.filter((x) => x.id !== point.status_id && (!x.managers_only || point.may.reserved));
}

/** The one to offer first: the next in the project's own order, back to the first from a closing one. */
export function nextOf(statuses: readonly Status[], point: Pick<Point, 'status_id' | 'may'>): Status | undefined {
  const may = allowed(statuses, point);
  const now = statuses.find((x) => x.id === point.status_id);
  if (!now) return may[0];
  if (now.closes) return may.find((x) => !x.closes);
  return may.find((x) => x.order > now.order) ?? may[0];
}

export function StatusControl({ point, onChange }: { point: Point; onChange: (status: Status) => void }) {
  const { t } = useLingui();
  const statuses = useStatuses();
  const now = statuses.find((x) => x.id === point.status_id);
  const may = allowed(statuses, point);
  const next = nextOf(statuses, point);
  if (may.length === 0) {
    return (
      <div className={s.status}>
        <StatusTag status={now} />
      </div>
    );
  }
  return (
    <div className={s.status}>
      <Menu shadow="md" transitionProps={{ duration: 80 }} position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={s.statusNow} aria-label={t`Status: ${now?.name ?? ''}. Change`}>
            <StatusTag status={now} />
            <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
              <path d="M2 3.5l3 3 3-3" fill="none" stroke="currentColor" strokeWidth="1.5" />
            </svg>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {may.map((x) => (
            <Menu.Item key={x.id} leftSection={<StatusMark status={x} />} onClick={() => onChange(x)}>
              {x.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {next && (
        <Button
          size="compact-sm"
          variant="default"
          className={s.statusNext}
          onClick={() => onChange(next)}
          leftSection={<StatusMark status={next} size={9} />}
        >
          <Trans>Set {next.name}</Trans>
        </Button>
      )}
    </div>
  );
}
