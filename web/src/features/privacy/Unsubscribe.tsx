import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '@/api/client';
import { Failed } from '@/features/signin/index';
import { Outside } from '@/features/signin/Outside';

/** UnsubscribePage asks with one button: opening a link changes nothing, since mail scanners open links too. */
export function UnsubscribePage() {
  const { t } = useLingui();
  const { token } = useParams({ from: '/unsubscribe/$token' });
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await send(`/unsubscribe/${encodeURIComponent(token)}`, {
        method: 'POST',
        raw: { data: 'List-Unsubscribe=One-Click', type: 'application/x-www-form-urlencoded' },
      });
      setDone(true);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Outside title={t`No more of these mails`}>
      {done ? (
        <Alert color="blueprint" variant="light" role="status">
          <Trans>You get no more of these mails, from now on. Mails about your projects and your account still come.</Trans>
        </Alert>
      ) : (
        <Stack gap="md">
          <p className="quiet">
            <Trans>One press is enough. You need not sign in, and nobody asks why.</Trans>
          </p>
          <Failed error={error} />
          <Button size="lg" fullWidth loading={busy} onClick={() => void run()}>
            <Trans>Unsubscribe</Trans>
          </Button>
        </Stack>
      )}
    </Outside>
  );
}
