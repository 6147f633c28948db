/** What happened to a point: the server's history when it can be had, and the comments that are here anyway. */
import { useEffect, useState } from 'react';
import type { Comment, HistoryEntry, Id, Point } from '@/api/types';
import { useOpenProject, useSync } from '@/store';

export type Event = { at: string; actor: Id | null; key: string } & (
  | { kind: 'comment'; text: string; waiting: boolean }
  | { kind: 'entry'; entry: HistoryEntry }
);

export interface History {
  readonly events: readonly Event[];
  /** The server could not be asked: only comments are shown. */
  readonly partial: boolean;
  readonly more: boolean;
  readonly loadMore: () => void;
}

/** Comments in full, the rest by its fields; newest first. A change that touched nothing known is left out. */
export function merge(comments: readonly Comment[], entries: readonly HistoryEntry[], newest: boolean): Event[] {
  const events: Event[] = comments.map((c) => ({ kind: 'comment', at: c.at, actor: c.author_id, key: c.id, text: c.text, waiting: false }));
  entries.forEach((entry, i) => {
    if (entry.kind === 'commented') return;
    if (entry.kind === 'changed' && entry.fields.length === 0) return;
    events.push({ kind: 'entry', at: entry.at, actor: entry.actor_id ?? '', key: `${entry.at}/${entry.kind}/${i}`, entry });
  });
  const sign = newest ? -1 : 1;
  return events.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -sign : sign));
}

interface Answer {
  items: HistoryEntry[];
  next: string | null;
}

export function useHistory(point: Point): History {
  const project = useOpenProject();
  const { online } = useSync();
  const [entries, setEntries] = useState<HistoryEntry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [partial, setPartial] = useState(false);
  const { id, version } = point;
  const [of, setOf] = useState(id);
  if (of !== id) {
    setOf(id);
    setEntries([]);
    setNext(null);
  }
  // A new version is a new entry.
  useEffect(() => {
    if (version === 0) return;
    if (!online) {
      setPartial(true);
      return;
    }
    const stop = new AbortController();
    project.fetch<Answer>(`/points/${id}/history`, stop.signal).then(
      (page) => {
        setEntries(page.items);
        setNext(page.next);
        setPartial(false);
      },
      () => {
        if (!stop.signal.aborted) setPartial(true);
      },
    );
    return () => stop.abort();
  }, [project, id, version, online]);
  return {
    events: merge(point.comments, entries, true),
    partial,
    more: next !== null,
    loadMore: () => {
      if (!next) return;
      project.fetch<Answer>(`/points/${id}/history?cursor=${encodeURIComponent(next)}`).then(
        (page) => {
          setEntries((now) => [...now, ...page.items]);
          setNext(page.next);
        },
        () => setPartial(true),
      );
    },
  };
}
