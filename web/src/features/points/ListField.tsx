/** The list that a point stands on; who may edit it here and write there moves it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Menu, UnstyledButton } from '@mantine/core';
import type { Point } from '@/api/types';
import { useCommands, useLists, useThing, writable } from '@/store';
import { toast } from '@/ui';
import { carries } from './lists';
import s from './points.module.css';

export function ListField({ point }: { point: Point }) {
  const { t } = useLingui();
  const { movePoint } = useCommands();
  const list = useThing('lists', point.list_id);
  const lists = useLists();
  const others = writable(lists).filter((l) => l.id !== point.list_id);
  const name = list ? `${list.code} ${list.name}` : '–';
  if (!carries(point, lists) || others.length === 0) return <span className={s.value}>{name}</span>;
  const move = async (to: string, called: string) => {
    const undo = await movePoint(point.id, to);
    toast(t`Now on ${called}; it gets a new number`, undo);
  };
  return (
    <Menu shadow="md" position="bottom-start" transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <UnstyledButton className={s.value} title={t`Move to another list`}>
          {name}
          <span className="hidden-text">
            <Trans>Move to another list</Trans>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Trans>Move to</Trans>
        </Menu.Label>
        {others.map((l) => (
          <Menu.Item key={l.id} onClick={() => void move(l.id, l.name)}>
            {l.code} {l.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
