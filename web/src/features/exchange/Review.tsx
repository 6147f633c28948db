/** What a file would change, row by row, before anything is written; and what became of it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Progress } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import s from './Exchange.module.css';

export type State = 'new' | 'changed' | 'unchanged' | 'wrong' | 'done' | 'left';

export interface Item {
  key: string;
  /** As the file's reader counts. */
  row?: number;
  state: State;
  title: string;
  note?: ReactNode;
  changes?: { label: ReactNode; before: string; after: string }[];
  why?: ReactNode;
  indent?: number;
}

const some = 200;

export function Review({
  items,
  unchanged,
  off,
  setOff,
  busy,
  done,
  onApply,
}: {
  items: Item[];
  unchanged: number;
  off: ReadonlySet<string>;
  setOff: (off: ReadonlySet<string>) => void;
  busy: boolean;
  /** Writes done so far while they are under way. */
  done?: number;
  onApply: () => void;
}) {
  const { t } = useLingui();
  const [shown, setShown] = useState(some);
  const count = (state: State) => items.filter((x) => x.state === state).length;
  const open = items.filter((x) => x.state === 'new' || x.state === 'changed');
  const chosen = open.filter((x) => !off.has(x.key)).length;
  const fresh = count('new');
  const changed = count('changed');
  const wrong = count('wrong');
  const made = count('done');
  const same = unchanged + count('unchanged');
  const nothing = open.length === 0 && made === 0 && wrong === 0;
  return (
    <section aria-label={t`What the file changes`}>
      <p className={s.said} role="status">
        {nothing ? (
          <b>
            <Trans>Nothing changes.</Trans>
          </b>
        ) : (
          <>
            {made > 0 && (
              <>
                <Plural value={made} one="# row was taken over." other="# rows were taken over." />{' '}
              </>
            )}
            {fresh > 0 && (
              <>
                <Plural value={fresh} one="# is new." other="# are new." />{' '}
              </>
            )}
            {changed > 0 && (
              <>
                <Plural value={changed} one="# changes." other="# change." />{' '}
              </>
            )}
            {wrong > 0 && (
              <>
                <Plural value={wrong} one="# cannot be taken over." other="# cannot be taken over." />{' '}
              </>
            )}
          </>
        )}{' '}
        {same > 0 && <Plural value={same} one="# is as it is here." other="# are as they are here." />}
      </p>
      {items.length > 0 && (
        <ul className={s.list}>
          {items.slice(0, shown).map((x) => (
            <li key={x.key} style={x.indent ? { paddingInlineStart: x.indent * 18 } : undefined}>
              <div className={s.what}>
                {x.state === 'new' || x.state === 'changed' ? (
                  <Checkbox
                    checked={!off.has(x.key)}
                    disabled={busy}
                    label={x.title}
                    onChange={(e) => {
                      const next = new Set(off);
                      if (e.currentTarget.checked) next.delete(x.key);
                      else next.add(x.key);
                      setOff(next);
                    }}
                  />
                ) : (
                  <span>{x.title}</span>
                )}
                {x.changes && x.changes.length > 0 && (
                  <dl>
                    {x.changes.map((c, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: they do not move
                      <div key={i}>
                        <dt>{c.label}:</dt>
                        <dd>
                          {x.state !== 'new' && (
                            <>
                              <del>{c.before || '–'}</del> →{' '}
                            </>
                          )}
                          <ins>{c.after || '–'}</ins>
                        </dd>
                      </div>
                    ))}
                  </dl>
                )}
                {x.why && <p className={s.why}>{x.why}</p>}
              </div>
              <span className={s.state}>
                {x.row !== undefined && (
                  <>
                    <Trans>row {x.row}</Trans>
                    {' · '}
                  </>
                )}
                <Said of={x.state} />
                {x.note && <> · {x.note}</>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {items.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + some)}>
          <Trans>Show more</Trans>
        </Button>
      )}
      {done !== undefined && busy && (
        <div className={s.progress}>
          <Progress value={(100 * done) / Math.max(1, chosen)} aria-label={t`Taken over`} />
        </div>
      )}
      {open.length > 0 && (
        <Group gap="sm">
          <Button loading={busy} disabled={chosen === 0} onClick={onApply}>
            <Plural value={chosen} one="Take over # row" other="Take over # rows" />
          </Button>
        </Group>
      )}
    </section>
  );
}

function Said({ of }: { of: State }) {
  switch (of) {
    case 'new':
      return <Trans>New</Trans>;
    case 'changed':
      return <Trans>Changed</Trans>;
    case 'unchanged':
      return <Trans>Unchanged</Trans>;
    case 'done':
      return <Trans>Taken over</Trans>;
    case 'left':
      return <Trans>Left out</Trans>;
    default:
      return <Trans>Cannot be taken over</Trans>;
  }
}
