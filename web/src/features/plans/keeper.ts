/**
 * Keeps on this device the sheets that a person chose, one or the whole project: fetches what is missing, one at a time, and a sheet's new
 * revision when it comes. The choice lies in the project's own database and leaves with it. No React here.
 */
import type { Id, Revision, Sheet } from '@/api/types';
import { SaveError, type SaveFailure, saveSheet } from '@/engines/plan/archive';
import { forgetSheet, onSaved, type Saved, savedSheets, sweepSheets } from '@/engines/plan/kept';
import type { OpenProject } from '@/store/project';
import { revisionPath } from './sheets';

export interface Choice {
  readonly all: boolean;
  readonly sheets: readonly Id[];
}

export type Doing =
  | { readonly state: 'waiting' }
  | { readonly state: 'saving'; readonly part: number }
  | { readonly state: 'failed'; readonly reason: SaveFailure };

export interface KeeperState {
  /** The device has been looked at. */
  readonly ready: boolean;
  readonly choice: Choice;
  /** By revision, those of this project. */
  readonly saved: ReadonlyMap<string, Saved>;
  /** By sheet. */
  readonly doing: ReadonlyMap<Id, Doing>;
}

const KEY = 'kept';
const nothing: Choice = { all: false, sheets: [] };

/** What the keeper needs of an open project; and, for tests, of the device. */
export type Around = Pick<OpenProject, 'id' | 'db' | 'pool'>;

export const chosen = (c: Choice, sheet: Id): boolean => c.all || c.sheets.includes(sheet);

/** with and without one sheet. Taking one off a whole project leaves all the others chosen. */
export function choose(c: Choice, sheet: Id, yes: boolean, all: readonly Id[]): Choice {
  if (chosen(c, sheet) === yes) return c;
  if (yes) return { all: false, sheets: [...c.sheets, sheet] };
  return { all: false, sheets: (c.all ? all : c.sheets).filter((x) => x !== sheet) };
}

export class Keeper {
  private now: KeeperState = { ready: false, choice: nothing, saved: new Map(), doing: new Map() };
  private readonly listeners = new Set<() => void>();
  private started: Promise<void> | null = null;
  private working = false;
  private onceMore = false;
  private readonly stops = new Map<Id, AbortController>();

  constructor(private readonly open: Around) {}

  readonly state = (): KeeperState => this.now;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  /** start looks at the device and goes on where it was; again does nothing. */
  start(): Promise<void> {
    this.started ??= this.begin();
    return this.started;
  }

  private async begin(): Promise<void> {
    const row = await this.open.db.meta.get(KEY);
    this.set({ choice: { ...nothing, ...(row?.value as Partial<Choice> | undefined) } });
    await sweepSheets();
    await this.look();
    this.set({ ready: true });
    onSaved(() => void this.look());
    this.open.pool.subscribe(() => void this.work());
    globalThis.addEventListener?.('online', () => this.retry());
    void this.work();
  }

  /** keep chooses one sheet, or no longer: then its bytes go. */
  async keep(sheet: Id, yes: boolean): Promise<void> {
    const all = this.open.pool.list('sheets');
    await this.save(
      choose(
        this.now.choice,
        sheet,
        yes,
        all.map((x) => x.id),
      ),
    );
    if (yes) return void this.work();
    const one = all.find((x) => x.id === sheet);
    if (one) await this.remove([one]);
  }

  /** keepAll chooses the whole project, with sheets that are still to come; or nothing of it: then all of it goes. */
  async keepAll(yes: boolean): Promise<void> {
    await this.save({ all: yes, sheets: [] });
    if (yes) return void this.work();
    await this.remove(this.open.pool.list('sheets'));
    for (const key of this.now.saved.keys()) await forgetSheet(key);
  }

  /** drop takes revisions off the device that no chosen sheet has as its newest. */
  async drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) await forgetSheet(key);
  }

  /** retry tries again what failed. */
  retry(): void {
    this.set({ doing: new Map([...this.now.doing].filter(([, d]) => d.state !== 'failed')) });
    void this.work();
  }

  private async remove(sheets: readonly Sheet[]): Promise<void> {
    for (const sheet of sheets) {
      this.stops.get(sheet.id)?.abort();
      this.doing(sheet.id, null);
      for (const key of revisionKeys(sheet)) if (this.now.saved.has(key)) await forgetSheet(key);
    }
  }

  private async save(choice: Choice): Promise<void> {
    this.set({ choice });
    if (choice.all || choice.sheets.length > 0) await this.open.db.meta.put({ key: KEY, value: choice });
    else await this.open.db.meta.delete(KEY);
  }

  private async look(): Promise<void> {
    const mine = (await savedSheets()).filter((x) => x.project === this.open.id);
    this.set({ saved: new Map(mine.map((x) => [x.key, x])) });
  }

  /** work fetches, one after the other, what is chosen and not here. */
  private async work(): Promise<void> {
    if (!this.now.ready) return;
    if (this.working) {
      this.onceMore = true;
      return;
    }
    this.working = true;
    try {
      do {
        this.onceMore = false;
        const todo = this.open.pool.list('sheets').filter((x) => this.missing(x));
        for (const x of todo) this.doing(x.id, { state: 'waiting' });
        for (const x of todo) if (this.missing(x)) await this.fetch(x);
      } while (this.onceMore);
    } finally {
      this.working = false;
    }
  }

  private missing(sheet: Sheet): boolean {
    return (
      chosen(this.now.choice, sheet.id) &&
      !!sheet.revision &&
      !this.now.saved.has(sheet.revision.id) &&
      this.now.doing.get(sheet.id)?.state !== 'failed'
    );
  }

  private async fetch(sheet: Sheet): Promise<void> {
    const stop = new AbortController();
    this.stops.set(sheet.id, stop);
    const key = sheet.revision.id;
    this.doing(sheet.id, { state: 'saving', part: 0 });
    try {
      if (!(await roomFor(sheet.revision))) throw new SaveError('no-space');
      await saveSheet({
        key,
        project: this.open.id,
        url: `${revisionPath(this.open.id, key)}/archive`,
        onProgress: (done, total) => !stop.signal.aborted && this.doing(sheet.id, { state: 'saving', part: total ? done / total : 0 }),
        signal: stop.signal,
      });
      await this.look();
      if (stop.signal.aborted) await forgetSheet(key);
      else for (const old of revisionKeys(sheet)) if (old !== key && this.now.saved.has(old)) await forgetSheet(old);
      this.doing(sheet.id, null);
    } catch (e) {
      if (stop.signal.aborted) await sweepSheets();
      else this.doing(sheet.id, { state: 'failed', reason: e instanceof SaveError ? e.reason : 'refused' });
    } finally {
      this.stops.delete(sheet.id);
    }
  }

  private doing(sheet: Id, d: Doing | null): void {
    const doing = new Map(this.now.doing);
    if (d) doing.set(sheet, d);
    else doing.delete(sheet);
    this.set({ doing });
  }

  private set(patch: Partial<KeeperState>): void {
    this.now = { ...this.now, ...patch };
    for (const f of this.listeners) f();
  }
}

/** revisionKeys are all revisions of a sheet that can lie on the device. */
export const revisionKeys = (sheet: Sheet): readonly string[] => [
  ...new Set([sheet.revision, ...(sheet.revisions ?? [])].flatMap((r) => r?.id ?? [])),
];

/** roomFor: the browser would give the bytes. One that does not say is believed to. */
async function roomFor(r: Revision): Promise<boolean> {
  const e = await navigator.storage?.estimate?.().catch(() => undefined);
  return !e?.quota || e.quota - (e.usage ?? 0) > r.bytes;
}

const keepers = new WeakMap<OpenProject, Keeper>();

export function keeperOf(open: OpenProject): Keeper {
  let k = keepers.get(open);
  if (!k) {
    k = new Keeper(open);
    keepers.set(open, k);
  }
  return k;
}
