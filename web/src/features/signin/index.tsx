import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from '@/api/client';
import { fieldErrors } from '@/app/errors';
import { useDeviceState } from '@/store';
import { Failed } from './Failed';
import { Outside } from './Outside';
import { SignInForm } from './SignInForm';

export { Failed } from './Failed';
export { Invite } from './Invite';
export { CameBack } from './Providers';

/** Where a link may lead after the sign-in: into this app, nowhere else. */
function within(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/';
}

export function SignIn() {
  const { t } = useLingui();
  const { next } = useSearch({ from: '/signin' });
  const { phase, expired } = useDeviceState();
  const router = useRouter();
  const navigate = useNavigate();
  const go = () => void router.history.push(within(next));
  useEffect(() => {
    if (phase === 'in' && !expired) void navigate({ to: '/', replace: true });
  }, [phase, expired, navigate]);
  return (
    <Outside title={t`Sign in`}>
      <SignInForm done={go} />
      <Text mt="md" size="sm">
        <Anchor component={Link} to="/reset" underline="always">
          <Trans>Forgotten your password?</Trans>
        </Anchor>
      </Text>
    </Outside>
  );
}

export function Reset() {
  const { token } = useSearch({ from: '/reset' });
  return token ? <NewPassword token={token} /> : <AskLink />;
}

function AskLink() {
  const { t, i18n } = useLingui();
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (v) => (v.includes('@') ? null : t`Enter your e-mail address.`) },
  });
  const submit = form.onSubmit(async ({ email }) => {
    setBusy(true);
    setError(undefined);
    try {
      await call('/password-reset', { method: 'POST', body: { email: email.trim(), locale: i18n.locale } });
      setSent(true);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Outside title={t`Reset your password`}>
      {sent ? (
        <Said>
          <Trans>If this address has an account, a mail with a link is on its way. The link works for one hour.</Trans>
        </Said>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <Failed error={error} />
            <TextInput
              label={<Trans>E-mail</Trans>}
              description={<Trans>Used only to send the link.</Trans>}
              type="email"
              autoComplete="username"
              inputMode="email"
              {...form.getInputProps('email')}
            />
            <Button type="submit" size="lg" loading={busy} fullWidth>
              <Trans>Send me a link</Trans>
            </Button>
          </Stack>
        </form>
      )}
      <BackToSignIn />
    </Outside>
  );
}

function NewPassword({ token }: { token: string }) {
  const { t, i18n } = useLingui();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { password: '' } });
  const submit = form.onSubmit(async ({ password }) => {
    setBusy(true);
    setError(undefined);
    try {
      await call('/password-reset/confirm', { method: 'POST', body: { token, password } });
      setDone(true);
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (fields.password) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Outside title={t`Choose a new password`}>
      {done ? (
        <Said>
          <Trans>Your password is changed, and your other sessions are ended.</Trans>
        </Said>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <Failed error={error} />
            <PasswordField {...form.getInputProps('password')} />
            <Button type="submit" size="lg" loading={busy} fullWidth>
              <Trans>Save the password</Trans>
            </Button>
          </Stack>
        </form>
      )}
      <BackToSignIn />
    </Outside>
  );
}

/** PasswordField is where a password is chosen: long, nothing else asked. */
export function PasswordField(props: Record<string, unknown>) {
  const { t } = useLingui();
  return (
    <PasswordInput
      label={<Trans>New password</Trans>}
      description={<Trans>At least 15 characters; 8 are enough beside a second proof. A few words in a row are easy to remember.</Trans>}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t`Show the password`, tabIndex: 0, 'aria-hidden': false }}
      {...props}
    />
  );
}

function Said({ children }: { children: ReactNode }) {
  return (
    <Alert color="blueprint" variant="light" role="status">
      {children}
    </Alert>
  );
}

export function BackToSignIn() {
  return (
    <Text mt="md" size="sm">
      <Anchor component={Link} to="/signin" underline="always">
        <Trans>Back to the sign-in</Trans>
      </Anchor>
    </Text>
  );
}
