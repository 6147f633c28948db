import { useEffect, useState } from 'react';
import { call, Problem } from '@/api/client';
import { listen } from '@/api/events';
import type { Id, Job } from '@/api/types';
import { useOpenProject } from '@/store';

/** useJob follows a job on the server: by its events, and by asking where a stream does not hold. null: there is none to follow. */
export function useJob(id: Id | null | undefined): Job | undefined {
  const p = useOpenProject();
  const [job, set] = useState<Job>();
  useEffect(() => {
    set(undefined);
    if (!id) return;
    const stop = new AbortController();
    const path = `/projects/${p.id}/jobs/${id}`;
    const take = (j: Job) => {
      if (stop.signal.aborted) return true;
      set(j);
      const over = j.state === 'done' || j.state === 'failed';
      if (over) p.engine.nudge();
      return over;
    };
    void (async () => {
      for (let pause = 1000; !stop.signal.aborted; pause = Math.min(pause * 1.5, 15_000)) {
        try {
          if (take(await call<Job>(path, { signal: stop.signal }))) return;
          let over = false;
          await listen(`${path}/events`, stop.signal, (e) => {
            if (e.name === 'progress') over = take(JSON.parse(e.data) as Job) || over;
          });
          if (over) return;
        } catch (e) {
          if (e instanceof Problem && (e.status === 404 || e.status === 403 || e.status === 410)) return;
        }
        await new Promise((r) => setTimeout(r, pause));
      }
    })();
    return () => stop.abort();
  }, [p, id]);
  return job;
}
