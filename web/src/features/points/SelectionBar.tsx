/** What can be done with several points at once. */
import { Plural, Trans } from '@lingui/react/macro';
import { Button, Menu } from '@mantine/core';
import type { Id, Status } from '@/api/types';
import { type Undo, useCommands, useOpenProject, useStatuses } from '@/store';
import { StatusMark, toast } from '@/ui';
import s from './points.module.css';
import { allowed } from './StatusControl';

export function SelectionBar({ ids, onClear }: { ids: readonly Id[]; onClear: () => void }) {
  const { pool } = useOpenProject();
  const commands = useCommands();
  const statuses = useStatuses();
  const points = ids.flatMap((id) => pool.get('points', id) ?? []);
  // Only what every one of them may become.
  const may = statuses.filter((x) => points.every((p) => p.status_id === x.id || allowed(statuses, p).some((a) => a.id === x.id)));
  const set = async (status: Status) => {
    const undos: Undo[] = [];
    for (const p of points) if (p.status_id !== status.id) undos.push(await commands.updatePoint(p.id, { status_id: status.id }));
    onClear();
    toast(
      <Trans>
        <Plural value={undos.length} one="# point" other="# points" />: {status.name}
      </Trans>,
      async () => {
        for (const undo of undos) await undo();
      },
    );
  };
  return (
    <div className={s.selection} role="status">
      <span>
        <Plural value={ids.length} one="# point selected" other="# points selected" />
      </span>
      <Menu shadow="md" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <Button size="compact-sm" variant="default" disabled={may.length === 0}>
            <Trans>Set status</Trans>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may.map((x) => (
            <Menu.Item key={x.id} leftSection={<StatusMark status={x} />} onClick={() => void set(x)}>
              {x.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        <Trans>Clear</Trans>
      </Button>
    </div>
  );
}
