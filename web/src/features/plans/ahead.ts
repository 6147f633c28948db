/**
 * Fetches photos ahead: of the points on the sheets that were chosen for this device, or of all points where all plans were. Small or
 * whole, as chosen; one at a time. The choice lies in the project's own database, beside that of the sheets. No React here.
 */
import { Problem, Unreachable } from '@/api/client';
import type { Photo } from '@/api/types';
import type { PhotoSize, Photos } from '@/store/photos';
import type { OpenProject } from '@/store/project';
import { chosen, type Keeper, keeperOf } from './keeper';

export type Ahead = PhotoSize | 'none';
export type AheadFailure = '' | 'offline' | 'no-space' | 'refused';

export interface AheadState {
  readonly ready: boolean;
  readonly choice: Ahead;
  /** Photos of the points that count, and their bytes: of small ones a guess. */
  readonly photos: number;
  readonly bytes: Readonly<Record<PhotoSize, number>>;
  /** So many of them are here in the size that was chosen. */
  readonly here: number;
  readonly busy: boolean;
  readonly failed: AheadFailure;
}

export const AHEAD = 'photos-ahead';
/** What a small photo takes, as the server makes them. */
const small = 40_000;
/** A whole one whose size this device was not told. */
const whole = 900_000;
/** Pause before a change of the project is looked at, in ms: they come in heaps. */
const calm = 1_500;

export type AroundPhotos = Pick<OpenProject, 'db' | 'pool'> & { photos: Pick<Photos, 'kept' | 'here' | 'fetch' | 'drop'> };

export class PhotosAhead {
  private now: AheadState = { ready: false, choice: 'none', photos: 0, bytes: { thumb: 0, full: 0 }, here: 0, busy: false, failed: '' };
  private readonly listeners = new Set<() => void>();
  private started: Promise<void> | null = null;
  private stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private working: Promise<void> = Promise.resolve();
  /** Not on the server any more. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly open: AroundPhotos,
    private readonly keeper: Pick<Keeper, 'start' | 'state' | 'subscribe'>,
    private readonly wait: (ms: number) => Promise<void> = (ms) => new Promise((r) => setTimeout(r, ms)),
  ) {}

  readonly state = (): AheadState => this.now;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  start(): Promise<void> {
    this.started ??= this.begin();
    return this.started;
  }

  private async begin(): Promise<void> {
    await this.keeper.start();
    const row = await this.open.db.meta.get(AHEAD);
    const choice = row?.value as Ahead | undefined;
    this.set({ choice: choice === 'thumb' || choice === 'full' ? choice : 'none' });
    let of = this.keeper.state().choice;
    this.keeper.subscribe(() => {
      if (this.keeper.state().choice === of) return; // it tells of every byte
      of = this.keeper.state().choice;
      void this.again();
    });
    this.open.pool.subscribe(() => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        void this.again();
      }, calm);
    });
    globalThis.addEventListener?.('online', () => void this.again());
    await this.count();
    this.set({ ready: true });
    void this.again();
  }

  /** choose says which size comes ahead; another size, and the one before goes. */
  async choose(choice: Ahead): Promise<void> {
    if (choice === this.now.choice) return;
    const before = this.keys(this.now.choice);
    this.set({ choice, busy: true });
    if (choice === 'none') await this.open.db.meta.delete(AHEAD);
    else await this.open.db.meta.put({ key: AHEAD, value: choice });
    this.stop.abort();
    await this.working;
    this.open.photos.kept = new Set();
    await this.open.photos.drop(before);
    await this.again();
  }

  /** again looks what is missing, and fetches it. */
  again(): Promise<void> {
    this.stop.abort();
    const stop = new AbortController();
    this.stop = stop;
    this.working = this.working.then(() => this.work(stop.signal)).catch(() => undefined); // closed meanwhile
    return this.working;
  }

  private wanted(): Photo[] {
    const { choice } = this.keeper.state();
    if (!choice.all && choice.sheets.length === 0) return [];
    return this.open.pool
      .list('points')
      .flatMap((p) => (choice.all || (p.pin && chosen(choice, p.pin.sheet_id)) ? p.photos : []))
      .filter((ph) => !this.gone.has(ph.id));
  }

  private keys(size: Ahead): string[] {
    return size === 'none' ? [] : this.wanted().map((ph) => `${ph.id}/${size}`);
  }

  /** count tells how many there are and how many are here, and gives those that are missing. */
  private async count(): Promise<Photo[]> {
    const all = this.wanted();
    const { choice } = this.now;
    const here = await this.open.photos.here();
    const missing = choice === 'none' ? [] : all.filter((ph) => !here.has(`${ph.id}/${choice}`));
    this.open.photos.kept = new Set(this.keys(choice));
    this.set({
      photos: all.length,
      bytes: { thumb: all.length * small, full: all.reduce((n, ph) => n + (ph.bytes || whole), 0) },
      here: choice === 'none' ? 0 : all.length - missing.length,
    });
    return missing;
  }

  private async work(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const missing = await this.count();
    const { choice } = this.now;
    if (choice === 'none' || missing.length === 0) {
      this.set({ busy: false, failed: '' });
      return;
    }
    this.set({ busy: true, failed: '' });
    for (const ph of missing) {
      const failed = await this.one(ph, choice, signal);
      if (signal.aborted) break;
      if (failed) {
        this.set({ failed });
        break;
      }
    }
    this.set({ busy: false });
  }

  private async one(ph: Photo, size: PhotoSize, signal: AbortSignal): Promise<AheadFailure> {
    for (let turn = 0; !signal.aborted; turn++) {
      try {
        if (!(await room(size === 'full' ? (ph.bytes ?? whole) : small))) return 'no-space';
        await this.open.photos.fetch(ph.id, size, signal);
        if (!signal.aborted) this.set({ here: this.now.here + 1 });
        return '';
      } catch (e) {
        if (signal.aborted) return '';
        if (e instanceof Unreachable) return 'offline';
        if (e instanceof Problem && e.status === 404) {
          this.gone.add(ph.id);
          return '';
        }
        if (e instanceof DOMException && e.name === 'QuotaExceededError') return 'no-space';
        if (!(e instanceof Problem && e.status === 429) || turn === 5) return 'refused';
        await this.wait(Math.max(1, e.retryAfter) * 1000);
      }
    }
    return '';
  }

  private set(patch: Partial<AheadState>): void {
    this.now = { ...this.now, ...patch };
    for (const f of this.listeners) f();
  }
}

async function room(bytes: number): Promise<boolean> {
  const e = await navigator.storage?.estimate?.().catch(() => undefined);
  return !e?.quota || e.quota - (e.usage ?? 0) > bytes;
}

const all = new WeakMap<OpenProject, PhotosAhead>();

export function aheadOf(open: OpenProject): PhotosAhead {
  let a = all.get(open);
  if (!a) {
    a = new PhotosAhead(open, keeperOf(open));
    all.set(open, a);
  }
  return a;
}
