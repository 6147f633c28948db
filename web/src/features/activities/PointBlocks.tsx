/** On a point's page: the activities that it blocks. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Id, Point } from '@/api/types';
import { useCommands, useMay, useOpenProject, useProject } from '@/store';
import { useHeldBy, useScheduled } from '@/store/activities';
import { bareOf } from '@/store/scheduled';
import { toast } from '@/ui';
import s from './activities.module.css';
import { StateTag } from './StateTag';
import { finder } from './words';

export function PointBlocks({ point }: { point: Point }) {
  const { t } = useLingui();
  const open = useOpenProject();
  const project = useProject();
  const commands = useCommands();
  const may = useMay('contributor');
  const held = useHeldBy(point.id);
  const { items } = useScheduled();
  const [adding, setAdding] = useState(false);
  const [q, setQ] = useState('');
  const data = useMemo(() => {
    if (!adding) return [];
    const have = new Set((held ?? []).map((x) => x.id));
    const fits = finder(q);
    const found = items.filter((x) => x.state !== 4 && !have.has(x.id) && fits(`${x.code} ${x.name} ${x.path.join(' ')}`)).slice(0, 30);
    return found.map((x) => ({ value: x.id, label: [x.code, x.name].filter(Boolean).join(' '), path: x.path.join(' › ') }));
  }, [adding, held, items, q]);
  if ((held ?? []).length === 0 && (!may || items.length === 0)) return null;
  const on = (id: Id) => open.pool.get('activities', id) ?? bareOf(items, id);
  const add = async (id: Id) => {
    setAdding(false);
    setQ('');
    const a = on(id);
    if (a) toast(t`It blocks this activity now`, await commands.block(a, point.id));
  };
  const remove = async (id: Id) => {
    const a = on(id);
    if (a) toast(t`It blocks no longer`, await commands.unblock(a, point.id));
  };
  return (
    <section className={s.pointBlocks} aria-label={t`Activities that it blocks`}>
      <h3>
        <Trans>Blocks</Trans>
      </h3>
      <ul className={s.blocks}>
        {(held ?? []).map((x) => (
          <li key={x.id}>
            <Link to="/p/$project/activities" params={{ project: project.id }} search={{ activity: x.id } as never}>
              {[x.code, x.name].filter(Boolean).join(' ')}
            </Link>
            <StateTag of={x} />
            {may && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t`Let it block ${x.name} no longer`}
                onClick={() => void remove(x.id)}
              >
                ×
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {may &&
        (adding ? (
          <Select
            size="sm"
            aria-label={t`Activity that it blocks`}
            placeholder={t`Name or code of an activity`}
            searchable
            autoFocus
            value={null}
            searchValue={q}
            onSearchChange={setQ}
            data={data}
            filter={({ options }) => options}
            renderOption={({ option }) => (
              <span className={s.option}>
                {option.label}
                <small>{(option as { path?: string }).path}</small>
              </span>
            )}
            nothingFoundMessage={t`Nothing found`}
            onChange={(v) => v && void add(v)}
            onBlur={() => setAdding(false)}
          />
        ) : (
          items.length > 0 && (
            <Button className={s.start} size="compact-sm" variant="subtle" onClick={() => setAdding(true)}>
              <Trans>Blocks an activity…</Trans>
            </Button>
          )
        ))}
    </section>
  );
}
