/** What a large project has beyond what this device keeps: asked for when it is looked at, laid in the local store, read from there. */
import { useEffect, useState } from 'react';
import type { Id, Point } from '@/api/types';
import { progress, take } from '@/sync/pull';
import type { OpenProject } from './project';
import { useOpenProject, usePoint, useSync } from './react';

/** useWhole tells whether the device holds every point that is ours to see; undefined until it has been looked up. */
export function useWhole(): boolean | undefined {
  const project = useOpenProject();
  const { loading, syncedAt } = useSync();
  const [whole, set] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever a pull went on
  useEffect(() => {
    let live = true;
    progress(project.db).then(
      (p) => live && set(p ? p.whole && !p.part : false),
      () => live && set(false),
    );
    return () => {
      live = false;
    };
  }, [project, loading, syncedAt]);
  return whole;
}

interface Listed {
  items: Point[];
  next: string | null;
}

async function sheetPoints(p: OpenProject, sheet: Id, signal: AbortSignal): Promise<void> {
  let cursor = '';
  do {
    const page = await p.fetch<Listed>(`/points?sheet=${sheet}&closed=any&sort=changed&order=desc&limit=500${cursor}`, signal);
    await take(p.db, p.line, { things: { points: page.items } });
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
  } while (cursor && !signal.aborted);
}

/** useSheetPoints brings the points of a sheet onto a device that does not hold them all. */
export function useSheetPoints(sheet: Id | null | undefined): void {
  const project = useOpenProject();
  const whole = useWhole();
  const { online } = useSync();
  useEffect(() => {
    if (!sheet || whole !== false || !online) return;
    const stop = new AbortController();
    sheetPoints(project, sheet, stop.signal).catch(() => undefined);
    return () => stop.abort();
  }, [project, sheet, whole, online]);
}

/** usePointAway brings one point onto the device; it tells whether it is still being asked for. */
export function usePointAway(id: Id): boolean {
  const project = useOpenProject();
  const whole = useWhole();
  const { online } = useSync();
  const here = usePoint(id) !== undefined;
  const [asked, set] = useState<Id>();
  useEffect(() => {
    if (here || whole !== false || !online) return;
    const stop = new AbortController();
    project
      .fetch<Point>(`/points/${id}`, stop.signal)
      .then((point) => take(project.db, project.line, { things: { points: [point] } }))
      .then(() => project.pool.settled())
      .catch(() => undefined)
      .finally(() => !stop.signal.aborted && set(id));
    return () => stop.abort();
  }, [project, id, here, whole, online]);
  return !here && whole === false && online && asked !== id;
}
