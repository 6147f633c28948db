/**
 * The rows of a project in memory, one list a kind, brought up to date by the announcements of every tab. Screens read from here, so that
 * twenty thousand points are read from the database once and a change costs what changed.
 */
import { type Id, type ThingKind, type ThingMap, thingKinds } from '@/api/types';
import type { Line, Message } from '@/db/announce';
import { again, type ProjectDb, type Row } from '@/db/db';

type Rows<K extends ThingKind> = readonly Row<ThingMap[K]>[];

const none: readonly never[] = [];

export class Pool {
  private readonly maps = new Map<ThingKind, Map<Id, unknown>>();
  private readonly lists = new Map<ThingKind, readonly unknown[]>();
  private readonly stale = new Map<ThingKind, Set<Id> | 'all'>();
  private readonly listeners = new Set<() => void>();
  private readonly off: () => void;
  private reading: Promise<void> | null = null;
  private ended = false;
  loaded = false;

  constructor(
    private readonly db: ProjectDb,
    line: Line,
  ) {
    this.off = line.listen((m) => this.hear(m));
    for (const kind of thingKinds) this.stale.set(kind, 'all');
    void this.read();
  }

  /** The list of a kind: the same array until something in it changed. */
  list<K extends ThingKind>(kind: K): Rows<K> {
    return (this.lists.get(kind) ?? none) as Rows<K>;
  }

  get<K extends ThingKind>(kind: K, id: Id | null | undefined): Row<ThingMap[K]> | undefined {
    return id ? (this.maps.get(kind)?.get(id) as Row<ThingMap[K]> | undefined) : undefined;
  }

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  /** Reads everything again: for a tab that slept through announcements. */
  refresh(): void {
    this.hear({ type: 'all' });
  }

  /** Resolves when what was announced up to now can be seen. */
  async settled(): Promise<void> {
    while (this.reading) await this.reading;
  }

  end(): void {
    this.ended = true;
    this.off();
    this.listeners.clear();
  }

  private hear(m: Message): void {
    if (m.type === 'all') for (const kind of thingKinds) this.stale.set(kind, 'all');
    else if (m.type === 'rows') {
      const now = this.stale.get(m.kind);
      if (now === 'all') return;
      const ids = now ?? new Set<Id>();
      for (const id of m.ids) ids.add(id);
      this.stale.set(m.kind, ids);
    } else return;
    void this.read();
  }

  private read(): Promise<void> {
    this.reading ??= this.readAll().finally(() => {
      this.reading = null;
      if (this.stale.size > 0 && !this.ended) void this.read();
    });
    return this.reading;
  }

  private async readAll(): Promise<void> {
    while (this.stale.size > 0 && !this.ended) {
      const work = [...this.stale];
      this.stale.clear();
      try {
        for (const [kind, which] of work) await this.readKind(kind, which);
      } catch (e) {
        if (this.ended) return;
        console.error(e);
      }
      this.loaded = true;
      for (const f of this.listeners) f();
    }
  }

  private async readKind(kind: ThingKind, which: Set<Id> | 'all'): Promise<void> {
    const table = this.db.table<{ id: Id }, Id>(kind);
    if (which === 'all') {
      const rows = await again(this.db, () => table.toArray());
      this.maps.set(kind, new Map(rows.map((r) => [r.id, r])));
    } else {
      const ids = [...which];
      const rows = await again(this.db, () => table.bulkGet(ids));
      const map = this.maps.get(kind) ?? new Map<Id, unknown>();
      for (const [i, id] of ids.entries()) {
        const row = rows[i];
        if (row) map.set(id, row);
        else map.delete(id);
      }
      this.maps.set(kind, map);
    }
    this.lists.set(kind, [...(this.maps.get(kind)?.values() ?? [])]);
  }
}
