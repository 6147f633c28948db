/** Two people changed the same field: both values side by side, and one tap to decide. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { Point } from '@/api/types';
import type { ConflictRow } from '@/db/db';
import { ago, useCommands, useName, useOpenProject, useReader } from '@/store';
import s from './points.module.css';
import { fieldName, fieldValue, type Words } from './words';

export function useWords(): Words {
  const { i18n } = useLingui();
  const { pool } = useOpenProject();
  const name = useName();
  const reader = useReader();
  return { i18n, pool, name, reader };
}

export function Conflicts({ point, conflicts }: { point: Point; conflicts: readonly ConflictRow[] }) {
  const { t, i18n } = useLingui();
  const words = useWords();
  const commands = useCommands();
  return (
    <section className={s.conflicts} aria-label={t`Decide`}>
      <h3>
        <Trans>Changed twice</Trans>
      </h3>
      {conflicts.map((c) => {
        const who = words.name(c.actor_id);
        const when = ago(c.at, words.reader);
        return (
          <div key={c.key} className={s.conflict}>
            <p>
              <Trans>
                {who} changed {fieldName(c.field, i18n)} too, {when}.
              </Trans>
            </p>
            <div className={s.sides}>
              <div>
                <small>
                  <Trans>Theirs</Trans>
                </small>
                <b>{fieldValue(c.field, c.theirs, words)}</b>
                <Button size="compact-sm" variant="default" onClick={() => void commands.resolveConflict(point.id, c.field, 'theirs')}>
                  <Trans>Keep theirs</Trans>
                </Button>
              </div>
              <div>
                <small>
                  <Trans>Yours</Trans>
                </small>
                <b>{fieldValue(c.field, c.mine, words)}</b>
                <Button size="compact-sm" variant="default" onClick={() => void commands.resolveConflict(point.id, c.field, 'mine')}>
                  <Trans>Use mine</Trans>
                </Button>
              </div>
            </div>
          </div>
        );
      })}
    </section>
  );
}
