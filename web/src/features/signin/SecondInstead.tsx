import { Trans } from '@lingui/react/macro';
import { Button, Group, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { call } from '@/api/client';
import { askPasskey, canPasskey, Dismissed } from './passkey';

/** SecondInstead proves with a second factor what else the password would: a passkey, or a code. Nothing where the account has none. */
export function SecondInstead({ disabled, failed, done }: { disabled: boolean; failed: (e: unknown) => void; done: () => Promise<void> }) {
  const [kinds, setKinds] = useState<string[]>([]);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    call<{ items: { kind: string }[] }>('/account/factors').then(
      (x) => setKinds(x.items.map((f) => f.kind)),
      () => setKinds([]), // then there is the password
    );
  }, []);
  const prove = async (proof: () => Promise<Record<string, unknown>>) => {
    setBusy(true);
    failed(undefined);
    try {
      await call('/me/confirm/second', { method: 'POST', body: await proof() });
      await done();
    } catch (e) {
      if (!(e instanceof Dismissed)) failed(e);
    } finally {
      setBusy(false);
    }
  };
  const passkey = async () => {
    const { step, options } = await call<{ step: string; options: unknown }>('/me/confirm/passkey', { method: 'POST' });
    return { step, credential: await askPasskey(options) };
  };
  return (
    <>
      {kinds.includes('totp') && (
        <Group align="end" gap="sm" wrap="nowrap">
          <TextInput
            flex={1}
            label={<Trans>Or a code from your app</Trans>}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            value={code}
            onChange={(e) => setCode(e.currentTarget.value)}
          />
          <Button
            variant="default"
            loading={busy}
            disabled={disabled || !code.trim()}
            onClick={() => void prove(async () => ({ code: code.trim() }))}
          >
            <Trans>Use the code</Trans>
          </Button>
        </Group>
      )}
      {kinds.includes('passkey') && canPasskey() && (
        <Button variant="default" loading={busy} disabled={disabled} onClick={() => void prove(passkey)}>
          <Trans>Use a passkey instead</Trans>
        </Button>
      )}
    </>
  );
}
