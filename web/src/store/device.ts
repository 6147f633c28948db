/**
 * Who is signed in on this device and which projects they have. Starts from what was kept, so that the app opens without a network;
 * the server's word comes after. A lapsed session asks for a sign-in and drops nothing.
 */
import Dexie from 'dexie';
import { call, Problem } from '@/api/client';
import type { Account, AskedAgain, Id, Project, Session } from '@/api/types';
import { again, DeviceDb, keep, kept, ProjectDb, projectDatabases, projectDbName } from '@/db/db';
import { forgetSheets } from '@/engines/plan/kept';
import { Engine, type Locks } from '@/sync/engine';
import { OpenProject } from './project';

export interface DeviceState {
  phase: 'starting' | 'out' | 'in';
  session: Session | null;
  projects: readonly Project[];
  /** The project list has been read, from here or from the server. */
  listed: boolean;
  /** The session lapsed: what is here stays, sending waits for a sign-in. */
  expired: boolean;
  /** The project that was open last: screens outside a project stand in its frame. */
  last: Id | null;
  /** Whether the last word from the server about the session came through. */
  reached: boolean;
}

export class Device {
  private state_: DeviceState = {
    phase: 'starting',
    session: null,
    projects: [],
    listed: false,
    expired: false,
    last: null,
    reached: true,
  };
  private readonly listeners = new Set<() => void>();
  private open_: OpenProject | null = null;

  constructor(private readonly db = new DeviceDb()) {}

  readonly state = (): DeviceState => this.state_;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  private set(s: Partial<DeviceState>): void {
    this.state_ = { ...this.state_, ...s };
    for (const f of this.listeners) f();
  }

  /** open shows what was kept and asks the server beside; with nothing kept it waits for the server's word. */
  async open(): Promise<void> {
    const session = await again(this.db, () => kept(this.db, 'session'));
    const projects = await again(this.db, () => kept(this.db, 'projects'));
    const last = (await again(this.db, () => kept(this.db, 'last'))) ?? null;
    if (session) this.set({ phase: 'in', session, projects: projects ?? [], listed: projects !== undefined, last });
    const checked = this.check();
    if (!session) await checked;
  }

  /** current is the project that is open, if any. */
  current(): OpenProject | null {
    return this.open_;
  }

  /** check asks the server who we are. */
  async check(): Promise<void> {
    try {
      const { session } = await call<{ session: Session | null }>('/session/now');
      if (session) await this.enter(session);
      else if (this.state_.session) this.set({ expired: true, reached: true });
      else this.set({ phase: 'out', reached: true });
    } catch {
      this.set({ reached: false, phase: this.state_.session ? 'in' : 'out' });
    }
  }

  /** signIn enters with a password, or gives what the account proves itself with besides: then SecondStep goes on. */
  async signIn(email: string, password: string): Promise<AskedAgain | undefined> {
    const got = await call<Session & Partial<AskedAgain>>('/session', { method: 'POST', body: { email, password } });
    if (got.step && got.second) return { step: got.step, second: got.second };
    await this.enter(got);
    return undefined;
  }

  /** enter takes a session the server gave. Another account's databases stay apart by name. */
  async enter(session: Session): Promise<void> {
    const other = this.state_.session && this.state_.session.account.id !== session.account.id;
    if (other) await this.shut();
    await keep(this.db, 'session', session);
    this.set({ phase: 'in', session, expired: false, reached: true, ...(other ? { projects: [], listed: false } : {}) });
    await this.list();
    this.open_?.engine.nudge(true);
    void this.drainOthers();
  }

  /** list asks for the projects; without a network the kept ones stay. */
  async list(): Promise<void> {
    try {
      const { items } = await call<{ items: Project[] }>('/projects');
      await keep(this.db, 'projects', items);
      this.set({ projects: items, listed: true });
      if (this.open_) {
        const now = items.find((p) => p.id === this.open_?.id);
        if (now) this.open_.project = now;
      }
    } catch {
      this.set({ listed: true });
    }
  }

  async saveAccount(fields: Partial<Pick<Account, 'name' | 'locale' | 'time_zone'>>): Promise<void> {
    const account = await call<Account>('/account', { method: 'PATCH', body: fields });
    const session = this.state_.session;
    if (!session) return;
    const next = { ...session, account };
    await keep(this.db, 'session', next);
    this.set({ session: next });
  }

  /** unsent counts what waits in every project of this account on this device. */
  async unsent(): Promise<number> {
    const account = this.state_.session?.account.id;
    if (!account) return 0;
    let n = 0;
    for (const project of await projectDatabases(account)) {
      n += await this.withDb(account, project, (db) => db.outbox.count());
    }
    return n;
  }

  /** signOut leaves: the session ends on the server, and every project of the account is wiped from this device. Ask first if unsent. */
  async signOut(): Promise<void> {
    try {
      await call('/session', { method: 'DELETE' });
    } catch (e) {
      if (!(e instanceof Problem && e.status === 401)) throw e;
    }
    await this.forget();
  }

  /** forget wipes every project of the account from this device; the session is over. */
  async forget(): Promise<void> {
    const account = this.state_.session?.account.id;
    await this.wipe(account);
    await forgetSheets();
    await this.db.meta.clear();
    this.set({ phase: 'out', session: null, projects: [], listed: false, expired: false, last: null });
    await this.wipe(account); // a screen that was drawn meanwhile may have opened its project again
  }

  private async wipe(account: Id | undefined): Promise<void> {
    await this.shut();
    if (account) for (const project of await projectDatabases(account)) await Dexie.delete(projectDbName(account, project));
  }

  /** use opens a project; the one before is closed. */
  use(project: Project): OpenProject {
    const session = this.state_.session;
    if (!session) throw new Error('use: nobody is signed in');
    if (this.open_?.id === project.id && this.open_.db.account === session.account.id) return this.open_;
    void this.open_?.close();
    this.open_ = new OpenProject(new ProjectDb(session.account.id, project.id), session, project);
    void keep(this.db, 'last', project.id);
    this.state_ = { ...this.state_, last: project.id };
    return this.open_;
  }

  private async shut(): Promise<void> {
    const open = this.open_;
    this.open_ = null;
    await open?.close();
  }

  private async withDb<T>(account: Id, project: Id, work: (db: ProjectDb) => Promise<T>): Promise<T> {
    const open = this.open_;
    if (open?.id === project && open.db.account === account) return work(open.db);
    const db = new ProjectDb(account, project);
    try {
      return await work(db);
    } finally {
      db.close();
    }
  }

  /** What waits in projects that are not open is sent too, by whichever tab gets their lock. */
  async drainOthers(locks = globalThis.navigator?.locks as unknown as Locks | undefined): Promise<void> {
    const account = this.state_.session?.account.id;
    if (!account || !locks) return;
    for (const project of await projectDatabases(account)) {
      if (this.open_?.id === project) continue;
      await this.withDb(account, project, async (db) => {
        if ((await db.outbox.where('state').equals('waiting').count()) === 0) return;
        const engine = new Engine(db);
        try {
          await locks.request(`sync ${db.name}`, { ifAvailable: true }, async (lock) => {
            if (lock) await engine.push();
          });
        } catch {
          // Later: at the next sign-in, start or opening of that project.
        } finally {
          engine.line.close();
        }
      });
    }
  }
}
