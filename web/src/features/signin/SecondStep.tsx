import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import type { AskedAgain, Session } from '@/api/types';
import { useDevice } from '@/store';
import { Failed } from './Failed';
import { askPasskey, canPasskey, Dismissed } from './passkey';

/** SecondStep asks for the second proof, once the password was right. */
export function SecondStep({ asked, done, back }: { asked: AskedAgain; done: () => void; back: () => void }) {
  const { t } = useLingui();
  const device = useDevice();
  const { step, second: kinds } = asked;
  const codes = kinds.includes('totp');
  const [recovery, setRecovery] = useState(!codes && !kinds.includes('passkey'));
  const [given, setGiven] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const prove = async (proof: () => Promise<Record<string, unknown>>) => {
    setBusy(true);
    setError(undefined);
    try {
      await device.enter(await call<Session>('/session/second', { method: 'POST', body: { step, ...(await proof()) } }));
      done();
    } catch (e) {
      if (!(e instanceof Dismissed)) setError(e);
    } finally {
      setBusy(false);
    }
  };
  const passkey = async () => {
    const { options } = await call<{ options: unknown }>('/session/second/passkey', { method: 'POST', body: { step } });
    return { credential: await askPasskey(options) };
  };
  return (
    <Stack gap="md">
      <Failed error={error} />
      {kinds.includes('passkey') && canPasskey() && !recovery && (
        <Button size="lg" variant={codes ? 'default' : 'filled'} loading={busy} fullWidth onClick={() => void prove(passkey)}>
          <Trans>Use a passkey</Trans>
        </Button>
      )}
      {(codes || recovery) && (
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            if (given.trim()) void prove(async () => (recovery ? { recovery_code: given.trim() } : { code: given.trim() }));
          }}
        >
          <Stack gap="md">
            {recovery ? (
              <TextInput
                key="recovery"
                label={<Trans>Recovery code</Trans>}
                description={<Trans>One of those you kept when you turned this on. It works once.</Trans>}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                data-autofocus
                value={given}
                onChange={(e) => setGiven(e.currentTarget.value)}
              />
            ) : (
              <TextInput
                key="code"
                label={<Trans>Code</Trans>}
                description={<Trans>Six digits, from the app that makes codes for you.</Trans>}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={7}
                value={given}
                onChange={(e) => setGiven(e.currentTarget.value)}
              />
            )}
            <Button type="submit" size="lg" loading={busy} disabled={!given.trim()} fullWidth>
              <Trans>Sign in</Trans>
            </Button>
          </Stack>
        </form>
      )}
      {kinds.includes('recovery') && (
        <Button
          variant="subtle"
          onClick={() => {
            setRecovery(!recovery);
            setGiven('');
            setError(undefined);
          }}
        >
          {recovery ? t`Use what you usually use` : t`Use a recovery code`}
        </Button>
      )}
      <Button variant="subtle" onClick={back}>
        <Trans>Begin again</Trans>
      </Button>
    </Stack>
  );
}
