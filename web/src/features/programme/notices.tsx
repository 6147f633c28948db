/** What lies above the chart when something is not as it should be. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Fragment, useMemo } from 'react';
import type { NotComputed } from '@/api/programme';
import type { Id } from '@/api/types';
import { circles, type Network } from '@/engines/gantt';
import s from './programme.module.css';
import type { Conflict } from './schedule';
import { codeText, fieldName } from './words';

export function KeptNotice({ onRetry }: { onRetry: () => void }) {
  return (
    <p className={s.notice} role="status">
      <Trans>No connection: this is the programme as this device last had it. It cannot be changed now.</Trans>{' '}
      <button type="button" className={s.inline} onClick={onRetry}>
        <Trans>Try again</Trans>
      </button>
    </p>
  );
}

/** NotComputedNotice says why the network has no dates, and where. */
export function NotComputedNotice({ net, why, onShow }: { net: Network; why: NotComputed; onShow: (activity: Id) => void }) {
  const { t, i18n } = useLingui();
  const names = net.s.activities.name;
  const where = useMemo(() => why.activities ?? circles(net).map((c) => c.map((i) => net.s.activities.id[i] as Id)), [net, why]);
  return (
    <section className={s.problem} aria-label={t`The programme cannot be computed`}>
      <p>
        <b>
          <Trans>The programme cannot be computed.</Trans>
        </b>{' '}
        {codeText(why.code, i18n) ?? why.detail} <Trans>The dates are those from before.</Trans>
      </p>
      {where.slice(0, 5).map((circle) => (
        <p key={circle.join()} className={s.circle}>
          {circle.slice(0, 12).map((id, k) => {
            const i = net.at.get(id);
            return (
              <Fragment key={id}>
                {k > 0 && <span aria-hidden="true"> → </span>}
                <button type="button" className={s.inline} onClick={() => onShow(id)}>
                  {i === undefined ? t`an activity` : names[i]}
                </button>
              </Fragment>
            );
          })}
          {circle.length > 12 && ' …'}
        </p>
      ))}
    </section>
  );
}

/** ConflictNotice: somebody else changed the same field; both stand here until one decides. */
export function ConflictNotice({
  net,
  conflict,
  say,
  onSettle,
}: {
  net: Network;
  conflict: Conflict;
  say: (field: string, value: unknown) => string;
  onSettle: (which: 'mine' | 'theirs') => void;
}) {
  const { t, i18n } = useLingui();
  const name = net.s.activities.name[net.at.get(conflict.activity) ?? -1] ?? '';
  const field = fieldName(conflict.field, i18n);
  return (
    <section className={s.problem} aria-label={t`Changed twice`} role="alert">
      <p>
        <Trans>
          Somebody changed <b>{name}</b> meanwhile: {field}.
        </Trans>{' '}
        <Trans>
          Theirs: <b>{say(conflict.field, conflict.theirs)}</b>. Yours: <b>{say(conflict.field, conflict.mine)}</b>, which stands now.
        </Trans>
      </p>
      <div className={s.buttons}>
        <Button size="compact-sm" onClick={() => onSettle('mine')}>
          <Trans>Keep mine</Trans>
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onSettle('theirs')}>
          <Trans>Take theirs</Trans>
        </Button>
      </div>
    </section>
  );
}
