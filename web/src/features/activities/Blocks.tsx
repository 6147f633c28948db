/** The points that block an activity: open ones first, each with the way there. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Activity } from '@/api/activity';
import type { Id } from '@/api/types';
import { useCommands, useMayCreate, useOpenProject, useProject, useThings } from '@/store';
import { StatusTag, toast } from '@/ui';
import s from './activities.module.css';

export function Blocks({ activity: a, onNew }: { activity: Activity; onNew: () => void }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const project = useProject();
  const commands = useCommands();
  const mayCreate = useMayCreate();
  const points = useThings('points');
  const statuses = useThings('statuses');
  const [adding, setAdding] = useState(false);
  const closed = useMemo(() => new Set(statuses.filter((x) => x.closes).map((x) => x.id)), [statuses]);
  const free = useMemo(() => {
    if (!adding) return [];
    const have = new Set(a.blocks.map((b) => b.point_id));
    return points
      .filter((p) => !have.has(p.id) && !closed.has(p.status_id))
      .map((p) => ({ value: p.id, label: [p.number, p.subject].filter(Boolean).join(' ') }));
  }, [adding, a.blocks, points, closed]);
  const blocks = [...a.blocks].sort((x, y) => Number(y.open) - Number(x.open));
  if (blocks.length === 0 && a.hidden_blocks === 0 && !a.may.block) return null;
  const add = async (point: Id) => {
    setAdding(false);
    toast(t`This point blocks it now`, await commands.block(a, point));
  };
  const remove = async (point: Id) => toast(t`It blocks no longer`, await commands.unblock(a, point));
  return (
    <section className={s.part} aria-label={t`Blocked by`}>
      <h3>
        <Trans>Blocked by</Trans>
      </h3>
      {blocks.length === 0 && a.hidden_blocks === 0 && (
        <p className="quiet">
          <Trans>No point blocks it.</Trans>
        </p>
      )}
      <ul className={s.blocks}>
        {blocks.map((b) => {
          const p = pool.get('points', b.point_id);
          const name = p ? [p.number, p.subject].filter(Boolean).join(' ') : t`a point`;
          return (
            <li key={b.point_id} data-open={b.open || undefined}>
              <Link to="/p/$project/points" params={{ project: project.id }} search={{ point: b.point_id }}>
                {name}
              </Link>
              <StatusTag status={pool.get('statuses', p?.status_id)} />
              {a.may.block && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t`Let ${name} block it no longer`}
                  onClick={() => void remove(b.point_id)}
                >
                  ×
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
      {a.hidden_blocks > 0 && (
        <p className="quiet">
          <Trans>Points that you do not see: {a.hidden_blocks}</Trans>
        </p>
      )}
      {a.may.block && a.state !== 4 && (
        <div className={s.two}>
          {adding ? (
            <Select
              className={s.grow}
              size="sm"
              aria-label={t`Point that blocks`}
              placeholder={t`Number or words`}
              searchable
              autoFocus
              limit={20}
              value={null}
              data={free}
              nothingFoundMessage={t`Nothing found`}
              onChange={(v) => v && void add(v)}
              onBlur={() => setAdding(false)}
            />
          ) : (
            <>
              <Button size="compact-md" variant="default" onClick={() => setAdding(true)}>
                <Trans>Add a point</Trans>
              </Button>
              {mayCreate && (
                <Button size="compact-md" variant="default" onClick={onNew}>
                  <Trans>New point</Trans>
                </Button>
              )}
            </>
          )}
        </div>
      )}
    </section>
  );
}
