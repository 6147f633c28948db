import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { PromiseState, Trust, TrustPromise } from '@/api/privacy';
import { Answered, Fold, useAsk } from '@/features/ask';
import { Outside } from '@/features/signin/Outside';
import { ago, exact, useReader } from '@/store';
import s from './Trust.module.css';

const order: PromiseState[] = ['broken', 'kept', 'not-proved', 'not-built', 'not-applicable'];

/** TrustPage is public: each promise in plain words, what the last proof found, how old that is, and how to repeat it. */
export function TrustPage() {
  const { t, i18n } = useLingui();
  const asked = useAsk<Trust>(`/trust?locale=${i18n.locale}`);
  return (
    <Outside title={t`What we promise, and whether it holds`} wide>
      <Answered asked={asked} rows={10}>
        {(data) => <Promises trust={data} />}
      </Answered>
    </Outside>
  );
}

function Promises({ trust }: { trust: Trust }) {
  const { t } = useLingui();
  const r = useReader();
  const heads: Record<PromiseState, string> = {
    broken: t`Broken`,
    kept: t`Kept`,
    'not-proved': t`Not tried here yet`,
    'not-built': t`Not built yet`,
    'not-applicable': t`Nothing here that it applies to`,
  };
  const { broken } = trust;
  const kept = trust.promises.filter((p) => p.state === 'kept').length;
  return (
    <>
      <div className={s.sum} data-state={trust.at === undefined ? 'none' : broken > 0 ? 'broken' : 'kept'} role="status">
        {trust.at === undefined ? (
          <Trans>Nothing has been proved on this installation yet.</Trans>
        ) : (
          <>
            <b>
              {broken > 0 ? (
                <Plural value={broken} one="# promise is broken now." other="# promises are broken now." />
              ) : (
                <Plural value={kept} one="# promise was tried, and it is kept." other="# promises were tried, and all are kept." />
              )}
            </b>{' '}
            <span title={exact(trust.at, r)}>
              <Trans>Last tried on this installation: {ago(trust.at, r)}.</Trans>
            </span>
          </>
        )}
      </div>
      <p className="quiet">
        <Trans>
          Each promise is tried by a program against the running service, not by a person who ticks a box. Whoever runs this installation
          can repeat it with the command beside it.
        </Trans>
      </p>
      {order.map((state) => {
        const list = trust.promises.filter((p) => p.state === state);
        if (list.length === 0) return null;
        return (
          <section key={state} aria-label={heads[state]} className={s.group} data-state={state}>
            <h2>
              <Mark state={state} /> {heads[state]} <span className="quiet">{list.length}</span>
            </h2>
            <ul>
              {list.map((p) => (
                <Row key={p.id} promise={p} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Row({ promise: p }: { promise: TrustPromise }) {
  const r = useReader();
  return (
    <li>
      <p className={s.words}>
        {p.text} <span className={s.id}>{p.id}</span>
      </p>
      {p.state === 'broken' && p.evidence && <p className={s.evidence}>{p.evidence}</p>}
      {(p.state === 'kept' || p.state === 'broken') && p.at && (
        <Fold
          title={<Trans>Seen, and how to repeat it</Trans>}
          note={
            p.stale ? (
              <b className={s.stale}>
                <Trans>old: {ago(p.at, r)}</Trans>
              </b>
            ) : (
              ago(p.at, r)
            )
          }
        >
          {p.state === 'kept' && <p className={s.evidence}>{p.evidence}</p>}
          <code className={s.repeat}>{p.repeat}</code>
        </Fold>
      )}
    </li>
  );
}

/** A shape for each state, since colour alone says nothing to some. */
function Mark({ state }: { state: PromiseState }) {
  const d = {
    kept: 'M2 6.2 4.8 9 10 3',
    broken: 'M2.5 2.5 9.5 9.5 M9.5 2.5 2.5 9.5',
    'not-proved': 'M2.5 6h.01 M6 6h.01 M9.5 6h.01',
    'not-built': 'M6 2a4 4 0 1 0 .01 0',
    'not-applicable': 'M2.5 6h7',
  }[state];
  return (
    <svg
      className={s.mark}
      width="14"
      height="14"
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={d} />
    </svg>
  );
}
