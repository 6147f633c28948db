/** Asks who it is once more, where something matters most. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '@/api/client';
import { Confirm } from '@/features/ask';
import { Dismissed } from '@/features/signin/passkey';

/** Proving does something that may first ask for the password: then the question stands in a window, and it goes on from there. */
export function useProving() {
  const [waiting, setWaiting] = useState<() => Promise<void>>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = async (deed: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await deed();
      setWaiting(undefined);
    } catch (e) {
      if (e instanceof Problem && e.code === 'confirm-first') setWaiting(() => deed);
      else if (!(e instanceof Dismissed)) setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, waiting, stop: () => setWaiting(undefined) };
}

export function Again({ proving }: { proving: ReturnType<typeof useProving> }) {
  const { t } = useLingui();
  const deed = proving.waiting;
  return (
    <Modal opened={deed !== undefined} onClose={proving.stop} title={t`Is it you?`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Confirm
        why={<Trans>Asked again for what matters most. It counts for ten minutes.</Trans>}
        label={<Trans>Go on</Trans>}
        other={<Trans>Cancel</Trans>}
        busy={proving.busy}
        error={proving.error}
        focus
        onCancel={proving.stop}
        onConfirmed={() => (deed ? proving.run(deed) : undefined)}
      />
    </Modal>
  );
}
