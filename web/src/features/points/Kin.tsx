/** What a point is part of, its parts, and what it is related to. Both ends know of it; only what the viewer sees is shown. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, NativeSelect, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Id, Point } from '@/api/types';
import { useCommands, useProject, useThings } from '@/store';
import { toast } from '@/ui';
import s from './points.module.css';

type How = 'related' | 'parent' | 'child';

/** The points above one, itself included: none of them can be its part. */
export function above(id: Id, parentOf: (id: Id) => Id | null | undefined): Set<Id> {
  const seen = new Set<Id>();
  for (let at: Id | null | undefined = id; at && !seen.has(at); at = parentOf(at)) seen.add(at);
  return seen;
}

export function Kin({ point }: { point: Point }) {
  const { t } = useLingui();
  const points = useThings('points');
  const { setParent, relate, unrelate } = useCommands();
  const [adding, setAdding] = useState(false);
  const [how, setHow] = useState<How>('related');
  const byId = useMemo(() => new Map(points.map((p) => [p.id, p])), [points]);
  const children = useMemo(() => points.filter((p) => p.parent_id === point.id), [points, point.id]);
  const related = useMemo(
    () => [...new Set([...(point.related_ids ?? []), ...points.filter((p) => p.related_ids?.includes(point.id)).map((p) => p.id)])],
    [points, point.id, point.related_ids],
  );
  const relays = useMemo(() => points.filter((p) => p.origin_id === point.id), [points, point.id]);
  const may = point.may.edit;
  const free = useMemo(() => {
    if (!adding) return [];
    const parentOf = (id: Id) => byId.get(id)?.parent_id;
    const up = above(point.id, parentOf);
    return points
      .filter((p) => {
        if (p.id === point.id) return false;
        if (how === 'related') return !related.includes(p.id);
        if (how === 'child') return p.may.edit && !up.has(p.id) && p.parent_id !== point.id;
        return p.id !== point.parent_id && !above(p.id, parentOf).has(point.id);
      })
      .map((p) => ({ value: p.id, label: [p.number, p.subject].filter(Boolean).join(' ') }));
  }, [adding, byId, how, point.id, point.parent_id, points, related]);
  const add = async (other: Id) => {
    setAdding(false);
    const undo =
      how === 'related'
        ? await relate(point.id, other)
        : how === 'parent'
          ? await setParent(point.id, other)
          : await setParent(other, point.id);
    toast(t`Connected`, undo);
  };
  const cut = async (what: Promise<() => Promise<void>>) => toast(t`No longer connected`, await what);
  if (!may && !point.parent_id && !point.origin_id && children.length + related.length + relays.length === 0) return null;
  const row = (id: Id, remove?: () => void) => <Row key={id} id={id} point={byId.get(id)} remove={remove} />;
  return (
    <section className={s.kin} aria-label={t`Connected points`}>
      {point.origin_id && (
        <>
          <h3>
            <Trans>Relay of</Trans>
          </h3>
          <ul>{row(point.origin_id)}</ul>
        </>
      )}
      {relays.length > 0 && (
        <>
          <h3>
            <Trans>Relayed as</Trans>
          </h3>
          <ul>{relays.map((r) => row(r.id))}</ul>
        </>
      )}
      {point.parent_id && (
        <>
          <h3>
            <Trans>Part of</Trans>
          </h3>
          <ul>{row(point.parent_id, may ? () => void cut(setParent(point.id, null)) : undefined)}</ul>
        </>
      )}
      {children.length > 0 && (
        <>
          <h3>
            <Trans>Parts</Trans>
          </h3>
          <ul>{children.map((c) => row(c.id, c.may.edit ? () => void cut(setParent(c.id, null)) : undefined))}</ul>
        </>
      )}
      {related.length > 0 && (
        <>
          <h3>
            <Trans>Related</Trans>
          </h3>
          <ul>{related.map((id) => row(id, may ? () => void cut(unrelate(point.id, id)) : undefined))}</ul>
        </>
      )}
      {may && !adding && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAdding(true)}>
          <Trans>Connect to another point</Trans>
        </Button>
      )}
      {may && adding && (
        <div className={s.kinAdd}>
          <NativeSelect
            size="sm"
            aria-label={t`How they are connected`}
            value={how}
            onChange={(e) => setHow(e.currentTarget.value as How)}
            data={[
              { value: 'related', label: t`Related to` },
              { value: 'parent', label: t`Part of` },
              { value: 'child', label: t`Contains` },
            ]}
          />
          <Select
            size="sm"
            aria-label={t`Point`}
            placeholder={t`Number or words`}
            searchable
            autoFocus
            limit={20}
            value={null}
            data={free}
            nothingFoundMessage={t`Nothing found`}
            onChange={(id) => id && void add(id)}
          />
          <Button size="compact-sm" variant="subtle" onClick={() => setAdding(false)}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      )}
    </section>
  );
}

function Row({ id, point, remove }: { id: Id; point: Point | undefined; remove?: (() => void) | undefined }) {
  const { t } = useLingui();
  const project = useProject();
  const name = point ? [point.number, point.subject].filter(Boolean).join(' ') : t`another point`;
  return (
    <li>
      <Link className={s.link} to="/p/$project/points" params={{ project: project.id }} search={{ point: id }}>
        {name}
      </Link>
      {remove && (
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={t`Disconnect ${name}`} onClick={remove}>
          ×
        </ActionIcon>
      )}
    </li>
  );
}
