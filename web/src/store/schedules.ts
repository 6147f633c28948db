/**
 * The programmes' dates on this device: fetched when a programme's version rises, kept in the project's database, so that a site without
 * a network sees the last that was known. Who opens a screen with them hears of news at once; for the rest they are fetched now and then.
 */
import type { ScheduleDates } from '@/api/activity';
import type { Id } from '@/api/types';
import type { OpenProject } from './project';
import type { ActivityItem } from './scheduled';

/** How long news waits, in ms: while somebody looks, and while nobody does. */
const soon = 250;
const someTime = 20_000;

export class Schedules {
  readonly have = new Map<Id, ScheduleDates>();
  private items_: readonly ActivityItem[] = [];
  private readonly listeners = new Set<() => void>();
  private watchers = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  /** The kept ones were read. */
  begun = false;
  ended = false;
  private readonly off: () => void;
  /** The kept ones were read; before that nothing is known. */
  ready = false;

  constructor(readonly p: OpenProject) {
    this.off = p.pool.subscribe(() => this.look());
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.off();
    this.listeners.clear();
  }

  readonly items = (): readonly ActivityItem[] => this.items_;
  readonly isReady = (): boolean => this.ready;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  /** watch says that somebody looks; call what it answers when they no longer do. */
  watch(): () => void {
    this.watchers++;
    this.look(true);
    return () => {
      this.watchers--;
    };
  }

  private look(now = false): void {
    if (this.ended || !this.p.pool.loaded) return;
    if (this.begun && !now && !this.stale()) return;
    if (now) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.refresh();
      },
      now && !this.begun ? 0 : this.watchers > 0 ? soon : someTime,
    );
  }

  /** stale: a programme is newer than its dates here, or no longer there. */
  private stale(): boolean {
    const all = this.p.pool.list('programmes');
    return (
      all.length !== this.have.size ||
      all.some((x) => {
        const s = this.have.get(x.id);
        return !s || s.version < x.version;
      })
    );
  }

  refresh(): Promise<void> {
    this.running ??= import('./scheduled')
      .then((part) => part.renew(this))
      .catch((e) => {
        if (!this.ended) console.error(e);
      })
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  /** show tells whoever listens what there is now. */
  show(items: readonly ActivityItem[]): void {
    if (this.ended) return;
    this.items_ = items;
    for (const f of this.listeners) f();
  }
}
