import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/api/client';
import type { AskedAgain, Session } from '@/api/types';
import { errorText } from '@/app/errors';
import { useDevice } from '@/store';
import { Providers } from './Providers';
import { askPasskey, canPasskey, Dismissed } from './passkey';
import { SecondStep } from './SecondStep';

/** SignInForm: e-mail and password. With a given e-mail it is the way back in. */
export function SignInForm({ email = '', done }: { email?: string; done: () => void }) {
  const { t, i18n } = useLingui();
  const device = useDevice();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [second, setSecond] = useState<AskedAgain>();
  const form = useForm({
    initialValues: { email, password: '' },
    validate: {
      email: (v) => (v.includes('@') ? null : t`Enter your e-mail address.`),
      password: (v) => (v ? null : t`Enter your password.`),
    },
  });
  const submit = form.onSubmit(async ({ email, password }) => {
    setBusy(true);
    setError(undefined);
    try {
      const more = await device.signIn(email.trim(), password);
      if (more) setSecond(more);
      else done();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  });
  const withPasskey = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { step, options } = await call<{ step: string; options: unknown }>('/session/passkey', { method: 'POST' });
      const credential = await askPasskey(options);
      await device.enter(await call<Session>('/session/passkey/answer', { method: 'POST', body: { step, credential } }));
      done();
    } catch (e) {
      if (!(e instanceof Dismissed)) setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (second) return <SecondStep asked={second} done={done} back={() => setSecond(undefined)} />;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {error !== undefined && (
          <Alert color="brick" variant="light" role="alert">
            {errorText(error, i18n)}
          </Alert>
        )}
        <TextInput
          label={<Trans>E-mail</Trans>}
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          name="email"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={<Trans>Password</Trans>}
          autoComplete="current-password"
          name="password"
          visibilityToggleButtonProps={{ 'aria-label': t`Show the password`, tabIndex: 0, 'aria-hidden': false }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="lg" loading={busy} fullWidth>
          <Trans>Sign in</Trans>
        </Button>
        {!email && canPasskey() && (
          <Button variant="default" size="lg" disabled={busy} fullWidth onClick={() => void withPasskey()}>
            <Trans>Sign in with a passkey</Trans>
          </Button>
        )}
        {!email && <Providers busy={busy} />}
      </Stack>
    </form>
  );
}
