import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call, send } from '@/api/client';
import type { ErasureStatus } from '@/api/privacy';
import { Answered, Fold, save, useAsk } from '@/features/ask';
import { BackToSignIn, Failed } from '@/features/signin/index';
import { Outside } from '@/features/signin/Outside';
import { exact, useReader } from '@/store';
import { Plan } from './Plan';
import s from './Privacy.module.css';

/** ErasurePage is where an erasure stands. Who holds the link may stop it within the grace, and take the receipt along. */
export function ErasurePage() {
  const { t, i18n } = useLingui();
  const { secret } = useParams({ from: '/erasure/$secret' });
  const path = `/erasure/${encodeURIComponent(secret)}`;
  const asked = useAsk<ErasureStatus>(`${path}?locale=${i18n.locale}`);
  const state = asked.data?.state;
  const running = state === 'destroying' || state === 'purging';
  useEffect(() => {
    if (!running) return;
    const again = setInterval(asked.again, 3000);
    return () => clearInterval(again);
  }, [running, asked.again]);
  const title =
    state === 'cancelled' ? t`The erasure was stopped` : state === 'done' ? t`Your data is erased` : t`Your data is being erased`;
  return (
    <Outside title={title} wide>
      <Answered asked={asked}>{(data) => <Status status={data} path={path} again={asked.again} />}</Answered>
    </Outside>
  );
}

function Status({ status: e, path, again }: { status: ErasureStatus; path: string; again: () => void }) {
  const r = useReader();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const stop = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`${path}/cancel`, { method: 'POST' });
      again();
    } catch (x) {
      setError(x);
    } finally {
      setBusy(false);
    }
  };
  const receipt = async () => {
    setError(undefined);
    try {
      save(await (await send(`${path}/receipt`)).blob(), 'plumbline-receipt.json');
    } catch (x) {
      setError(x);
    }
  };
  const waits = e.state === 'requested' || e.state === 'denied';
  const hours = e.grace_until ? Math.max(0, Math.ceil((Date.parse(e.grace_until) - Date.now()) / 3_600_000)) : 0;
  return (
    <Stack gap="md">
      <div role="status" className={s.calm}>
        {waits && (
          <>
            <p>
              <Trans>You are signed out everywhere. From now on nobody sees or uses your data.</Trans>
            </p>
            {e.grace_until && (
              <p>
                <Trans>
                  It is destroyed on <b>{exact(e.grace_until, r)}</b>.
                </Trans>{' '}
                {hours > 0 && (
                  <Plural
                    value={hours}
                    one="Until then, # hour, you can stop it here."
                    other="Until then, # hours, you can stop it here."
                  />
                )}
              </p>
            )}
          </>
        )}
        {(e.state === 'destroying' || e.state === 'purging') && (
          <p>
            <Trans>The keys are being destroyed and the rows deleted. This page follows it.</Trans>
          </p>
        )}
        {e.state === 'done' && (
          <p>
            {e.done_at ? <Trans>Done on {exact(e.done_at, r)}.</Trans> : <Trans>Done.</Trans>}{' '}
            <Trans>The receipt lets you prove it later, without us and without a network. It holds nothing about you.</Trans>
          </p>
        )}
        {e.state === 'cancelled' && (
          <p>
            <Trans>Nothing was erased. You can sign in as before.</Trans>
          </p>
        )}
      </div>
      <Failed error={error} />
      {waits && (
        <>
          <Button variant="default" size="md" fullWidth loading={busy} onClick={() => void stop()}>
            <Trans>Stop the erasure</Trans>
          </Button>
          <p className="quiet">
            <Trans>Keep the address of this page: it is the way to stop the erasure and to take the receipt.</Trans>
          </p>
        </>
      )}
      {e.receipt && (
        <Button variant="default" size="md" fullWidth onClick={() => void receipt()}>
          <Trans>Download the receipt</Trans>
        </Button>
      )}
      {e.state !== 'cancelled' && e.items.length > 0 && (
        <Fold title={<Trans>What is erased and what is kept</Trans>}>
          <Plan items={e.items} places={[]} />
        </Fold>
      )}
      {e.state === 'cancelled' && <BackToSignIn />}
    </Stack>
  );
}
