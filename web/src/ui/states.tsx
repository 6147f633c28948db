import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { errorText } from '@/app/errors';
import s from './ui.module.css';

/** useDelayed is false for the first 300 ms: what is fast shows no skeleton. */
export function useDelayed(ms = 300): boolean {
  const [late, set] = useState(false);
  useEffect(() => {
    const t = setTimeout(() => set(true), ms);
    return () => clearTimeout(t);
  }, [ms]);
  return late;
}

/** Skeleton stands for rows that are on their way. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useLingui();
  const late = useDelayed();
  if (!late) return null;
  return (
    <div className={s.bones} role="status" aria-label={t`Loading`}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
        <div key={i} className={s.bone} style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** EmptyState says what is not there and what to do. */
export function EmptyState({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={s.empty}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** ErrorState says what happened, what is safe, and what to do. */
export function ErrorState({ error, retry, safe }: { error: unknown; retry?: () => void; safe?: ReactNode }) {
  const { i18n } = useLingui();
  return (
    <div className={s.empty} role="alert">
      <h2>
        <Trans>This did not work</Trans>
      </h2>
      <p>{errorText(error, i18n)}</p>
      <p>{safe ?? <Trans>What you wrote on this device is kept.</Trans>}</p>
      {retry && (
        <Button variant="default" onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </div>
  );
}
