/** What became of a change of many points: how many are sent, and each that was refused or conflicts. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Progress } from '@mantine/core';
import type { Id } from '@/api/types';
import { useConflicts, useOpenProject, useOutbox, useThings } from '@/store';
import type { Batch } from './Bulk';
import s from './points.module.css';

export function Outcome({ batch, onOpen, onClose }: { batch: Batch; onOpen: (id: Id) => void; onClose: () => void }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  useThings('points');
  const which = new Set(batch.ids);
  const outbox = useOutbox().filter((e) => which.has(e.thing));
  const waiting = new Set(outbox.filter((e) => e.state === 'waiting').map((e) => e.thing)).size;
  const refused = [...new Set(outbox.filter((e) => e.state === 'rejected').map((e) => e.thing))];
  const conflicts = [...new Set(useConflicts().flatMap((c) => (which.has(c.thing) ? [c.thing] : [])))];
  const all = batch.ids.length;
  const bad = refused.length + conflicts.length;
  const done = all - waiting - bad;
  const line = (id: Id, why: string) => {
    const p = pool.get('points', id);
    return (
      <li key={`${id}/${why}`}>
        <button type="button" className={s.clear} onClick={() => onOpen(id)}>
          {[p?.number, p?.subject].filter(Boolean).join(' ')}
        </button>{' '}
        {why}
      </li>
    );
  };
  return (
    <section className={s.outcome} aria-label={t`What became of the change`}>
      <div className={s.outcomeTop}>
        <span role="status">
          {waiting > 0 ? (
            <Trans>
              {done} of {all} sent
            </Trans>
          ) : (
            <Done what={batch.what} n={done} />
          )}
          {bad > 0 && <Plural value={bad} one=", # needs you" other=", # need you" />}
          {batch.left > 0 && batch.what !== 'changed' && (
            <Plural
              value={batch.left}
              one=", # left out: there already, or not yours to carry"
              other=", # left out: there already, or not yours to carry"
            />
          )}
          {batch.left > 0 && batch.what === 'changed' && (
            <Plural value={batch.left} one=", # left out: not yours to change" other=", # left out: not yours to change" />
          )}
        </span>
        <span className={s.grow} />
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            onClose();
            void batch.undo();
          }}
        >
          <Trans>Undo</Trans>
        </Button>
        <CloseButton size="sm" aria-label={t`Close`} onClick={onClose} />
      </div>
      {waiting > 0 && <Progress size="xs" value={(100 * (all - waiting)) / all} aria-label={t`Sent`} />}
      {bad > 0 && (
        <ul className={s.outcomeList}>
          {refused.map((id) => line(id, t`was refused`))}
          {conflicts.map((id) => line(id, t`was changed by somebody else meanwhile`))}
        </ul>
      )}
    </section>
  );
}

function Done({ what, n }: { what: Batch['what']; n: number }) {
  if (what === 'moved') return <Plural value={n} one="# point moved" other="# points moved" />;
  if (what === 'relayed') return <Plural value={n} one="# point relayed" other="# points relayed" />;
  return <Plural value={n} one="# point changed" other="# points changed" />;
}
