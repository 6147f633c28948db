/** Hooks of what the programme asks of a site. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type Activity, activities, type HeldActivity } from '@/api/activity';
import { Problem } from '@/api/client';
import type { Id } from '@/api/types';
import type { Pending, Row } from '@/db/db';
import { take } from '@/sync/pull';
import { isMine, useMay, useMe, useOpenProject, useSync, useThing, useThings } from './react';
import { type ActivityItem, bare } from './scheduled';

export type ShownActivity = ActivityItem & { _pending?: Pending };

/** useScheduled are all activities of the project that the viewer sees, what waits here laid over them. */
export function useScheduled(): { items: readonly ShownActivity[]; ready: boolean } {
  const { schedules } = useOpenProject();
  const { online } = useSync();
  // biome-ignore lint/correctness/useExhaustiveDependencies: being online again is a reason to look again
  useEffect(() => schedules.watch(), [schedules, online]);
  const items = useSyncExternalStore(schedules.subscribe, schedules.items);
  const ready = useSyncExternalStore(schedules.subscribe, schedules.isReady);
  const rows = useThings('activities');
  const shown = useMemo(() => {
    const over = new Map(rows.map((r) => [r.id, r]));
    return items.map((x) => {
      const r = over.get(x.id);
      return r && (r._pending || r.version > x.version) ? laid(x, r) : x;
    });
  }, [items, rows]);
  return { items: shown, ready };
}

function laid(x: ActivityItem, r: Row<Activity>): ShownActivity {
  const { percent, state, behind, problems, actual_start, actual_finish } = r;
  const blocking = r.blocks.filter((b) => b.open).length + r.hidden_blocks;
  return { ...x, percent, state, behind, problems, actual_start, actual_finish, blocking, ...(r._pending && { _pending: r._pending }) };
}

/** useMyMay is what the viewer may do with an activity, as far as this device can tell. */
export function useMyMay(): (x: Pick<ActivityItem, 'in_charge'>) => Activity['may'] {
  const me = useMe();
  const contributor = useMay('contributor');
  const manager = useMay('manager');
  return (x) => ({ report: contributor || isMine(x.in_charge, me), judge: manager, block: contributor });
}

export interface OneActivity {
  activity: Row<Activity> | undefined;
  /** Everything is here: what was reported, what blocks, what was said. */
  whole: boolean;
  gone: boolean;
}

/** useActivity is one activity with all that was said of it, as new as can be had. */
export function useActivity(id: Id): OneActivity {
  const p = useOpenProject();
  const { online } = useSync();
  const may = useMyMay();
  const { items } = useScheduled();
  const row = useThing('activities', id);
  const item = useMemo(() => items.find((x) => x.id === id), [items, id]);
  const [gone, setGone] = useState(false);
  const [heard, hear] = useState(0);
  useEffect(() => p.line.listen((m) => m.type === 'heard' && m.ids.includes(id) && hear((n) => n + 1)), [p, id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: being online again, other dates, or a word of the server are reasons to ask again
  useEffect(() => {
    const stop = new AbortController();
    activities.one(p.id, id, stop.signal).then(
      (a) => {
        setGone(false);
        void take(p.db, p.line, { things: { activities: [a] } });
      },
      (e: unknown) => {
        if (e instanceof Problem && e.status === 404) setGone(true);
      },
    );
    return () => stop.abort();
  }, [p, id, online, heard, item?.version]);
  if (gone && !row?._pending) return { activity: undefined, whole: true, gone: true };
  if (row) {
    const dates = item && item.version >= row.version && !row._pending ? item : undefined;
    return { activity: dates ? { ...row, ...fresh(dates) } : row, whole: true, gone: false };
  }
  return { activity: item && bare(item, may(item)), whole: false, gone: false };
}

/** What a schedule knows better: days go by without a new version. */
function fresh(x: ActivityItem): Partial<Activity> {
  const { start, finish, planned_start, planned_finish, state, behind, critical, percent } = x;
  return { start, finish, planned_start, planned_finish, state, behind, critical, percent };
}

/** useHeldBy are the activities that a point blocks: what the server says, with what waits here. Undefined while nothing is known. */
export function useHeldBy(point: Id): HeldActivity[] | undefined {
  const p = useOpenProject();
  const { online } = useSync();
  const rows = useThings('activities');
  const programmes = useThings('programmes');
  const [told, tell] = useState<{ of: Id; items: HeldActivity[] }>();
  const version = programmes.map((x) => x.version).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a programme that changed is a reason to ask again
  useEffect(() => {
    if (!version) return;
    const stop = new AbortController();
    activities.ofPoint(p.id, point, stop.signal).then(
      (r) => tell({ of: point, items: r.items }),
      () => undefined,
    );
    return () => stop.abort();
  }, [p, point, online, version]);
  return useMemo(() => {
    const out = new Map((told?.of === point ? told.items : []).map((x) => [x.id, x]));
    for (const r of rows) {
      const blocks = r.blocks.some((b) => b.point_id === point);
      if (blocks) out.set(r.id, r);
      else if (r._pending) out.delete(r.id);
    }
    return told || out.size > 0 ? [...out.values()] : undefined;
  }, [told, rows, point]);
}
