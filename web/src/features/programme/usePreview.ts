/** What a drag would do, asked of the server while the bar is still held. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Edit } from '@/api/programme';
import type { Ghost } from '@/engines/gantt';
import type { ScheduleStore } from './schedule';

export interface Consequence {
  finish: number | null;
  was: number | null;
  moved: number;
  error?: unknown;
}

const gap = 120;
const nothing: ReadonlyMap<number, Ghost> = new Map();

export function usePreview(store: ScheduleStore) {
  const [consequence, setConsequence] = useState<Consequence | null>(null);
  const [ghosts, setGhosts] = useState(nothing);
  const want = useRef<readonly Edit[] | null>(null);
  const running = useRef<AbortController | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const clear = useCallback(() => {
    want.current = null;
    running.current?.abort();
    running.current = null;
    clearTimeout(timer.current);
    setConsequence(null);
    setGhosts(nothing);
  }, []);
  useEffect(() => clear, [clear]);

  const ask = useCallback(
    (edits: readonly Edit[]) => {
      want.current = edits;
      const run = async () => {
        const edits = want.current;
        if (!edits || running.current) return;
        want.current = null;
        const control = new AbortController();
        running.current = control;
        try {
          const a = await store.preview(edits, control.signal);
          if (control.signal.aborted) return;
          setGhosts(
            new Map(a.moved.flatMap((m) => (m[1] == null || m[2] == null ? [] : [[m[0], { start: m[1], finish: m[2] }] as const]))),
          );
          setConsequence({ finish: a.finish, was: a.was_finish, moved: a.moved.length });
        } catch (error) {
          if (control.signal.aborted) return;
          setGhosts(nothing);
          setConsequence({ finish: null, was: null, moved: 0, error });
        } finally {
          if (running.current === control) {
            running.current = null;
            // It was dragged on meanwhile.
            if (want.current) timer.current = setTimeout(() => void run(), gap);
          }
        }
      };
      if (!running.current) {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => void run(), gap / 2);
      }
    },
    [store],
  );
  return { consequence, ghosts, ask, clear };
}
