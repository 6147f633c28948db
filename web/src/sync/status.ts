/** The one light: what is not yet safe on the server, in one state and a number. */
import type { LeaderState } from '@/db/announce';
import type { ProjectDb } from '@/db/db';

export interface SyncStatus {
  state: 'saved' | 'sending' | 'waiting' | 'offline' | 'attention';
  /** Changes that are kept here and not yet on the server. */
  waiting: number;
  /** What only a person can decide. */
  conflicts: number;
  rejected: number;
  signedOut: boolean;
  /** The project is no longer ours to see. */
  lost: boolean;
  online: boolean;
  loading: number | null;
  syncedAt: string | null;
}

export interface Counts {
  waiting: number;
  rejected: number;
  conflicts: number;
}

export async function counts(db: ProjectDb): Promise<Counts> {
  const [waiting, rejected, conflicts] = await Promise.all([
    db.outbox.where('state').equals('waiting').count(),
    db.outbox.where('state').equals('rejected').count(),
    db.conflicts.count(),
  ]);
  return { waiting, rejected, conflicts };
}

export function status(c: Counts, s: LeaderState): SyncStatus {
  const attention = c.conflicts > 0 || c.rejected > 0 || s.signedOut || s.lost;
  const state = !s.online ? 'offline' : attention ? 'attention' : c.waiting === 0 ? 'saved' : s.sending ? 'sending' : 'waiting';
  return { state, ...c, signedOut: s.signedOut, lost: s.lost, online: s.online, loading: s.loading, syncedAt: s.syncedAt };
}
