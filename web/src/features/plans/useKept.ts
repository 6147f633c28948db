/** Keeps an opened sheet on the device, so that it opens without a network next time. */
import { useEffect, useState } from 'react';
import type { Id, Revision } from '@/api/types';
import { openArchive, SaveError, type SaveFailure, savedSheets, saveSheet } from '@/engines/plan/archive';
import { onSaved } from '@/engines/plan/kept';
import { revisionPath } from './sheets';

export type Kept = { state: 'unknown' | 'no' | 'kept' } | { state: 'saving'; part: number } | { state: 'failed'; reason: SaveFailure };

/** A sheet larger than this is kept only when asked: a phone's storage and data plan are not ours. */
const LARGEST = 200_000_000;

function thrifty(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

export function useKept(project: Id, revision: Revision | undefined, online: boolean): Kept {
  const [kept, set] = useState<Kept>({ state: 'unknown' });
  const key = revision?.id;
  const bytes = revision?.bytes ?? 0;
  useEffect(() => {
    if (!key) return;
    let live = true;
    const tell = (k: Kept) => live && set(k);
    const go = async () => {
      if (await openArchive(key)) return tell({ state: 'kept' });
      if (!online || bytes > LARGEST || thrifty()) return tell({ state: 'no' });
      tell({ state: 'saving', part: 0 });
      try {
        await saveSheet({
          key,
          project,
          url: `${revisionPath(project, key)}/archive`,
          onProgress: (done, total) => tell({ state: 'saving', part: total ? done / total : 0 }),
        });
        tell({ state: 'kept' });
      } catch (e) {
        tell({ state: 'failed', reason: e instanceof SaveError ? e.reason : 'refused' });
      }
    };
    void go();
    return () => {
      live = false;
    };
  }, [project, key, bytes, online]);
  return kept;
}

/** Which revisions are on this device. */
export function useKeptKeys(): ReadonlySet<string> {
  const [keys, set] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let live = true;
    const look = () => void savedSheets().then((all) => live && set(new Set(all.map((x) => x.key))));
    look();
    const stop = onSaved(look);
    return () => {
      live = false;
      stop();
    };
  }, []);
  return keys;
}
