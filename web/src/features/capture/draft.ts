/**
 * A half-written point survives a reload, a dead battery and a wrong tap: it is kept in the project's own database on this device, photos
 * and all, until it is saved or thrown away. It leaves with the project.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { newId } from '@/api/id';
import type { CivilDate, Id, InCharge, Pin } from '@/api/types';
import type { ProjectDb } from '@/db/db';
import { useOpenProject } from '@/store';
import type { Picture } from './photo';

export interface DraftPhoto {
  id: Id;
  /** ArrayBuffer, not Blob: Safari loses Blobs in IndexedDB. */
  data: ArrayBuffer;
  type: string;
  width: number;
  height: number;
  takenAt: string | null;
}

export interface Draft {
  subject: string;
  description: string;
  /** Null: the first list that takes points. */
  list_id: Id | null;
  category_id: Id | null;
  location_id: Id | null;
  in_charge: InCharge[];
  due: CivilDate | null;
  urgent: boolean;
  pin: Pin | null;
  photos: DraftPhoto[];
  /** The fields that a person set: a proposal does not touch them. */
  own: readonly ('location_id' | 'in_charge' | 'category_id')[];
}

export const empty: Draft = {
  subject: '',
  description: '',
  list_id: null,
  category_id: null,
  location_id: null,
  in_charge: [],
  due: null,
  urgent: false,
  pin: null,
  photos: [],
  own: [],
};

/** Whether somebody put work into it. */
export function worthKeeping(d: Draft): boolean {
  return d.subject.trim() !== '' || d.description.trim() !== '' || d.photos.length > 0;
}

const KEY = 'draft';

export async function keepDraft(db: ProjectDb, draft: Draft | null): Promise<void> {
  if (draft && worthKeeping(draft)) await db.meta.put({ key: KEY, value: draft });
  else await db.meta.delete(KEY);
}

export async function keptDraft(db: ProjectDb): Promise<Draft | null> {
  const row = await db.meta.get(KEY);
  return row ? { ...empty, ...(row.value as Draft) } : null;
}

export interface DraftState {
  /** Null until it is known whether one was kept. */
  draft: Draft | null;
  /** It was found on the device: written before, not now. */
  found: boolean;
  change: (patch: Partial<Draft>) => void;
  addPhoto: (p: Picture) => Promise<void>;
  removePhoto: (id: Id) => void;
  /** Saved or thrown away. */
  end: () => Promise<void>;
}

const SAVE_AFTER_MS = 150;

export function useDraft(): DraftState {
  const { db } = useOpenProject();
  const [draft, set] = useState<Draft | null>(null);
  const [found, setFound] = useState(false);
  const ended = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef<Draft | null>(null);

  useEffect(() => {
    let live = true;
    keptDraft(db).then(
      (kept) => {
        if (!live) return;
        newest.current = kept ?? empty;
        setFound(kept !== null);
        set(newest.current);
      },
      () => live && set(empty),
    );
    return () => {
      live = false;
    };
  }, [db]);

  // Leaving the page may come before the timer.
  useEffect(() => {
    const flush = () => {
      clearTimeout(timer.current);
      if (!ended.current && newest.current) void keepDraft(db, newest.current).catch(() => undefined);
    };
    const hidden = () => document.visibilityState === 'hidden' && flush();
    document.addEventListener('visibilitychange', hidden);
    window.addEventListener('pagehide', flush);
    return () => {
      document.removeEventListener('visibilitychange', hidden);
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [db]);

  const write = useCallback(
    (next: Draft) => {
      newest.current = next;
      set(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        if (!ended.current) void keepDraft(db, next).catch(() => undefined);
      }, SAVE_AFTER_MS);
    },
    [db],
  );

  return {
    draft,
    found,
    change: useCallback((patch) => write({ ...(newest.current ?? empty), ...patch }), [write]),
    addPhoto: useCallback(
      async (p) => {
        const data = await p.blob.arrayBuffer();
        const now = newest.current ?? empty;
        write({
          ...now,
          photos: [...now.photos, { id: newId(), data, type: p.blob.type, width: p.width, height: p.height, takenAt: p.takenAt }],
        });
      },
      [write],
    ),
    removePhoto: useCallback(
      (id) => {
        const now = newest.current ?? empty;
        write({ ...now, photos: now.photos.filter((p) => p.id !== id) });
      },
      [write],
    ),
    end: useCallback(async () => {
      ended.current = true;
      clearTimeout(timer.current);
      await keepDraft(db, null);
    }, [db]),
  };
}
