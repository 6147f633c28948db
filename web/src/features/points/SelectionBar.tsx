/** What can be done with several points at once. */
import { Plural, Trans } from '@lingui/react/macro';
import { Button, Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Id } from '@/api/types';
import { useCommands, useLists, useOpenProject, useStatuses, writable } from '@/store';
import { remember, StatusMark } from '@/ui';
import type { Batch, Edit } from './Bulk';
import { carries } from './lists';
import s from './points.module.css';
import { allowed } from './StatusControl';

const ToList = lazy(() => import('./ToList').then((m) => ({ default: m.ToList })));
const BulkEdit = lazy(() => import('./Bulk').then((m) => ({ default: m.BulkEdit })));

export interface SelectionBarProps {
  ids: readonly Id[];
  /** All that are listed now. */
  listed: readonly Id[];
  wide: boolean;
  onAll: () => void;
  onClear: () => void;
  onBatch: (batch: Batch) => void;
}

export function SelectionBar({ ids, listed, wide, onAll, onClear, onBatch }: SelectionBarProps) {
  const { pool } = useOpenProject();
  const commands = useCommands();
  const statuses = useStatuses();
  const lists = useLists();
  const [carrying, setCarrying] = useState(false);
  const [editing, setEditing] = useState(false);
  const points = ids.flatMap((id) => pool.get('points', id) ?? []);
  // Only what every one of them may become.
  const may = statuses.filter((x) => points.every((p) => p.status_id === x.id || allowed(statuses, p).some((a) => a.id === x.id)));
  const apply = async (edit: Edit) => {
    setEditing(false);
    const { changed, undo } = await commands.updatePoints(points, edit);
    onClear();
    remember(undo);
    onBatch({ what: 'changed', ids: changed, left: points.filter((p) => edit(p) === null).length, undo });
  };
  const carry = async (what: 'move' | 'relay', to: Id) => {
    setCarrying(false);
    const some = points.filter((p) => p.list_id !== to && carries(p, lists));
    const { changed, undo } = await (what === 'move' ? commands.movePoints(some, to) : commands.relayPoints(some, to));
    onClear();
    remember(undo);
    onBatch({ what: what === 'move' ? 'moved' : 'relayed', ids: changed, left: points.length - some.length, undo });
  };
  return (
    <div className={s.selection}>
      <span role="status">
        <Plural value={ids.length} one="# point selected" other="# points selected" />
      </span>
      {listed.length > ids.length && (
        <Button size="compact-sm" variant="subtle" onClick={onAll}>
          <Plural value={listed.length} one="Select # listed" other="Select all # listed" />
        </Button>
      )}
      <Menu shadow="md" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <Button size="compact-sm" variant="default" disabled={may.length === 0}>
            <Trans>Set status</Trans>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may.map((x) => (
            <Menu.Item
              key={x.id}
              leftSection={<StatusMark status={x} />}
              onClick={() => void apply((p) => (p.status_id === x.id ? {} : { status_id: x.id }))}
            >
              {x.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
        <Trans>Change fields</Trans>
      </Button>
      {writable(lists).length > 1 && (
        <Button size="compact-sm" variant="default" disabled={!points.some((p) => carries(p, lists))} onClick={() => setCarrying(true)}>
          <Trans>To another list</Trans>
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        <Trans>Clear</Trans>
      </Button>
      <Suspense fallback={null}>
        {carrying && <ToList points={points} wide={wide} onClose={() => setCarrying(false)} onApply={(w, to) => void carry(w, to)} />}
        {editing && <BulkEdit points={points} wide={wide} onClose={() => setEditing(false)} onApply={(e) => void apply(e)} />}
      </Suspense>
    </div>
  );
}
