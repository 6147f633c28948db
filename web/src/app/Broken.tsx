import { Trans } from '@lingui/react/macro';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { EmptyState, ErrorState, LinkButton } from '@/ui';

/** Broken is shown when a screen failed: the rest of the app and the outbox stand. */
export function Broken({ error, reset }: ErrorComponentProps) {
  useEffect(() => console.error(error), [error]);
  return <ErrorState error={error} retry={reset} />;
}

export function Missing() {
  return (
    <EmptyState
      title={<Trans>There is nothing at this address</Trans>}
      action={
        <LinkButton to="/" variant="default">
          <Trans>To the start</Trans>
        </LinkButton>
      }
    />
  );
}
