import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { errorText } from '@/app/errors';
import { useDevice } from '@/store';

/** SignInForm: e-mail and password. With a given e-mail it is the way back in. */
export function SignInForm({ email = '', done }: { email?: string; done: () => void }) {
  const { t, i18n } = useLingui();
  const device = useDevice();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
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
      await device.signIn(email.trim(), password);
      done();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  });
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
      </Stack>
    </form>
  );
}
