/**
 * Pages of the server's list. A device holds its scope, the server holds all: while the device does not have everything, the list asks the
 * server page by page. What comes is laid in the local store and read back from there, in the server's order, with what waits to be sent
 * laid over it.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Point } from '@/api/types';
import type { Row } from '@/db/db';
import { type Given, type PointFilter, type PointSort, useLocalPoints, useOpenProject, useOverlay, useSync, useWhole } from '@/store';
import { take } from '@/sync/pull';
import { queryOf } from './search';

const PAGE = 100;

interface Answer {
  items: Point[];
  next: string | null;
  total: { n: number; more: boolean };
}

interface Asked {
  key: string;
  given: Given | null;
  next: string | null;
  total: { n: number; more: boolean } | null;
  state: 'none' | 'loading' | 'ready' | 'failed';
}

const nothing: Asked = { key: '', given: null, next: null, total: null, state: 'none' };

/** What changed shortly before the server was asked is looked at again here: clocks differ. */
const slack = 60_000;

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

export function usePointPages(filter: PointFilter, sort: PointSort): PointPages {
  const project = useOpenProject();
  const { online } = useSync();
  const whole = useWhole();
  const query = useMemo(() => queryOf(filter, sort).toString(), [filter, sort]);
  const [asked, setAsked] = useState<Asked>(nothing);
  const wanted = whole === false && online;
  const running = useRef<AbortController>(null);

  const ask = useCallback(
    async (cursor: string | null) => {
      running.current?.abort();
      const stop = new AbortController();
      running.current = stop;
      setAsked((a) => (cursor && a.key === query ? { ...a, state: 'loading' } : { ...nothing, key: query, state: 'loading' }));
      try {
        const since = new Date(Date.now() - slack).toISOString();
        const after = cursor ? `&total=false&cursor=${encodeURIComponent(cursor)}` : '';
        const page = await project.fetch<Answer>(`/points?${query}&limit=${PAGE}${after}`, stop.signal);
        await take(project.db, project.line, { things: { points: page.items } });
        await project.pool.settled();
        if (stop.signal.aborted) return;
        setAsked((a) => ({
          key: query,
          given: {
            ids: [...(cursor ? (a.given?.ids ?? []) : []), ...page.items.map((p) => p.id)],
            since: cursor && a.given ? a.given.since : since,
            more: page.next !== null,
          },
          next: page.next,
          total: cursor && a.total ? a.total : page.total,
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
  const given = current?.given ?? null;
  const laid = useOverlay(given, filter, sort);
  const local = useLocalPoints(filter, sort, given !== null);
  const next = current?.next ?? null;
  const state = current?.state;
  return {
    rows: laid ?? local,
    total: current?.total ?? null,
    loading: whole === undefined || (wanted && (state === undefined || state === 'loading')),
    partial: whole === false && (!online || state === 'failed'),
    more: next !== null,
    loadMore: useCallback(() => {
      if (next && state === 'ready') void ask(next);
    }, [next, state, ask]),
  };
}
