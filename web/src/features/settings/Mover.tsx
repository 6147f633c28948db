import { useLingui } from '@lingui/react/macro';
import { ActionIcon } from '@mantine/core';

interface Ordered {
  id: string;
  order: number;
}

/** moves are the orders to write so that the row at `at` stands one place up or down: as few as can be. */
export function moves(list: readonly Ordered[], at: number, by: -1 | 1): { id: string; order: number }[] {
  const next = [...list];
  const [row] = next.splice(at, 1);
  if (!row || at + by < 0 || at + by > next.length) return [];
  next.splice(at + by, 0, row);
  return next
    .map((x, i) => ({ id: x.id, order: i + 1, was: x.order }))
    .flatMap(({ id, order, was }) => (order === was ? [] : [{ id, order }]));
}

/** Mover is two buttons: one up, one down. No dragging needed. */
export function Mover({
  list,
  at,
  name,
  move,
}: {
  list: readonly Ordered[];
  at: number;
  name: string;
  move: (id: string, order: number) => void;
}) {
  const { t } = useLingui();
  const go = (by: -1 | 1) => {
    for (const m of moves(list, at, by)) move(m.id, m.order);
  };
  return (
    <ActionIcon.Group>
      <ActionIcon variant="default" size="lg" disabled={at === 0} aria-label={t`Move ${name} up`} onClick={() => go(-1)}>
        ↑
      </ActionIcon>
      <ActionIcon variant="default" size="lg" disabled={at === list.length - 1} aria-label={t`Move ${name} down`} onClick={() => go(1)}>
        ↓
      </ActionIcon>
    </ActionIcon.Group>
  );
}
