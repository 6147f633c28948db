/** Rows under headings. Pure but for the hook that knows the names. */
import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { addDays, today, useName, useOpenProject, useProject, useThings } from '@/store';
import type { GroupBy } from './search';
import { categoryPath, placeText } from './words';

export type Item =
  | { kind: 'group'; key: string; title: string; count: number }
  | { kind: 'point'; key: Id; point: Row<Point>; index: number };

/** What a point is grouped by: a key to sort on and a title. */
export type GroupName = (point: Point, by: GroupBy) => { order: string; title: string };

export function grouped(
  rows: readonly Row<Point>[],
  by: GroupBy | undefined,
  name: GroupName,
  folded: ReadonlySet<string> = new Set(),
): Item[] {
  if (!by) return rows.map((point, index) => ({ kind: 'point', key: point.id, point, index }));
  const groups = new Map<string, { title: string; order: string; rows: Row<Point>[] }>();
  for (const point of rows) {
    const { order, title } = name(point, by);
    const group = groups.get(title);
    if (group) group.rows.push(point);
    else groups.set(title, { order, title, rows: [point] });
  }
  const out: Item[] = [];
  let index = 0;
  const collator = new Intl.Collator(undefined, { numeric: true });
  for (const g of [...groups.values()].sort((a, b) => collator.compare(a.order, b.order))) {
    out.push({ kind: 'group', key: `group/${g.title}`, title: g.title, count: g.rows.length });
    if (folded.has(g.title)) continue;
    for (const point of g.rows) out.push({ kind: 'point', key: point.id, point, index: index++ });
  }
  return out;
}

/** What has nothing to be grouped by comes last. */
const LAST = '\u{10FFFF}';

export function useGroupNames(): GroupName {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const who = useName();
  const statuses = useThings('statuses');
  const locations = useThings('locations');
  const categories = useThings('categories');
  const lists = useThings('lists');
  const zone = useProject().time_zone;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lists are read through the pool
  return useMemo(
    () => (point, by) => {
      const none = { order: LAST, title: t`None` };
      switch (by) {
        case 'status': {
          const status = pool.get('statuses', point.status_id);
          return status ? { order: String(status.order), title: status.name } : none;
        }
        case 'due': {
          if (!point.due) return none;
          const day = today(zone);
          if (point.due < day) return { order: '0', title: t`Before today` };
          if (point.due === day) return { order: '1', title: t`Today` };
          if (point.due <= addDays(day, 7)) return { order: '2', title: t`Within a week` };
          return { order: '3', title: t`Later` };
        }
        case 'list': {
          const list = pool.get('lists', point.list_id);
          return list ? { order: list.code, title: [list.code, list.name].join(' ') } : none;
        }
        case 'category': {
          const title = categoryPath(point.category_id, pool);
          return title ? { order: title, title } : none;
        }
        case 'location': {
          const title = placeText(point.location_id, pool);
          return title ? { order: title, title } : none;
        }
        case 'in_charge': {
          const title = point.in_charge.map((c) => who(c)).join(', ');
          return title ? { order: title, title } : none;
        }
      }
    },
    [pool, who, t, statuses, locations, categories, lists, zone],
  );
}
