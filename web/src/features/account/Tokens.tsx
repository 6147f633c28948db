/** Keys by which programs act in somebody's name. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Code, CopyButton, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import { Failed } from '@/features/signin/Failed';
import { exact, useDeviceState, useReader } from '@/store';
import s from './Account.module.css';
import { Again, useProving } from './proving';
import { Row } from './Row';

export interface Token {
  id: string;
  name: string;
  org_id?: string;
  project_id?: string;
  writes: boolean;
  calendar: boolean;
  expires_at: string;
  used_at?: string;
  secret?: string;
}

export function Tokens({ items, again }: { items: Token[]; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const { projects, session } = useDeviceState();
  const proving = useProving();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Token>();
  const reach = (x: Token) =>
    projects.find((p) => p.id === x.project_id)?.name ??
    session?.organisations.find((o) => o.id === x.org_id)?.name ??
    (x.project_id || x.org_id ? t`no longer yours` : t`all that you reach`);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        <Trans>A program that has such a key acts in your name, no further than the key says.</Trans>
      </Text>
      {!proving.waiting && <Failed error={proving.error} />}
      {items.length > 0 && (
        <ul className={s.sessions}>
          {items.map((x) => (
            <Row
              key={x.id}
              title={x.name}
              note={
                <>
                  {reach(x)}
                  {' · '}
                  {x.calendar ? <Trans>opens its calendar</Trans> : x.writes ? <Trans>reads and writes</Trans> : <Trans>reads</Trans>}
                  {' · '}
                  <Trans>until {exact(x.expires_at, r)}</Trans>
                </>
              }
            >
              <Button
                size="compact-md"
                variant="default"
                aria-label={t`Revoke ${x.name}`}
                onClick={() =>
                  void proving.run(async () => {
                    await call(`/account/tokens/${x.id}`, { method: 'DELETE' });
                    again();
                  })
                }
              >
                <Trans>Revoke</Trans>
              </Button>
            </Row>
          ))}
        </ul>
      )}
      <Button variant="default" className={s.button} onClick={() => setMaking(true)}>
        <Trans>Make a key</Trans>
      </Button>
      <Again proving={proving} />
      <Modal opened={making} onClose={() => setMaking(false)} title={t`Make a key`} closeButtonProps={{ 'aria-label': t`Close` }}>
        <NewToken
          submit={(body) => {
            setMaking(false);
            void proving.run(async () => {
              setMade(await call<Token>(`/account/tokens/${newId()}`, { method: 'PUT', body }));
              again();
            });
          }}
        />
      </Modal>
      <Modal
        opened={made !== undefined}
        onClose={() => setMade(undefined)}
        title={made?.name ?? ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <Stack gap="sm">
          <p>
            <Trans>This is the key. It is shown now, and never again.</Trans>
          </p>
          <Code block className={s.key}>
            {made?.secret}
          </Code>
          <CopyButton value={made?.secret ?? ''}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? t`Copied` : t`Copy`}
              </Button>
            )}
          </CopyButton>
        </Stack>
      </Modal>
    </Stack>
  );
}

function NewToken({ submit }: { submit: (body: Record<string, unknown>) => void }) {
  const { t } = useLingui();
  const { projects, session } = useDeviceState();
  const [name, setName] = useState('');
  const [reach, setReach] = useState('');
  const [days, setDays] = useState('90');
  const [writes, setWrites] = useState(false);
  const [kind, id] = reach.split(' ');
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        submit({
          name: name.trim(),
          days: Number(days),
          writes,
          ...(kind === 'org' ? { org_id: id } : kind === 'project' ? { project_id: id } : {}),
        });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={<Trans>Name</Trans>}
          description={<Trans>What it is for. Nobody else sees it.</Trans>}
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <NativeSelect
          label={<Trans>Reaches</Trans>}
          value={reach}
          onChange={(e) => setReach(e.currentTarget.value)}
          data={[
            { value: '', label: t`all that you reach` },
            ...(session?.organisations ?? []).map((o) => ({ value: `org ${o.id}`, label: o.name })),
            ...projects.map((p) => ({ value: `project ${p.id}`, label: p.name })),
          ]}
        />
        <NativeSelect
          label={<Trans>Works for</Trans>}
          value={days}
          onChange={(e) => setDays(e.currentTarget.value)}
          data={[
            { value: '7', label: t`a week` },
            { value: '30', label: t`a month` },
            { value: '90', label: t`three months` },
            { value: '365', label: t`a year` },
          ]}
        />
        <Checkbox label={<Trans>May change things</Trans>} checked={writes} onChange={(e) => setWrites(e.currentTarget.checked)} />
        <Button type="submit" disabled={!name.trim()}>
          <Trans>Make the key</Trans>
        </Button>
      </Stack>
    </form>
  );
}
