import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call } from '@/api/client';
import type { AskedAgain, Session } from '@/api/types';
import { useDevice } from '@/store';
import { Failed } from './Failed';
import { BackToSignIn } from './index';
import { Outside } from './Outside';
import { SecondStep } from './SecondStep';

export interface Provider {
  id: string;
  name: string;
}

/** leaveFor goes to a provider; it sends the browser back to /signin/back. */
export async function leaveFor(path: string): Promise<void> {
  const { address } = await call<{ address: string }>(path, { method: 'POST' });
  location.assign(address);
}

/** Providers are the buttons of those that the installation names: usually none. */
export function Providers({ busy }: { busy: boolean }) {
  const [all, setAll] = useState<Provider[]>([]);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    // Without a network there is nothing to go to.
    call<{ items: Provider[] }>('/session/providers').then(
      (x) => setAll(x.items),
      () => setAll([]),
    );
  }, []);
  if (all.length === 0) return null;
  return (
    <Stack gap="md">
      <Failed error={error} />
      {all.map((p) => (
        <Button
          key={p.id}
          variant="default"
          size="lg"
          disabled={busy}
          fullWidth
          onClick={() => {
            setError(undefined);
            leaveFor(`/session/providers/${p.id}`).catch(setError);
          }}
        >
          <Trans>Sign in with {p.name}</Trans>
        </Button>
      ))}
    </Stack>
  );
}

/** CameBack is where a provider sends people: what it gave is traded for a session, once. */
export function CameBack() {
  const { t } = useLingui();
  const device = useDevice();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const [refused, setRefused] = useState(false);
  const [second, setSecond] = useState<AskedAgain>();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const given = new URLSearchParams(location.search);
    history.replaceState(history.state, '', '/signin/back'); // the code stays in no history
    const code = given.get('code');
    if (!code) {
      setRefused(true);
      return;
    }
    const body = { state: given.get('state') ?? '', code, ...(given.get('iss') ? { iss: given.get('iss') } : {}) };
    call<Session & Partial<AskedAgain> & { linked?: boolean }>('/session/back', { method: 'POST', body })
      .then(async (got) => {
        if (got.linked) void navigate({ to: '/account/security', replace: true });
        else if (got.step && got.second) setSecond({ step: got.step, second: got.second });
        else {
          await device.enter(got);
          void navigate({ to: '/', replace: true });
        }
      })
      .catch(setError);
  }, [device, navigate]);
  return (
    <Outside title={t`Sign in`}>
      {second ? (
        <SecondStep
          asked={second}
          done={() => void navigate({ to: '/', replace: true })}
          back={() => void navigate({ to: '/signin', replace: true })}
        />
      ) : error !== undefined || refused ? (
        <>
          <Failed error={error} />
          {refused && (
            <Text role="alert">
              <Trans>The provider did not sign you in.</Trans>
            </Text>
          )}
          <BackToSignIn />
        </>
      ) : (
        <Text role="status">
          <Trans>One moment…</Trans>
        </Text>
      )}
    </Outside>
  );
}
