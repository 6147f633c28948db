/** How the dates of programmes come to a device, and what lists show of them: apart, since no first screen needs it. */
import { type Activity, type ActivityState, activities, type ScheduleDates } from '@/api/activity';
import { Problem } from '@/api/client';
import type { Id, InCharge } from '@/api/types';
import { again } from '@/db/db';
import { today } from './dates';
import type { Schedules } from './schedules';

const keyOf = (programme: Id) => `schedule/${programme}`;

/** What a list shows of an activity. */
export interface ActivityItem {
  id: Id;
  programme_id: Id;
  version: number;
  name: string;
  code: string;
  path: string[];
  start: number | null;
  finish: number | null;
  planned_start: number | null;
  planned_finish: number | null;
  actual_start: number | null;
  actual_finish: number | null;
  percent: number;
  state: ActivityState;
  behind: boolean;
  critical: boolean;
  problems: number;
  blocking: number;
  milestone: boolean;
  in_charge: InCharge[];
  location_id: Id | null;
}

/** dayMinutes is the midnight at which a civil date begins. */
export function dayMinutes(civil: string): number {
  return (Date.parse(`${civil}T00:00:00Z`) - Date.UTC(2000, 0, 1)) / 60_000;
}

/** itemsOf are the activities of a schedule that somebody does: no summaries. */
function itemsOf(programme: Id, s: ScheduleDates): ActivityItem[] {
  const a = s.activities;
  const above: string[][] = [];
  const out: ActivityItem[] = [];
  for (let i = 0; i < a.id.length; i++) {
    const parent = a.parent[i] ?? -1;
    const path = parent >= 0 ? [...(above[parent] ?? []), a.name[parent] ?? ''] : [];
    above.push(path);
    if (a.kind[i] === 3 || a.kind[i] === 5) continue;
    out.push({
      id: a.id[i] as Id,
      programme_id: programme,
      version: a.version[i] ?? 0,
      name: a.name[i] ?? '',
      code: a.code[i] ?? '',
      path,
      start: a.start[i] ?? null,
      finish: a.finish[i] ?? null,
      planned_start: a.planned_start?.[i] ?? null,
      planned_finish: a.planned_finish?.[i] ?? null,
      actual_start: a.actual_start[i] ?? null,
      actual_finish: a.actual_finish[i] ?? null,
      percent: a.percent[i] ?? 0,
      state: (a.state[i] ?? 0) as ActivityState,
      behind: a.behind[i] === 1,
      critical: a.critical[i] === 1,
      problems: a.problems[i] ?? 0,
      blocking: a.blocking[i] ?? 0,
      milestone: a.kind[i] === 1 || a.kind[i] === 2,
      in_charge: a.in_charge[i] ?? [],
      location_id: a.location[i] ?? null,
    });
  }
  return out;
}

/** bareOf finds an activity of which only the dates are here. */
export function bareOf(items: readonly ActivityItem[], id: Id): Activity | undefined {
  const x = items.find((i) => i.id === id);
  return x && bare(x, { report: true, judge: false, block: true });
}

/** bare is an activity of which only the dates are here. */
export function bare(x: ActivityItem, may: Activity['may']): Activity {
  const { blocking, ...rest } = x;
  return { ...rest, notes: '', summary: false, reports: [], blocks: [], hidden_blocks: blocking, comments: [], may };
}

/** renew fetches the dates of programmes that are newer than those here, and forgets those of programmes that are gone. */
export async function renew(s: Schedules): Promise<void> {
  try {
    const all = s.p.pool.list('programmes');
    const ids = all.map((x) => x.id);
    if (!s.begun) {
      await read(s, ids);
      s.begun = true;
      changed(s);
    }
    await forget(s, new Set(ids));
    const day = today(s.p.project.time_zone);
    for (const x of all) {
      const have = s.have.get(x.id);
      if (have && have.version >= x.version && (have.day === null || civilDay(have.day) >= day)) continue;
      await fetchOne(s, x.id);
    }
  } catch (e) {
    if (!s.ended) console.error(e);
  }
  if (!s.ready) {
    s.ready = true;
    changed(s);
  }
}

async function read(s: Schedules, ids: Id[]): Promise<void> {
  const rows = await again(s.p.db, () => s.p.db.meta.bulkGet(ids.map(keyOf)));
  for (const [i, row] of rows.entries()) if (row) s.have.set(ids[i] as Id, row.value as ScheduleDates);
  if (s.have.size === ids.length) s.ready = true;
}

/** forget takes the dates of programmes that are no longer the viewer's off the device. */
async function forget(s: Schedules, now: ReadonlySet<Id>): Promise<void> {
  const keys = await again(s.p.db, () => s.p.db.meta.where('key').startsWith('schedule/').primaryKeys());
  const gone = keys.filter((k) => !now.has(k.slice('schedule/'.length)));
  if (gone.length === 0) return;
  await again(s.p.db, () => s.p.db.meta.bulkDelete(gone));
  for (const k of gone) s.have.delete(k.slice('schedule/'.length));
  changed(s);
}

async function fetchOne(s: Schedules, id: Id): Promise<void> {
  try {
    const dates = await activities.schedule(s.p.id, id);
    if (s.ended) return;
    s.have.set(id, dates);
    await again(s.p.db, () => s.p.db.meta.put({ key: keyOf(id), value: dates }));
  } catch (e) {
    if (!(e instanceof Problem && (e.status === 403 || e.status === 404))) return; // No network, or a server in trouble: what is here stays.
    s.have.delete(id);
    await s.p.db.meta.delete(keyOf(id)).catch(() => undefined);
  }
  changed(s);
}

function changed(s: Schedules): void {
  s.show([...s.have].flatMap(([id, dates]) => itemsOf(id, dates)));
}

/** The civil date of a time of a programme. */
export function civilDay(minutes: number): string {
  return new Date(Date.UTC(2000, 0, 1) + minutes * 60_000).toISOString().slice(0, 10);
}
