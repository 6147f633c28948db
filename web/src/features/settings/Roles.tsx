import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { personName, useCommands, usePeople, useThings } from '@/store';
import s from './Settings.module.css';

/** Roles: what a point can be given to besides a person or a company ("site manager"). */
export function Roles() {
  const { t, i18n } = useLingui();
  const roles = useThings('roles');
  const people = usePeople();
  const { putSetting, removeSetting } = useCommands();
  const [name, setName] = useState('');
  const add = async () => {
    const n = name.trim();
    if (!n) return;
    setName('');
    await putSetting('roles', { name: n });
  };
  return (
    <>
      <ul className={s.rows}>
        {[...roles]
          .sort((a, b) => a.name.localeCompare(b.name))
          .map((r) => {
            const who = people.filter((p) => p.role_ids.includes(r.id));
            return (
              <li key={r.id}>
                <span className={s.main}>
                  <span className={s.strong}>{r.name}</span>
                  <span className="quiet">{who.map((p) => personName(p, i18n)).join(', ')}</span>
                </span>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="brick"
                  disabled={who.length > 0}
                  title={who.length > 0 ? t`Somebody has this role` : undefined}
                  aria-label={t`Remove ${r.name}`}
                  onClick={() => void removeSetting('roles', r.id)}
                >
                  <Trans>Remove</Trans>
                </Button>
              </li>
            );
          })}
      </ul>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void add();
        }}
      >
        <Group align="end" gap="xs">
          <TextInput label={<Trans>New role</Trans>} value={name} maxLength={60} onChange={(e) => setName(e.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={!name.trim()}>
            <Trans>Add</Trans>
          </Button>
        </Group>
      </form>
    </>
  );
}
