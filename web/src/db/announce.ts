/**
 * Tells every tab which rows changed, so that each keeps its rows in memory without asking the database again.
 * Messages carry ids only, never values.
 */
import type { Id, ThingKind } from '@/api/types';

export type Changed =
  | { type: 'rows'; kind: ThingKind; ids: Id[] }
  | { type: 'all' }
  /** Something happened to these activities; what, only the server knows. */
  | { type: 'heard'; ids: Id[] }
  /** outbox, conflicts or entries */
  | { type: 'book' };

export interface LeaderState {
  online: boolean;
  sending: boolean;
  signedOut: boolean;
  lost: boolean;
  /** Points loaded so far while the first load runs. */
  loading: number | null;
  syncedAt: string | null;
}

export type Message = Changed | { type: 'state'; state: LeaderState } | { type: 'who-leads' } | { type: 'nudge' };

/** A line between the tabs of one database; what is said is heard by this tab too. */
export class Line {
  private readonly channel: BroadcastChannel | null;
  private readonly listeners = new Set<(m: Message, own: boolean) => void>();

  constructor(name: string) {
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    if (this.channel) this.channel.onmessage = (e: MessageEvent<Message>) => this.hear(e.data, false);
  }

  say(m: Message): void {
    this.hear(m, true);
    try {
      this.channel?.postMessage(m);
    } catch {
      // Closed while a last write ran: the other tabs read the database when they wake.
    }
  }

  listen(f: (m: Message, own: boolean) => void): () => void {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  }

  close(): void {
    this.listeners.clear();
    this.channel?.close();
  }

  private hear(m: Message, own: boolean): void {
    for (const f of this.listeners) f(m, own);
  }
}
