import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { call } from '@/api/client';
import type { Invitation, Session } from '@/api/types';
import { fieldErrors } from '@/app/errors';
import { exact, useDevice, useDeviceState } from '@/store';
import { ErrorState, Skeleton } from '@/ui';
import { BackToSignIn, Failed, PasswordField } from './index';
import { Outside } from './Outside';
import s from './Outside.module.css';

/** Invite shows who gave the address, why, and for how long it is kept, before anything is asked. */
export function Invite() {
  const { t } = useLingui();
  const { token } = useParams({ from: '/invite/$token' });
  const [notice, setNotice] = useState<Invitation>();
  const [error, setError] = useState<unknown>();
  const [declined, setDeclined] = useState(false);
  const load = useCallback(() => {
    setError(undefined);
    call<Invitation>(`/invitations/${encodeURIComponent(token)}`).then(setNotice, setError);
  }, [token]);
  useEffect(load, [load]);
  return (
    <Outside title={notice ? t`${notice.organisation} invites you` : t`Invitation`}>
      {declined ? (
        <Text>
          <Trans>You declined. Your address has been erased here.</Trans>
        </Text>
      ) : notice ? (
        <Answer token={token} notice={notice} declined={() => setDeclined(true)} />
      ) : error !== undefined ? (
        <ErrorState error={error} retry={load} safe={<Trans>Nothing was stored.</Trans>} />
      ) : (
        <Skeleton rows={5} />
      )}
    </Outside>
  );
}

function Answer({ token, notice, declined }: { token: string; notice: Invitation; declined: () => void }) {
  const { t, i18n } = useLingui();
  const device = useDevice();
  const { phase, expired } = useDeviceState();
  const signedIn = phase === 'in' && !expired;
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { name: '', password: '' } });
  const path = `/invitations/${encodeURIComponent(token)}`;
  const sources = {
    colleague: t`A colleague in your company gave your e-mail address.`,
    customer: t`A customer of yours gave your e-mail address.`,
    supplier: t`A supplier of yours gave your e-mail address.`,
    self: t`You gave your e-mail address yourself.`,
  };
  const work = async (what: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  const accept = form.onSubmit(({ name, password }) =>
    work(async () => {
      const body = {
        locale: i18n.locale,
        ...(!notice.has_account && { name: name.trim(), password }),
        ...(notice.has_account && !signedIn && { password }),
      };
      const session = await call<Session>(`${path}/accept`, { method: 'POST', body });
      await device.enter(session);
      await navigate({ to: '/' });
    }),
  );
  return (
    <form onSubmit={accept} noValidate>
      <dl className={s.notice}>
        <dt>
          <Trans>Invited by</Trans>
        </dt>
        <dd>{notice.inviter}</dd>
        <dt>
          <Trans>Where your address comes from</Trans>
        </dt>
        <dd>{sources[notice.source] ?? notice.source}</dd>
        <dt>
          <Trans>What it is used for</Trans>
        </dt>
        <dd>
          {notice.purpose === 'project' ? (
            <Trans>To invite you to a building project of this organisation, and for nothing else.</Trans>
          ) : (
            <Trans>To invite you to work together on building projects, and for nothing else.</Trans>
          )}
        </dd>
        <dt>
          <Trans>How long it is kept</Trans>
        </dt>
        <dd>
          <Trans>
            Without an answer it is erased on {exact(notice.erase_after, { locale: i18n.locale, zone: '' })}. Declining erases it at once.
          </Trans>
        </dd>
      </dl>
      <Stack gap="md">
        <Failed error={error} />
        {!notice.has_account && (
          <>
            <TextInput
              label={<Trans>Your name</Trans>}
              description={<Trans>Shown to the participants of your projects beside what you do.</Trans>}
              autoComplete="name"
              {...form.getInputProps('name')}
            />
            <PasswordField {...form.getInputProps('password')} />
          </>
        )}
        {notice.has_account && !signedIn && (
          <PasswordInput
            label={<Trans>Password</Trans>}
            description={<Trans>This address has an account: its password shows that it is you.</Trans>}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t`Show the password`, tabIndex: 0, 'aria-hidden': false }}
            {...form.getInputProps('password')}
          />
        )}
        <Button type="submit" size="lg" loading={busy} fullWidth>
          <Trans>Accept</Trans>
        </Button>
        <Button
          variant="subtle"
          disabled={busy}
          fullWidth
          onClick={() =>
            void work(async () => {
              await call(`${path}/decline`, { method: 'POST' });
              declined();
            })
          }
        >
          <Trans>Decline, and erase my address</Trans>
        </Button>
      </Stack>
      <BackToSignIn />
    </form>
  );
}
