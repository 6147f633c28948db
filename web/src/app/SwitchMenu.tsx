import { Trans } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Id } from '@/api/types';
import { useDevice, useDeviceState } from '@/store';
import { type Opener, useBegin } from '@/ui';

/** SwitchMenu is the choice of another project. */
export default function SwitchMenu({ button, now }: { button: Opener; now: Id | undefined }) {
  const { projects } = useDeviceState();
  const device = useDevice();
  const navigate = useNavigate();
  const { ref, opened, setOpened } = useBegin();
  useEffect(() => {
    if (opened) void device.list();
  }, [opened, device]);
  return (
    <Menu position="bottom-start" width={260} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <button type="button" ref={ref} {...button} />
      </Menu.Target>
      <Menu.Dropdown>
        {projects.map((p) => (
          <Menu.Item
            key={p.id}
            aria-current={p.id === now}
            onClick={() => void navigate({ to: '/p/$project/today', params: { project: p.id } })}
          >
            {p.name}
            <span className="quiet"> {p.place}</span>
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void navigate({ to: '/projects' })}>
          <Trans>All projects</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
