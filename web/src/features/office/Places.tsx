import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { call } from '@/api/client';
import type { PlaceRow } from '@/api/office';
import { Answered, Block, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import s from './Office.module.css';

/** Places are where somebody who is erased is named in what others wrote. The organisation decides, one by one; nothing is guessed. */
export function Places({ path }: { path: string }) {
  const { i18n } = useLingui();
  const asked = useAsk<{ items: PlaceRow[]; next: string | null }>(`${path}/places?locale=${i18n.locale}`);
  return (
    <Block
      title={<Trans>Places to decide on</Trans>}
      lead={
        <Trans>
          Where the name, address or number of somebody who is erased stands in a text, found by search. You decide, place by place.
        </Trans>
      }
    >
      <Answered asked={asked}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p className="quiet">
              <Trans>Nothing waits for a decision.</Trans>
            </p>
          ) : (
            <>
              <ul className={s.rows}>
                {items.map((p) => (
                  <Row key={p.id} place={p} path={`${path}/places/${p.id}`} again={asked.again} />
                ))}
              </ul>
              {next && (
                <p className="quiet">
                  <Trans>More are shown when these are decided.</Trans>
                </p>
              )}
            </>
          )
        }
      </Answered>
    </Block>
  );
}

function Row({ place: p, path, again }: { place: PlaceRow; path: string; again: () => void }) {
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>();
  const decide = async (decision: 'redact' | 'keep') => {
    setBusy(decision);
    setError(undefined);
    try {
      await call(path, { method: 'POST', body: { decision } });
      again();
    } catch (e) {
      setError(e);
      setBusy('');
    }
  };
  return (
    <li>
      <b>{p.label}</b>{' '}
      {p.kind !== 'text' && (
        <span className="quiet">
          <Plural value={p.count} one="# file" other="# files" />
        </span>
      )}
      {p.text !== null && <blockquote className={s.letter}>{marked(p.text, p.spans)}</blockquote>}
      {p.project_id && p.thing?.kind === 'point' && (
        <p className={s.rules}>
          <Link to="/p/$project/points" params={{ project: p.project_id }} search={{ point: p.thing.id }}>
            <Trans>Open the point</Trans>
          </Link>
        </p>
      )}
      <Failed error={error} />
      <div className={s.two}>
        <Button variant="default" loading={busy === 'redact'} disabled={busy !== ''} onClick={() => void decide('redact')}>
          <Trans>Take the words out</Trans>
        </Button>
        <Button variant="default" loading={busy === 'keep'} disabled={busy !== ''} onClick={() => void decide('keep')}>
          <Trans>Leave it</Trans>
        </Button>
      </div>
    </li>
  );
}

/** The spans count bytes of UTF-8. */
function marked(text: string, spans: { from: number; to: number }[]): ReactNode {
  const bytes = new TextEncoder().encode(text);
  const read = (from: number, to?: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const out: ReactNode[] = [];
  let at = 0;
  for (const x of [...spans].sort((a, b) => a.from - b.from)) {
    if (x.from < at || x.to > bytes.length) continue;
    out.push(read(at, x.from), <mark key={x.from}>{read(x.from, x.to)}</mark>);
    at = x.to;
  }
  out.push(read(at));
  return out;
}
