/** What is due, as a file and as an address that calendars subscribe to. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Code, CopyButton, Group, NativeSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { base, call, send } from '@/api/client';
import { newId } from '@/api/id';
import { Again, useProving } from '@/features/account/proving';
import { Answered, save, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/Failed';
import { exact, useProject, useReader } from '@/store';
import s from './Exchange.module.css';
import { Part, useRun } from './parts';

interface Token {
  id: string;
  name: string;
  project_id?: string;
  calendar: boolean;
  expires_at: string;
  secret?: string;
}

export function Calendar() {
  const { t } = useLingui();
  const r = useReader();
  const project = useProject();
  const down = useRun();
  const proving = useProving();
  const tokens = useAsk<{ items: Token[] }>('/account/tokens');
  const [which, setWhich] = useState('mine');
  const [address, setAddress] = useState<string>();
  const query = which === 'all' ? '?all=true' : '';
  return (
    <>
      <Part
        title={<Trans>What is due, in a calendar</Trans>}
        lead={<Trans>Open points that have a day, as a file that every calendar reads (iCalendar).</Trans>}
      >
        <Group gap="sm" align="end">
          <NativeSelect
            label={<Trans>Which points</Trans>}
            value={which}
            onChange={(e) => setWhich(e.currentTarget.value)}
            data={[
              { value: 'mine', label: t`In my charge` },
              { value: 'all', label: t`All that I see` },
            ]}
          />
          <Button
            variant="default"
            loading={down.busy}
            onClick={() =>
              void down.run(async () => save(await (await send(`/projects/${project.id}/calendar${query}`)).blob(), 'due.ics'))
            }
          >
            <Trans>Download the calendar</Trans>
          </Button>
        </Group>
        <Failed error={down.error} />
      </Part>
      <Part
        title={<Trans>Subscribe</Trans>}
        lead={
          <Trans>
            A secret address for your own calendar program, which asks it now and then. Whoever has the address sees what is due: tell it to
            nobody else. It works for a year, or until you end it, and shows no more than you may see.
          </Trans>
        }
      >
        <Answered asked={tokens} rows={1}>
          {(all) => {
            const mine = all.items.filter((x) => x.calendar && x.project_id === project.id);
            return (
              mine.length > 0 && (
                <ul className={s.feeds} aria-label={t`Addresses`}>
                  {mine.map((x) => (
                    <li key={x.id}>
                      <span>
                        {x.name}{' '}
                        <span className={s.state}>
                          <Trans>until {exact(x.expires_at, r)}</Trans>
                        </span>
                      </span>
                      <Button
                        size="compact-md"
                        variant="default"
                        aria-label={t`End ${x.name}`}
                        onClick={() =>
                          void proving.run(async () => {
                            await call(`/account/tokens/${x.id}`, { method: 'DELETE' });
                            setAddress(undefined);
                            tokens.again();
                          })
                        }
                      >
                        <Trans>End</Trans>
                      </Button>
                    </li>
                  ))}
                </ul>
              )
            );
          }}
        </Answered>
        {!proving.waiting && <Failed error={proving.error} />}
        <Button
          variant="default"
          onClick={() =>
            void proving.run(async () => {
              const made = await call<Token>(`/account/tokens/${newId()}`, {
                method: 'PUT',
                body: { name: t`Calendar of ${project.name}`.slice(0, 100), days: 365, calendar: true, project_id: project.id },
              });
              setAddress(`${location.origin}${base}/calendar/${made.secret}.ics${query}`);
              tokens.again();
            })
          }
        >
          <Trans>Make an address</Trans>
        </Button>
        <Again proving={proving} />
        {address && (
          <Stack gap="sm" mt="sm" role="status">
            <p>
              <Trans>This is the address. It is shown now, and never again.</Trans>
            </p>
            <Code block className={s.address}>
              {address}
            </Code>
            <CopyButton value={address}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? t`Copied` : t`Copy`}
                </Button>
              )}
            </CopyButton>
          </Stack>
        )}
      </Part>
    </>
  );
}
