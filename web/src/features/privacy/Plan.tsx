import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { Decision, Place, PlanItem } from '@/api/privacy';
import { civil, exact, useReader } from '@/store';
import { parts } from './label';
import s from './Privacy.module.css';

const order: Decision[] = ['erased', 'depersonalised', 'kept'];

/** Plan is what an erasure does with each datum: erased, depersonalised, or kept, because. */
export function Plan({ items, places }: { items: PlanItem[]; places: Place[] }) {
  const { t } = useLingui();
  const titles: Record<Decision, string> = {
    erased: t`Erased`,
    depersonalised: t`Kept without you in it`,
    kept: t`Kept, for the reason given`,
  };
  const leads: Record<Decision, string> = {
    erased: t`Gone here, and unreadable in backups.`,
    depersonalised: t`What you did on a project stays, as done by a former participant without a name.`,
    kept: t`Set aside, used for nothing else, and destroyed on the day named.`,
  };
  return (
    <div className={s.plan}>
      {order.map((d) => {
        const list = items.filter((i) => i.decision === d);
        if (list.length === 0) return null;
        return (
          <section key={d} className={s.decision} data-decision={d} aria-label={titles[d]}>
            <h3>
              <span className={s.mark} aria-hidden="true" />
              {titles[d]}
              <span className={s.note}>
                <Plural value={list.length} one="# kind of data" other="# kinds of data" />
              </span>
            </h3>
            <p className={s.lead}>{leads[d]}</p>
            {d === 'kept' ? <KeptList items={list} /> : <Grouped items={list} />}
          </section>
        );
      })}
      {places.length > 0 && (
        <section className={s.decision} data-decision="places" aria-label={t`What each organisation decides on`}>
          <h3>
            <span className={s.mark} aria-hidden="true" />
            <Trans>What each organisation decides on</Trans>
          </h3>
          <p className={s.lead}>
            <Trans>
              Texts with your name or address, found by search, and photos and documents of yours. Nothing is guessed: each organisation
              decides over its own, place by place.
            </Trans>
          </p>
          <ul className={s.lines}>
            {places.map((p) => (
              <li key={`${p.controller}/${p.label}`}>
                {p.label} <span className="quiet">({p.count})</span> · {p.controller}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** By who decides over it; every label is there to read, none behind a click. */
function Grouped({ items }: { items: PlanItem[] }) {
  const by = new Map<string, Map<string, Set<string>>>();
  for (const i of items) {
    const [thing, field] = parts(i.label);
    const things = by.get(i.controller) ?? new Map<string, Set<string>>();
    by.set(i.controller, things.set(thing, (things.get(thing) ?? new Set<string>()).add(field)));
  }
  return (
    <>
      {[...by].map(([controller, things]) => (
        <div key={controller} className={s.of}>
          <b>{controller}</b>
          <ul className={s.lines}>
            {[...things].map(([thing, fields]) => (
              <li key={thing}>
                {thing && <span className="quiet">{thing}: </span>}
                {[...fields].join(', ')}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function KeptList({ items }: { items: PlanItem[] }) {
  const r = useReader();
  return (
    <ul className={s.lines}>
      {items.map((i) => (
        <li key={`${i.controller}/${i.table}/${i.field}/${i.label}`}>
          <b>{i.label}</b> · {i.controller}
          {i.because.text && (
            <span className={s.because}>
              {i.because.text} <span className="quiet">{[i.because.article, i.because.law].filter(Boolean).join(', ')}</span>
            </span>
          )}
          {i.until && (
            <span className={s.because}>
              <Trans>Destroyed on {i.until.length === 10 ? civil(i.until, r) : exact(i.until, r)}.</Trans>
            </span>
          )}
        </li>
      ))}
      {[...new Set(items.map((i) => i.complaint))].map(
        (text) =>
          text && (
            <li key={text} className={s.because}>
              {text}
            </li>
          ),
      )}
    </ul>
  );
}
