/** Uploads drawings, one after the other, with how far each is. Needs a network: a drawing of 200 MB does not belong in an outbox. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '@/api/client';
import { listen } from '@/api/events';
import { newId } from '@/api/id';
import type { Id, Job } from '@/api/types';
import { sendFile } from '@/api/upload';

export const LARGEST_FILE = 200 * 1000 * 1000;
export const TAKEN = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff', 'image/heic', 'image/heif'];
/** What a chooser of drawings offers: types, and endings where a system does not know the type. */
export const OFFERED = [...TAKEN, '.pdf', '.tif', '.tiff', '.heic', '.heif'].join(',');

export interface Upload {
  readonly id: Id;
  readonly name: string;
  /** 0 to 1; null while it waits for its turn. */
  readonly part: number | null;
  readonly failed: unknown;
}

export interface Uploads {
  readonly list: readonly Upload[];
  /** Of a file that is said to renew a sheet, its pages wait; of any other those that seem to renew one. */
  readonly add: (files: Iterable<File>, renews?: Id) => void;
  readonly dismiss: (id: Id) => void;
}

/** What is wrong with a file before it is sent; undefined when nothing is. */
export function refused(file: Pick<File, 'type' | 'size' | 'name'>): string | undefined {
  if (file.size > LARGEST_FILE) return 'too-large';
  if (file.size === 0) return 'damaged';
  return TAKEN.includes(typeOf(file)) ? undefined : 'unsupported-format';
}

/** Some systems do not name the type of a PDF, and most not that of a HEIC. */
export function typeOf(file: Pick<File, 'type' | 'name'>): string {
  if (file.type) return file.type;
  const end = file.name.toLowerCase().split('.').pop() ?? '';
  const known: Record<string, string> = {
    pdf: 'application/pdf',
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    heic: 'image/heic',
    heif: 'image/heif',
  };
  return known[end] ?? '';
}

const put = (path: string, file: File, mutation: Id, onPart: (part: number) => void): Promise<void> =>
  sendFile(path, file, { method: 'PUT', type: typeOf(file), headers: { 'Mutation-Id': mutation }, onPart });

export function useUploads(project: Id): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const live = useRef(true);
  useEffect(() => {
    live.current = true;
    return () => {
      live.current = false;
    };
  }, []);
  const change = useCallback((id: Id, patch: Partial<Upload> | null) => {
    if (live.current) setList((now) => (patch ? now.map((u) => (u.id === id ? { ...u, ...patch } : u)) : now.filter((u) => u.id !== id)));
  }, []);
  const add = useCallback(
    (files: Iterable<File>, renews?: Id) => {
      for (const file of files) {
        const id = newId();
        const wrong = refused(file);
        setList((now) => [...now, { id, name: file.name, part: null, failed: wrong ? new Problem(415, wrong) : null }]);
        if (wrong) continue;
        queue.current = queue.current.then(async () => {
          change(id, { part: 0 });
          try {
            await put(
              `/projects/${project}/drawings/${id}?name=${encodeURIComponent(file.name)}&${renews ? `sheet=${renews}` : 'ask=true'}`,
              file,
              newId(),
              (part) => change(id, { part }),
            );
            // From here on it is a drawing of the project, and shows as one.
            change(id, { part: 1 });
          } catch (failed) {
            change(id, { failed });
          }
        });
      }
    },
    [project, change],
  );
  return { list, add, dismiss: useCallback((id) => change(id, null), [change]) };
}

/** How far the server is with making sheets of a drawing, as it says itself. */
export function useJob(project: Id, job: Id | null, onEnd?: () => void): Job | null {
  const [state, set] = useState<Job | null>(null);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (!job) return;
    const stop = new AbortController();
    const watch = async () => {
      for (let pause = 1000; !stop.signal.aborted; pause = Math.min(pause * 2, 15_000)) {
        let over = false;
        try {
          await listen(`/projects/${project}/jobs/${job}/events`, stop.signal, (e) => {
            if (e.name !== 'progress') return;
            const now = JSON.parse(e.data) as Job;
            set(now);
            over = now.state === 'done' || now.state === 'failed';
          });
        } catch (e) {
          // Gone or not ours: the drawing's own state tells in the end.
          if (e instanceof Problem) return;
        }
        if (over) {
          end.current?.();
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    };
    void watch();
    return () => stop.abort();
  }, [project, job]);
  return state;
}
