import { Trans, useLingui } from '@lingui/react/macro';
import { useName, useOpenProject, useReader } from '@/store';
import type { ShownActivity } from '@/store/activities';
import { placeText } from '../points/words';
import s from './activities.module.css';
import { Bar, StateTag } from './StateTag';
import { shownState, span } from './words';

export function WaitingMark({ of }: { of: { _pending?: 'waiting' | 'rejected' } }) {
  const { t } = useLingui();
  if (!of._pending) return null;
  const refused = of._pending === 'rejected';
  return (
    <span
      className={s.pending}
      data-refused={refused || undefined}
      title={refused ? t`The server refused a report on this activity` : t`Not yet sent; kept on this device`}
    >
      {refused ? <Trans>Refused</Trans> : <Trans>Waiting to be sent</Trans>}
    </span>
  );
}

/** What a list shows of an activity: name, state, when, where, who. */
export function CardBody({ x, brief = false }: { x: ShownActivity; brief?: boolean }) {
  const { pool } = useOpenProject();
  const reader = useReader();
  const name = useName();
  const where = x.location_id ? placeText(x.location_id, pool) : x.path.slice(-1).join('');
  const who = x.in_charge.map((c) => name(c)).join(', ');
  return (
    <>
      <span className={s.cardTop}>
        <StateTag of={x} />
        <span className={s.percent}>{Math.round(x.percent)} %</span>
        <WaitingMark of={x} />
        {x.code && <span className={s.code}>{x.code}</span>}
      </span>
      <span className={s.cardName}>{x.name}</span>
      <Bar percent={x.percent} state={shownState(x)} />
      <span className={s.cardFoot}>
        <span className={s.when}>{span(x.start, x.finish, reader)}</span>
        {where && <span className={s.where}>{where}</span>}
      </span>
      {!brief && who && <span className={s.who}>{who}</span>}
    </>
  );
}
