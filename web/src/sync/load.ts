/**
 * The first load of a project, a page at a time, and what a device keeps of a large one: all settings, the points that changed last up to
 * `keep`, the open ones that the viewer is in charge of, and what was looked at. The server holds the rest (decision 56).
 */
import { call, Problem } from '@/api/client';
import type { Id, Point, SnapshotPage } from '@/api/types';
import type { Line } from '@/db/announce';
import { again, type ProjectDb } from '@/db/db';
import { progress, startOver, take } from './pull';

/** How many points of a project a device keeps; it throws the oldest away when it holds twice as many. */
export const keepPoints = 10_000;

export interface Load {
  pageSize: number;
  keep: number;
}

/** load takes the rest of a snapshot that is under way, or a whole one. What it says is how many points are here. */
export async function load(db: ProjectDb, line: Line, { pageSize, keep }: Load, says: (points: number) => void, signal?: AbortSignal) {
  const get = <T>(path: string) => call<T>(`/projects/${db.project}${path}`, { signal });
  for (;;) {
    const at = await progress(db);
    if (at?.whole) return;
    const query = at?.next ? `?page=${encodeURIComponent(at.next)}&limit=${pageSize}` : `?limit=${pageSize}`;
    let page: SnapshotPage;
    try {
      page = await get<SnapshotPage>(`/snapshot${query}`);
    } catch (e) {
      if (!at || !(e instanceof Problem) || (e.status !== 410 && e.status !== 400 && e.status !== 422)) throw e;
      // The page mark lapsed: begin the snapshot anew.
      await startOver(db, line);
      continue;
    }
    const points = (at?.points ?? 0) + (page.things.points?.length ?? 0);
    const part = page.next !== null && points >= keep;
    if (page.next) says(points);
    if (part) await mine(db, line, get, pageSize);
    // The first page's cursor is the one that misses nothing.
    await take(db, line, {
      things: page.things,
      progress: {
        cursor: at?.cursor ?? page.cursor,
        next: part ? null : page.next,
        whole: part || !page.next,
        points,
        ...(part && { part: true }),
      },
    });
  }
}

interface Listed {
  items: Point[];
  next: string | null;
}

/** The open points that the viewer is in charge of, however long ago they changed; not more than a tenth of ten thousand. */
async function mine(db: ProjectDb, line: Line, get: <T>(path: string) => Promise<T>, pageSize: number): Promise<void> {
  let cursor = '';
  for (let n = 0; n < 1000; n += pageSize) {
    const page = await get<Listed>(`/points?mine=true&closed=false&sort=due&limit=${pageSize}${cursor}`);
    await take(db, line, { things: { points: page.items } });
    if (!page.next) return;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

/** trim throws away what changed longest ago, until `keep` are left; what waits, what conflicts and what is `me`'s stays. */
export async function trim(db: ProjectDb, line: Line, keep: number, me: Id): Promise<void> {
  if ((await again(db, () => db.things('points').count())) <= 2 * keep) return;
  let gone: Id[] = [];
  await again(db, () =>
    db.transaction('rw', [db.things('points'), db.outbox, db.conflicts, db.photos, db.meta], async () => {
      const busy = new Set<Id>((await db.outbox.toArray()).map((e) => e.thing));
      for (const c of await db.conflicts.toArray()) busy.add(c.thing);
      const order: { id: Id; at: string }[] = [];
      await db.things('points').each((p) => {
        const mine = p.closed_at === null && p.in_charge.some((c) => c.id === me);
        if (!busy.has(p.id) && !mine) order.push({ id: p.id, at: p.changed_at });
      });
      order.sort((a, b) => (a.at < b.at ? 1 : -1));
      gone = order.slice(keep).map((p) => p.id);
      await db.things('points').bulkDelete(gone);
      const at = await progress(db);
      if (at) await db.meta.put({ key: 'progress', value: { ...at, part: true } });
    }),
  );
  line.say({ type: 'rows', kind: 'points', ids: gone });
}
