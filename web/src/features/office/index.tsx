import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Tabs } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '@/api/client';
import type { StaffMe, StaffMember } from '@/api/office';
import { Answered, Block, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader, useSession } from '@/store';
import { EmptyState, Page } from '@/ui';
import { Breaches } from './Breaches';
import { Cases } from './Cases';
import { Grants } from './Grants';
import s from './Office.module.css';
import { Places } from './Places';
import { Registers } from './Registers';
import { Settings } from './Settings';
import { Sweeps } from './Sweeps';

/** OfficePage is an organisation's privacy office: requests with their clocks, whom people write to, support, the register. */
export function OfficePage() {
  const { t } = useLingui();
  const { org } = useParams({ from: '/gate/o/$org/privacy' });
  const { organisations } = useSession();
  const mine = organisations.find((o) => o.id === org);
  if (!mine || mine.role === 'member')
    return (
      <Page title={t`Privacy office`}>
        <EmptyState title={<Trans>Owners and managers work here</Trans>}>
          <Trans>An owner of the organisation can make you one.</Trans>
        </EmptyState>
      </Page>
    );
  const path = `/organisations/${org}/privacy`;
  return (
    <Page title={t`Privacy office`} subtitle={mine.name} reading>
      <Tabs defaultValue="cases" keepMounted={false}>
        <Tabs.List aria-label={t`Privacy office`}>
          <Tabs.Tab value="cases">
            <Trans>Requests</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="places">
            <Trans>Places</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="breaches">
            <Trans>Breaches</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="settings">
            <Trans>Contact and country</Trans>
          </Tabs.Tab>
          {mine.role === 'owner' && (
            <Tabs.Tab value="support">
              <Trans>Support</Trans>
            </Tabs.Tab>
          )}
          <Tabs.Tab value="register">
            <Trans>Register</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="cases" className={s.page}>
          <Cases path={path} />
        </Tabs.Panel>
        <Tabs.Panel value="places" className={s.page}>
          <Places path={path} />
        </Tabs.Panel>
        <Tabs.Panel value="breaches" className={s.page}>
          <Breaches path={`${path}/breaches`} register={`${path}/register`} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" className={s.page}>
          <Settings org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="support" className={s.page}>
          <Grants org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="register" className={s.page}>
          <Registers path={`${path}/register`} name="register" />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** OperatorPage is for the operator's own people. Who is not one sees nothing here. */
export function OperatorPage() {
  const { t } = useLingui();
  const asked = useAsk<StaffMe>('/operator/me');
  return (
    <Page title={t`Operator`} reading>
      <Answered asked={asked}>{(me) => (me.acknowledged ? <Desk me={me} /> : <Rules me={me} again={asked.again} />)}</Answered>
    </Page>
  );
}

function Rules({ me, again }: { me: StaffMe; again: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const accept = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call('/operator/me/rules', { method: 'POST', body: { rules_version: me.rules_version } });
      again();
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <div className={s.page}>
      <Block title={<Trans>How to handle people's data</Trans>} lead={<Trans>Before your role gives you anything, read this.</Trans>}>
        <p className={s.rules}>{me.rules}</p>
        <Failed error={error} />
        <Button loading={busy} onClick={() => void accept()} style={{ alignSelf: 'flex-start' }}>
          <Trans>I have read this, and will keep to it</Trans>
        </Button>
      </Block>
    </div>
  );
}

function Desk({ me }: { me: StaffMe }) {
  const { t } = useLingui();
  const officer = me.role === 'officer';
  return (
    <Tabs defaultValue={officer ? 'cases' : 'register'} keepMounted={false}>
      <Tabs.List aria-label={t`Operator`}>
        {officer && (
          <Tabs.Tab value="cases">
            <Trans>Requests</Trans>
          </Tabs.Tab>
        )}
        <Tabs.Tab value="register">
          <Trans>Register</Trans>
        </Tabs.Tab>
        {officer && (
          <Tabs.Tab value="breaches">
            <Trans>Breaches</Trans>
          </Tabs.Tab>
        )}
        {me.role !== 'support' && (
          <Tabs.Tab value="sweeps">
            <Trans>Retention</Trans>
          </Tabs.Tab>
        )}
        {me.role !== 'support' && (
          <Tabs.Tab value="staff">
            <Trans>Staff</Trans>
          </Tabs.Tab>
        )}
      </Tabs.List>
      <Tabs.Panel value="cases" className={s.page}>
        <Cases path="/operator" />
      </Tabs.Panel>
      <Tabs.Panel value="register" className={s.page}>
        <Registers path="/operator/privacy/register" name="register-operator" />
      </Tabs.Panel>
      <Tabs.Panel value="breaches" className={s.page}>
        <Breaches path="/operator/breaches" register="/operator/privacy/register" />
      </Tabs.Panel>
      <Tabs.Panel value="sweeps" className={s.page}>
        <Sweeps officer={officer} />
      </Tabs.Panel>
      <Tabs.Panel value="staff" className={s.page}>
        <Staff />
      </Tabs.Panel>
    </Tabs>
  );
}

function Staff() {
  const { t } = useLingui();
  const r = useReader();
  const asked = useAsk<{ items: StaffMember[] | null }>('/operator/staff');
  const roles: Record<string, string> = { officer: t`officer`, support: t`support`, administrator: t`administrator` };
  return (
    <Block title={<Trans>Staff, and who may look now</Trans>}>
      <Answered asked={asked}>
        {({ items }) => (
          <ul className={s.rows}>
            {(items ?? []).map((m) => (
              <li key={m.account_id} className={s.row}>
                <span>
                  <b>{m.email}</b>
                  <span className={s.line}>
                    {roles[m.role] ?? m.role}{' '}
                    <span className="quiet">
                      <Trans>since {exact(m.since, r)}</Trans>
                    </span>
                  </span>
                </span>
                <span>
                  {!m.acknowledged && <span className={s.on}>{t`rules not read`}</span>}
                  {m.running_grants > 0 && <span className={s.on}>{t`may look at ${m.running_grants}`}</span>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Block>
  );
}
