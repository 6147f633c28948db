import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect, Select } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { call } from '@/api/client';
import type { Id, Level, PointList } from '@/api/types';
import { useLevelNames } from '@/features/people/levels';
import { Failed } from '@/features/signin/index';
import { atLeast, personName, useOpenProject, usePeople, useProject } from '@/store';
import { Skeleton } from '@/ui';
import s from './Settings.module.css';

interface Member {
  person_id: Id;
  level: Level;
}

/** Who has a level of their own on a list: on one that only they know of, all who see it. Only the server can say and change it. */
export function ListPeople({ list }: { list: PointList }) {
  const { t, i18n } = useLingui();
  const project = useProject();
  const open = useOpenProject();
  const people = usePeople();
  const levels = useLevelNames();
  const [members, setMembers] = useState<Member[]>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const path = `/projects/${project.id}/lists/${list.id}/participants`;
  const load = useCallback(
    () =>
      call<{ items: Member[] }>(path).then(
        (r) => setMembers(r.items),
        (e) => setError(e),
      ),
    [path],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that was opened or closed has other people
  useEffect(() => void load(), [load, list.closed]);
  const change = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
      open.engine.nudge(true);
      await load();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const put = (person: Id, level: Level) => void change(() => call(`${path}/${person}`, { method: 'PUT', body: { level } }));
  const called = (id: Id) => {
    const p = people.find((x) => x.id === id);
    return p ? personName(p, i18n) : '–';
  };
  const mine = (Object.keys(levels) as Level[]).filter((l) => atLeast(list.level, l));
  const free = people.filter((p) => !p.former && !members?.some((m) => m.person_id === p.id));
  return (
    <section className={s.part} aria-label={t`Participants of the list`}>
      <h3>
        <Trans>Participants of the list</Trans>
      </h3>
      <p className="quiet">
        {list.closed ? (
          <Trans>Only these know that the list is there.</Trans>
        ) : (
          <Trans>Everybody has the level of the project here, but for these.</Trans>
        )}
      </p>
      <Failed error={error} />
      {!members && error === undefined ? (
        <Skeleton rows={2} />
      ) : (
        <ul className={s.rows}>
          {members?.map((m) => {
            const name = called(m.person_id);
            const above = !atLeast(list.level, m.level);
            return (
              <li key={m.person_id}>
                <span className={s.main}>{name}</span>
                <NativeSelect
                  size="xs"
                  aria-label={t`Level of ${name} on this list`}
                  value={m.level}
                  disabled={busy || above}
                  onChange={(e) => put(m.person_id, e.currentTarget.value as Level)}
                  data={(above ? [m.level] : mine).map((value) => ({ value, label: levels[value] }))}
                />
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="brick"
                  disabled={busy || above}
                  aria-label={t`Take ${name} off the list`}
                  onClick={() => void change(() => call(`${path}/${m.person_id}`, { method: 'DELETE' }))}
                >
                  <Trans>Remove</Trans>
                </Button>
              </li>
            );
          })}
          {members?.length === 0 && (
            <li className="quiet">
              <Trans>Nobody</Trans>
            </li>
          )}
        </ul>
      )}
      <Group align="end" gap="xs">
        <Select
          className={s.grow}
          label={<Trans>Add a participant of the project</Trans>}
          placeholder={t`Name`}
          searchable
          value={null}
          disabled={busy || !members}
          data={free.map((p) => ({ value: p.id, label: personName(p, i18n) }))}
          onChange={(id) => id && put(id, 'contributor')}
        />
      </Group>
    </section>
  );
}
