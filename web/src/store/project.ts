/** A project that is open on this device: its database, its line to other tabs, its engine and its rows in memory. No React here. */
import { call } from '@/api/client';
import type { Id, Project, Session } from '@/api/types';
import { Line } from '@/db/announce';
import { again, type ProjectDb } from '@/db/db';
import { Engine, type Settings } from '@/sync/engine';
import { counts, type SyncStatus, status } from '@/sync/status';
import { type Commands, commands } from './commands';
import { Photos } from './photos';
import { Pool } from './pool';
import { Schedules } from './schedules';

export class OpenProject {
  readonly line: Line;
  readonly engine: Engine;
  readonly pool: Pool;
  readonly photos: Photos;
  readonly commands: Commands;
  readonly schedules: Schedules;
  private status_: SyncStatus;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly db: ProjectDb,
    readonly session: Session,
    public project: Project,
    settings: Partial<Settings> = {},
  ) {
    this.line = new Line(db.name);
    this.engine = new Engine(db, this.line, settings, undefined, project.person_id);
    this.pool = new Pool(db, this.line);
    this.photos = new Photos(db);
    this.commands = commands(this);
    this.schedules = new Schedules(this);
    this.status_ = status({ waiting: 0, rejected: 0, conflicts: 0 }, this.engine.state);
    this.line.listen((m) => {
      if (m.type === 'book' || m.type === 'all' || m.type === 'state') void this.count();
    });
    void this.count();
    this.engine.begin();
  }

  get id(): Id {
    return this.db.project;
  }

  get me(): Id {
    return this.project.person_id;
  }

  readonly status = (): SyncStatus => this.status_;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  async close(): Promise<void> {
    this.listeners.clear();
    this.schedules.end();
    this.pool.end();
    this.photos.end();
    await this.engine.stop();
    this.line.close();
    this.db.close();
  }

  /** fetch is a read that only the server can answer (history, a search over everything). */
  fetch<T>(path: string, signal?: AbortSignal): Promise<T> {
    return call<T>(`/projects/${this.id}${path}`, { signal });
  }

  private async count(): Promise<void> {
    try {
      const c = await again(this.db, () => counts(this.db));
      this.status_ = status(c, this.engine.state);
    } catch {
      return; // Closing.
    }
    for (const f of this.listeners) f();
  }
}
