/** Lays what the server says on the device: pages of a snapshot, pages of changes, and what is gone. */
import { type Entry, type Id, type Project, type ThingKind, type Things, thingKinds } from '@/api/types';
import type { Line } from '@/db/announce';
import { again, type ProjectDb } from '@/db/db';
import { forgetSheet, forgetSheets } from '@/engines/plan/kept';
import { rebase } from './journal';

type Value = Record<string, unknown> & { id: Id; version?: number };

/** How many feed entries a device keeps. */
const keptEntries = 1000;

const plural: Record<string, ThingKind> = {
  status: 'statuses',
  category: 'categories',
  location: 'locations',
  role: 'roles',
  list: 'lists',
  company: 'companies',
  person: 'people',
  participant: 'people',
  drawing: 'drawings',
  sheet: 'sheets',
  report: 'reports',
  view: 'views',
  programme: 'programmes',
  activity: 'activities',
  point: 'points',
};

export function kindOf(name: string): ThingKind | undefined {
  return (thingKinds as readonly string[]).includes(name) ? (name as ThingKind) : plural[name];
}

export interface Progress {
  cursor: string;
  /** The next page of a snapshot that is under way. */
  next: string | null;
  /** Every page of the snapshot has been taken once. */
  whole: boolean;
  points: number;
  /** The project is larger than what a device keeps: the server is asked for the rest. */
  part?: boolean;
}

export async function progress(db: ProjectDb): Promise<Progress | undefined> {
  return (await db.meta.get('progress'))?.value as Progress | undefined;
}

export interface Page {
  things: Things;
  gone?: { kind: string; id: Id }[];
  entries?: Entry[];
  /** Left out when the rows came by another way than the feed (a page of a list): the place in the feed stays. */
  progress?: Progress;
}

/** take lays one page on the device together with the place it leads to, in one transaction: a crash repeats a page, never skips one. */
export async function take(db: ProjectDb, line: Line, page: Page): Promise<void> {
  const changed = new Map<ThingKind, Set<Id>>();
  let heard: Id[] = [];
  const mark = (kind: ThingKind, id: Id) => (changed.get(kind) ?? changed.set(kind, new Set()).get(kind))?.add(id);
  await again(db, () =>
    db.transaction('rw', db.tables, async () => {
      changed.clear();
      heard = [];
      const busy = new Set((await db.outbox.toArray()).map((e) => `${e.kind}/${e.thing}`));
      for (const kind of thingKinds) {
        const rows = page.things[kind] as Value[] | undefined;
        if (kind === 'activities') heard = (rows ?? []).filter((r) => !('name' in r)).map((r) => r.id);
        if (rows) await takeKind(db, kind, rows, busy, mark);
      }
      for (const g of page.gone ?? []) {
        const kind = kindOf(g.kind);
        if (!kind) continue;
        await purge(db, kind, g.id, busy.has(`${kind}/${g.id}`));
        mark(kind, g.id);
      }
      if (page.things.project) await db.meta.put({ key: 'project', value: page.things.project satisfies Project });
      if (page.entries?.length) await takeEntries(db, page.entries);
      if (page.progress) await db.meta.put({ key: 'progress', value: page.progress });
    }),
  );
  for (const [kind, ids] of changed) line.say({ type: 'rows', kind, ids: [...ids] });
  if (heard.length) line.say({ type: 'heard', ids: heard });
  if (page.entries?.length) line.say({ type: 'book' });
}

async function takeKind(
  db: ProjectDb,
  kind: ThingKind,
  rows: Value[],
  busy: Set<string>,
  mark: (k: ThingKind, id: Id) => void,
): Promise<void> {
  const table = db.table<Value, Id>(kind);
  if (kind === 'people') {
    // People come whole: their changes carry no values, so who is not in the answer is not ours to keep.
    const now = new Set(rows.map((r) => r.id));
    const old = (await table.toCollection().primaryKeys()).filter((id) => !now.has(id));
    await table.bulkDelete(old);
    for (const id of old) mark(kind, id);
  }
  // The feed only says that an activity is there: its dates come with its programme.
  if (kind === 'activities') rows = rows.filter((r) => 'name' in r);
  const free: Value[] = [];
  const have = await table.bulkGet(rows.map((r) => r.id));
  for (const [i, row] of rows.entries()) {
    if (busy.has(`${kind}/${row.id}`)) {
      const shadow = await db.shadows.get([kind, row.id]);
      if (older(row, shadow?.value)) continue;
      await db.shadows.put({ kind, id: row.id, value: row });
      await rebase(db, kind, row.id);
    } else {
      if (older(row, have[i])) continue;
      free.push(row);
    }
    mark(kind, row.id);
  }
  await table.bulkPut(free);
}

/** A page that was under way while our own change was taken may be older than what we know. */
function older(row: Value, known: Record<string, unknown> | null | undefined): boolean {
  return row.version !== undefined && typeof known?.version === 'number' && row.version < known.version;
}

/** purge removes a thing that is deleted or no longer ours to see, with its pictures and its open questions. */
async function purge(db: ProjectDb, kind: ThingKind, id: Id, busy: boolean): Promise<void> {
  if (kind === 'points') {
    const point = (await db.table('points').get(id)) as { photos?: { id: Id }[] } | undefined;
    for (const p of point?.photos ?? []) await db.photos.where('photo').equals(p.id).delete();
  }
  if (kind === 'sheets') {
    const sheet = (await db.table('sheets').get(id)) as { revision?: { id: Id } } | undefined;
    // The sheets' tiles lie in files, outside this database and its transactions: they go when they can.
    if (sheet?.revision) void forgetSheet(sheet.revision.id);
  }
  await db.conflicts.where('thing').equals(id).delete();
  if (busy) {
    await db.shadows.put({ kind, id, value: null });
    await rebase(db, kind, id);
  } else {
    await db.shadows.delete([kind, id]);
    await db.table(kind).delete(id);
  }
}

async function takeEntries(db: ProjectDb, entries: Entry[]): Promise<void> {
  await db.entries.bulkAdd(entries);
  const extra = (await db.entries.count()) - keptEntries;
  if (extra > 0) await db.entries.orderBy('n').limit(extra).delete();
}

/** startOver drops what came from the server and keeps what is on its way to it. */
export async function startOver(db: ProjectDb, line: Line): Promise<void> {
  void forgetSheets(db.project);
  await again(db, () =>
    db.transaction('rw', db.tables, async () => {
      for (const kind of thingKinds) await db.table(kind).clear();
      await db.shadows.clear();
      await db.entries.clear();
      await db.photos.clear();
      await db.meta.delete('progress');
      for (const e of await db.outbox.orderBy('seq').toArray()) {
        await db.shadows.put({ kind: e.kind, id: e.thing, value: null });
        await rebase(db, e.kind, e.thing);
      }
    }),
  );
  line.say({ type: 'all' });
}
