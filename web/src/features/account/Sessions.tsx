import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { call } from '@/api/client';
import type { SessionRow } from '@/api/types';
import { ago, exact, useReader } from '@/store';
import { ErrorState, Section, Skeleton, toast } from '@/ui';
import s from './Account.module.css';

/** Sessions are where the account is signed in, each with the way to end it. */
export function Sessions() {
  const { t } = useLingui();
  const r = useReader();
  const [items, setItems] = useState<SessionRow[]>();
  const [error, setError] = useState<unknown>();
  const load = useCallback(() => {
    setError(undefined);
    call<{ items: SessionRow[] }>('/sessions').then((x) => setItems(x.items), setError);
  }, []);
  useEffect(load, [load]);
  const end = async (id: string) => {
    try {
      await call(`/sessions/${id}`, { method: 'DELETE' });
      load();
    } catch (e) {
      setError(e);
    }
  };
  const endOthers = async () => {
    try {
      await call('/sessions', { method: 'DELETE' });
      toast(t`Your other sessions are ended`);
      load();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Section title={t`Where you are signed in`}>
      {error !== undefined ? (
        <ErrorState error={error} retry={load} />
      ) : !items ? (
        <Skeleton rows={3} />
      ) : (
        <ul className={s.sessions}>
          {items.map((x) => (
            <li key={x.id}>
              <span>
                {x.agent || t`Unknown device`}
                {x.current && <b className={s.here}>{t`this device`}</b>}
                <small title={exact(x.last_seen_at, r)}>
                  <Trans>last seen {ago(x.last_seen_at, r)}</Trans>
                </small>
              </span>
              {!x.current && (
                <Button size="compact-md" variant="default" onClick={() => void end(x.id)} aria-label={t`Sign out ${x.agent}`}>
                  <Trans>Sign out</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {items && items.length > 1 && (
        <Button variant="default" mt="sm" onClick={() => void endOthers()}>
          <Trans>Sign out everywhere else</Trans>
        </Button>
      )}
    </Section>
  );
}
