import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import type { Sweep } from '@/api/office';
import { Answered, Block, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader } from '@/store';
import s from './Office.module.css';

/** Sweeps are what retention met, what it would meet now, and what the brake holds. */
export function Sweeps({ officer }: { officer: boolean }) {
  const asked = useAsk<{ items: Sweep[] | null }>('/operator/sweeps');
  const [ahead, setAhead] = useState(false);
  return (
    <>
      <Block
        title={<Trans>What retention did</Trans>}
        lead={
          <Trans>
            Every day what is past its time is blocked, depersonalised or erased. Where it would meet unusually many people, it stops and
            asks.
          </Trans>
        }
      >
        <Answered asked={asked}>{({ items }) => <List items={items ?? []} officer={officer} again={asked.again} />}</Answered>
      </Block>
      <Block title={<Trans>What it would do now</Trans>}>
        {ahead ? (
          <Preview />
        ) : (
          <Button variant="default" onClick={() => setAhead(true)} style={{ alignSelf: 'flex-start' }}>
            <Trans>Count it</Trans>
          </Button>
        )}
      </Block>
    </>
  );
}

function Preview() {
  const asked = useAsk<{ items: Sweep[] | null }>('/operator/sweeps/preview');
  return (
    <Answered asked={asked}>
      {({ items }) => <List items={(items ?? []).filter((x) => x.due > 0)} officer={false} again={asked.again} />}
    </Answered>
  );
}

function List({ items, officer, again }: { items: Sweep[]; officer: boolean; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const [error, setError] = useState<unknown>();
  const ends = { block: t`blocked`, depersonalise: t`depersonalised`, erase: t`erased` };
  const approve = async (id: string) => {
    setError(undefined);
    try {
      await call(`/operator/sweeps/${id}/approve`, { method: 'POST' });
      again();
    } catch (e) {
      setError(e);
    }
  };
  if (items.length === 0)
    return (
      <p className="quiet">
        <Trans>Nothing.</Trans>
      </p>
    );
  return (
    <>
      <Failed error={error} />
      <ul className={s.rows}>
        {items.map((x) => (
          <li key={x.id || x.rule} className={s.row}>
            <span>
              <b>{x.rule}</b>
              <span className={s.line}>
                <Plural value={x.due} one="# due" other="# due" />, {ends[x.then] ?? x.then}: {x.done}{' '}
                <span className="quiet">{exact(x.at, r)}</span>
              </span>
            </span>
            {x.state === 'held' && <span className={s.on}>{t`held by the brake`}</span>}
            {x.state === 'held' && officer && (
              <Button variant="default" onClick={() => void approve(x.id)} aria-label={t`Let through: ${x.rule}`}>
                <Trans>Let through</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
