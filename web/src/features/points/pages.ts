/**
 * Pages of the server's list. A device holds its scope, the server holds all: while the device does not have everything yet, the list asks
 * the server page by page. What comes is laid in the local store and read back from there, so what waits to be sent stays on top.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { type PointFilter, type PointSort, useLocalPoints, useOpenProject, useSync } from '@/store';
import { progress, take } from '@/sync/pull';
import { queryOf } from './search';

const PAGE = 100;

interface Answer {
  items: Point[];
  next: string | null;
  total: { n: number; more: boolean };
}

interface Asked {
  key: string;
  ids: Id[];
  next: string | null;
  total: { n: number; more: boolean } | null;
  state: 'none' | 'loading' | 'ready' | 'failed';
}

export interface PointPages {
  readonly rows: readonly Row<Point>[];
  /** All that match, wherever they are; null when only this device was asked. */
  readonly total: { n: number; more: boolean } | null;
  readonly loading: boolean;
  /** The server could not be asked: this is what the device holds. */
  readonly partial: boolean;
  readonly more: boolean;
  readonly loadMore: () => void;
}

/** Whether the device holds every point that is ours to see. */
function useWhole(): boolean | undefined {
  const project = useOpenProject();
  const { loading, syncedAt } = useSync();
  const [whole, set] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever a pull went on
  useEffect(() => {
    let live = true;
    progress(project.db).then(
      (p) => live && set(p?.whole ?? false),
      () => live && set(false),
    );
    return () => {
      live = false;
    };
  }, [project, loading, syncedAt]);
  return whole;
}

/** The local rows up to the last one the server gave: what sorts behind it may lie between others that are not here. */
export function upTo(local: readonly Row<Point>[], last: Id | undefined): readonly Row<Point>[] {
  if (!last) return local;
  const at = local.findIndex((p) => p.id === last);
  return at < 0 ? local : local.slice(0, at + 1);
}

export function usePointPages(filter: PointFilter, sort: PointSort): PointPages {
  const project = useOpenProject();
  const { online } = useSync();
  const whole = useWhole();
  const local = useLocalPoints(filter, sort);
  const query = useMemo(() => queryOf(filter, sort).toString(), [filter, sort]);
  const [asked, setAsked] = useState<Asked>({ key: '', ids: [], next: null, total: null, state: 'none' });
  const wanted = whole === false && online;
  const running = useRef<AbortController>(null);

  const ask = useCallback(
    async (cursor: string | null) => {
      running.current?.abort();
      const stop = new AbortController();
      running.current = stop;
      setAsked((a) =>
        cursor && a.key === query ? { ...a, state: 'loading' } : { key: query, ids: [], next: null, total: null, state: 'loading' },
      );
      try {
        const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
        const page = await project.fetch<Answer>(`/points?${query}&limit=${PAGE}${after}`, stop.signal);
        await take(project.db, project.line, { things: { points: page.items } });
        await project.pool.settled();
        if (stop.signal.aborted) return;
        setAsked((a) => ({
          key: query,
          ids: [...(cursor ? a.ids : []), ...page.items.map((p) => p.id)],
          next: page.next,
          total: page.total,
          state: 'ready',
        }));
      } catch {
        if (!stop.signal.aborted) setAsked((a) => ({ ...a, state: 'failed' }));
      }
    },
    [project, query],
  );

  useEffect(() => {
    if (!wanted) return;
    void ask(null);
    return () => running.current?.abort();
  }, [wanted, ask]);

  const current = wanted && asked.key === query ? asked : null;
  const rows = useMemo(() => (current?.next ? upTo(local, current.ids.at(-1)) : local), [local, current]);
  const next = current?.next ?? null;
  const state = current?.state;
  return {
    rows,
    total: current?.total ?? null,
    loading: whole === undefined || (wanted && (state === undefined || state === 'loading')),
    partial: whole === false && (!online || state === 'failed'),
    more: next !== null,
    loadMore: useCallback(() => {
      if (next && state === 'ready') void ask(next);
    }, [next, state, ask]),
  };
}
