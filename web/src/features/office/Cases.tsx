import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import type { Acknowledgement, Case, CaseRow } from '@/api/office';
import { Answered, Block, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { civil, exact, useReader } from '@/store';
import { Letter } from './Letter';
import s from './Office.module.css';
import { Steps } from './Steps';
import { useActs, useStates } from './words';

const ended = new Set(['done', 'refused', 'merged', 'withdrawn']);

/** Cases are the queue, the most urgent first, each with its own clock; one opens in its place. */
export function Cases({ path }: { path: string }) {
  const { t, i18n } = useLingui();
  const [which, setWhich] = useState('open');
  const asked = useAsk<{ items: CaseRow[] | null }>(`${path}/cases?closed=${which === 'closed'}&locale=${i18n.locale}`);
  const [shown, setShown] = useState<string>();
  return (
    <Block
      title={<Trans>Requests of people</Trans>}
      lead={<Trans>What the program can do by itself, it has done. What is here waits for you.</Trans>}
    >
      <div className={s.row}>
        <SegmentedControl
          aria-label={t`Which requests`}
          value={which}
          onChange={setWhich}
          data={[
            { value: 'open', label: t`Open` },
            { value: 'closed', label: t`Closed` },
          ]}
        />
        <Letter path={path} done={asked.again} />
      </div>
      <Answered asked={asked} rows={6}>
        {({ items }) =>
          (items ?? []).length === 0 ? (
            <p className="quiet">
              <Trans>Nothing waits. Requests arrive from the public form, by a person's own page, or when you enter a letter.</Trans>
            </p>
          ) : (
            <ul className={s.rows}>
              {(items ?? []).map((c) => (
                <li key={c.id}>
                  <Head of={c} open={shown === c.id} toggle={() => setShown(shown === c.id ? undefined : c.id)} />
                  {shown === c.id && <Whole path={`${path}/cases/${c.id}`} changed={asked.again} />}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Block>
  );
}

function Head({ of: c, open, toggle }: { of: CaseRow; open: boolean; toggle: () => void }) {
  const states = useStates();
  const r = useReader();
  const over = ended.has(c.state);
  const still = c.state === 'identity';
  const mark = over ? 'over' : still ? 'still' : c.late ? 'late' : c.days_left <= 7 ? 'soon' : 'time';
  return (
    <div className={s.row}>
      <button type="button" className={s.open} aria-expanded={open} onClick={toggle}>
        <b>{(c.rights ?? []).map((x) => x.label).join(', ') || <Trans>Not read yet</Trans>}</b>
        <span className={s.line}>
          {states[c.state] ?? c.state}{' '}
          <span className="quiet">
            <Trans>received {civil(c.received_on, r)}</Trans>
          </span>
        </span>
      </button>
      <span className={s.clock} data-state={mark}>
        {over ? (
          states[c.state]
        ) : still ? (
          <Trans>time stands still</Trans>
        ) : c.late ? (
          <Plural value={-c.days_left} one="# day late" other="# days late" />
        ) : (
          <Plural value={c.days_left} one="# day left" other="# days left" />
        )}
        {!over && !still && ` · ${civil(c.due_on, r)}`}
      </span>
    </div>
  );
}

function Whole({ path, changed }: { path: string; changed: () => void }) {
  const { t, i18n } = useLingui();
  const r = useReader();
  const asked = useAsk<Case>(`${path}?locale=${i18n.locale}`);
  const again = () => {
    asked.again();
    changed();
  };
  return (
    <Answered asked={asked} rows={4}>
      {(c) => (
        <Stack gap="sm" mt="sm">
          <p className={s.rules}>
            {c.email && <Trans>From {c.email}.</Trans>}{' '}
            {c.verified ? <Trans>It is known who asks.</Trans> : <Trans>It is not known yet who asks.</Trans>}
          </p>
          {c.text && <blockquote className={s.letter}>{c.text}</blockquote>}
          {[...(c.messages ?? []), ...(c.proof ?? [])].map((m) => (
            <blockquote key={`${m.at}/${m.from}`} className={s.letter}>
              <span className="quiet">
                {m.from === 'you' ? t`The person` : t`Privacy office`}, {exact(m.at, r)}
              </span>
              {'\n'}
              {m.text}
            </blockquote>
          ))}
          {c.places > 0 && (
            <p className={s.rules}>
              <Plural
                value={c.places}
                one="The name or address stands at # place in texts, photos or documents. Decide about it before you answer."
                other="The name or address stands at # places in texts, photos or documents. Decide about each before you answer."
              />
            </p>
          )}
          {[c.doubt, c.later, c.answer, c.reasons].filter(Boolean).map((x) => (
            <p key={x} className={s.rules}>
              {x}
            </p>
          ))}
          <Told title={t`Recipients who have to be told`} rows={c.recipients} step="acknowledge" path={path} done={again} />
          <Told title={t`Where it came from`} rows={c.sources} step="acknowledge-source" path={path} done={again} />
          <Steps of={c} path={`${path}/steps`} done={again} />
        </Stack>
      )}
    </Answered>
  );
}

/** Told are those who have to know (GDPR 19): sent is not done until they have said so. */
function Told(props: { title: string; rows: Acknowledgement[] | null; step: string; path: string; done: () => void }) {
  const { title, rows, step, path, done } = props;
  const acts = useActs();
  const r = useReader();
  const [error, setError] = useState<unknown>();
  if (!rows || rows.length === 0) return null;
  const knows = async (row: string) => {
    setError(undefined);
    try {
      await call(`${path}/steps`, { method: 'POST', body: { kind: step, row } });
      done();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <div>
      <b>{title}</b>
      <Failed error={error} />
      <ul className={s.rows}>
        {rows.map((x) => (
          <li key={x.id} className={s.row}>
            <span>
              {x.party_id || x.kind}: {acts[x.act]}{' '}
              <span className="quiet">
                {x.done_at ? <Trans>knows since {exact(x.done_at, r)}</Trans> : <Trans>asked on {exact(x.since, r)}</Trans>}
              </span>
            </span>
            {!x.done_at && (
              <Button size="compact-md" variant="default" onClick={() => void knows(x.id)}>
                <Trans>It has said that it knows</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
