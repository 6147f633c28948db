/** The store's hooks: what screens read. Commands are in commands.ts, reached by useCommands. */
import { useLingui } from '@lingui/react';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type {
  Category,
  Id,
  InCharge,
  Level,
  Location,
  Person,
  Point,
  PointList,
  Project,
  Session,
  Sheet,
  Status,
  ThingKind,
  ThingMap,
} from '@/api/types';
import type { ConflictRow, EntryRow, OutboxEntry, Row } from '@/db/db';
import type { SyncStatus } from '@/sync/status';
import { useSheetPoints } from './away';
import { atLeast, type Commands } from './commands';
import { type Reader, safeZone } from './dates';
import type { Device, DeviceState } from './device';
import { filterPoints, overlay, type PointFilter, type PointSort, sortPoints } from './filter';
import { type Namer, namer } from './names';
import type { PhotoSize } from './photos';
import type { OpenProject } from './project';

const DeviceContext = createContext<Device | null>(null);
const ProjectContext = createContext<OpenProject | null>(null);

export function DeviceProvider({ device, children }: { device: Device; children: ReactNode }) {
  return <DeviceContext.Provider value={device}>{children}</DeviceContext.Provider>;
}

export function ProjectProvider({ project, children }: { project: OpenProject; children: ReactNode }) {
  return <ProjectContext.Provider value={project}>{children}</ProjectContext.Provider>;
}

export function useDevice(): Device {
  const d = useContext(DeviceContext);
  if (!d) throw new Error('useDevice outside DeviceProvider');
  return d;
}

export function useDeviceState(): DeviceState {
  const d = useDevice();
  return useSyncExternalStore(d.subscribe, d.state);
}

/** useSession is who is signed in; only below the sign-in. */
export function useSession(): Session {
  const { session } = useDeviceState();
  if (!session) throw new Error('useSession without a session');
  return session;
}

/** useOpenProject is the project on the screen, with its database and engine. */
export function useOpenProject(): OpenProject {
  const p = useContext(ProjectContext);
  if (!p) throw new Error('useOpenProject outside ProjectProvider');
  return p;
}

/** useMaybeProject is the open project, or null on screens outside one. */
export function useMaybeProject(): OpenProject | null {
  return useContext(ProjectContext);
}

/** useProject is the project's own row: name, level of the viewer, time zone. */
export function useProject(): Project {
  const open = useOpenProject();
  const { projects } = useDeviceState();
  return projects.find((p) => p.id === open.id) ?? open.project;
}

export function useCommands(): Commands {
  return useOpenProject().commands;
}

/** useThings lists a kind, in no order; the same array until something changed. */
export function useThings<K extends ThingKind>(kind: K): readonly Row<ThingMap[K]>[] {
  const { pool } = useOpenProject();
  return useSyncExternalStore(pool.subscribe, () => pool.list(kind));
}

export function useThing<K extends ThingKind>(kind: K, id: Id | null | undefined): Row<ThingMap[K]> | undefined {
  const { pool } = useOpenProject();
  return useSyncExternalStore(pool.subscribe, () => pool.get(kind, id));
}

/** useLoaded: the device's own rows have been read (not: everything came from the server; see useSync().loading). */
export function useLoaded(): boolean {
  const { pool } = useOpenProject();
  return useSyncExternalStore(pool.subscribe, () => pool.loaded);
}

export const usePoint = (id: Id | null | undefined) => useThing('points', id);
export const useSheet = (id: Id | null | undefined) => useThing('sheets', id);
export const usePeople = () => useThings('people');

export function useSheets(): Row<Sheet>[] {
  const sheets = useThings('sheets');
  return useMemo(
    () => [...sheets].sort((a, b) => a.order - b.order || a.number.localeCompare(b.number) || a.name.localeCompare(b.name)),
    [sheets],
  );
}

const inOrder = <T extends { order: number; name: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));

export function useStatuses(): Row<Status>[] {
  const all = useThings('statuses');
  return useMemo(() => inOrder(all), [all]);
}

export function useCategories(): Row<Category>[] {
  const all = useThings('categories');
  return useMemo(() => inOrder(all), [all]);
}

export function useLocations(): Row<Location>[] {
  const all = useThings('locations');
  return useMemo(() => inOrder(all), [all]);
}

export function useLists(): Row<PointList>[] {
  const all = useThings('lists');
  return useMemo(() => inOrder(all), [all]);
}

/** useMayCreate tells whether the viewer may make points on some list. */
export function useMayCreate(): boolean {
  const lists = useThings('lists');
  const project = useMay('contributor');
  return lists.length === 0 ? project : lists.some((l) => !l.archived && atLeast(l.level, 'contributor'));
}

export function usePointsOnSheet(sheet: Id | null | undefined): Row<Point>[] {
  const points = useThings('points');
  useSheetPoints(sheet);
  return useMemo(() => (sheet ? points.filter((p) => p.pin?.sheet_id === sheet) : []), [points, sheet]);
}

/** What a local filter needs to know beside the points. */
function useAround() {
  const { pool } = useOpenProject();
  useThings('statuses');
  useThings('people');
  useThings('roles');
  const me = useMe();
  const zone = useProject().time_zone;
  return { pool, me, zone };
}

/** useLocalPoints filters and sorts what the device holds, by the names that the server's list uses; nothing while `off`. */
export function useLocalPoints(filter: PointFilter, sort: PointSort, off = false): Row<Point>[] {
  const points = useThings('points');
  const statuses = useThings('statuses');
  const people = useThings('people');
  const roles = useThings('roles');
  const around = useAround();
  const key = JSON.stringify([filter, sort]);
  useSheetPoints(filter.sheet);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for filter and sort; statuses, people and roles are read through the pool
  return useMemo(
    () => (off ? [] : sortPoints(filterPoints(points, filter, around), sort, around.pool)),
    [points, statuses, people, roles, key, around.me, around.zone, off],
  );
}

/** What the server gave for a list, and when: the ids of its rows so far. */
export interface Given {
  ids: readonly Id[];
  since: string;
  more: boolean;
}

/** useOverlay is the server's list with what this device knows better laid over it, null without one. */
export function useOverlay(given: Given | null, filter: PointFilter, sort: PointSort): Row<Point>[] | null {
  const points = useThings('points');
  const statuses = useThings('statuses');
  const around = useAround();
  const key = JSON.stringify([filter, sort]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for filter and sort; statuses are read through the pool
  return useMemo(() => {
    if (!given) return null;
    const { pool } = around;
    const base = given.ids.flatMap((id) => pool.get('points', id) ?? []);
    const touched = points.filter((p) => p._pending || p.changed_at > given.since);
    return overlay(base, touched, filterPoints(touched, filter, around), sort, pool, given.more);
  }, [given, points, statuses, key, around.me, around.zone]);
}

/** useMe is the viewer as a person of this project; undefined until people have been loaded. */
export function useMe(): Row<Person> | undefined {
  const { me } = useOpenProject();
  return useThing('people', me);
}

export function useLevel(): Level {
  return useProject().level;
}

/** useMay tells whether the viewer reaches a level on this project. The server decides; this only hides what would be refused. */
export function useMay(least: Level): boolean {
  return atLeast(useLevel(), least);
}

/** useName answers the display name of a person, or of anything that can be in charge. */
export function useName(): Namer {
  const { i18n } = useLingui();
  const people = useThings('people');
  const companies = useThings('companies');
  const roles = useThings('roles');
  return useMemo(() => namer(people, companies, roles, i18n), [people, companies, roles, i18n, i18n.locale]);
}

export function useSync(): SyncStatus {
  const p = useOpenProject();
  return useSyncExternalStore(p.subscribe, p.status);
}

/** useBook reads something of the outbox's tables, again whenever they change. */
function useBook<T>(read: (p: OpenProject) => Promise<T>, empty: T): T {
  const p = useOpenProject();
  const [value, set] = useState(empty);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read is one of the constants below
  useEffect(() => {
    let live = true;
    const load = () => {
      read(p).then(
        (v) => live && set(v),
        () => undefined,
      );
    };
    load();
    const off = p.line.listen((m) => (m.type === 'book' || m.type === 'all') && load());
    return () => {
      live = false;
      off();
    };
  }, [p]);
  return value;
}

const noRows: never[] = [];
const readConflicts = (p: OpenProject): Promise<ConflictRow[]> => p.db.conflicts.toArray();
const readOutbox = (p: OpenProject): Promise<OutboxEntry[]> => p.db.outbox.orderBy('seq').toArray();
const readEntries = (p: OpenProject): Promise<EntryRow[]> => p.db.entries.orderBy('n').reverse().limit(300).toArray();

export const useConflicts = (): ConflictRow[] => useBook(readConflicts, noRows);
export const useOutbox = (): OutboxEntry[] => useBook(readOutbox, noRows);
export const useEntries = (): EntryRow[] => useBook(readEntries, noRows);

export function useConflictsOf(point: Id): ConflictRow[] {
  const all = useConflicts();
  return useMemo(() => all.filter((c) => c.thing === point), [all, point]);
}

/**
 * usePhoto answers an object URL, undefined while it is looked for, null when it cannot be had now. The photo's width is a reason to ask
 * again: it is 0 until the server has read a picture that this browser cannot draw.
 */
export function usePhoto(photo: Id | null | undefined, size: PhotoSize, width?: number): string | null | undefined {
  const p = useOpenProject();
  const { online } = useSync();
  const [url, set] = useState<string | null>();
  const [of, setOf] = useState(photo);
  if (of !== photo) {
    setOf(photo);
    set(undefined);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: coming back online, or being read, is a reason to ask again
  useEffect(() => {
    if (!photo) return;
    let live = true;
    void p.photos.url(photo, size).then((u) => live && set(u));
    return () => {
      live = false;
    };
  }, [p, photo, size, online, width]);
  return url;
}

/** isMine: in my charge, by person, company or role. */
export function isMine(inCharge: readonly InCharge[], me: Person | undefined): boolean {
  if (!me) return false;
  return inCharge.some(
    (c) =>
      (c.kind === 'person' && c.id === me.id) ||
      (c.kind === 'company' && c.id === me.company_id) ||
      (c.kind === 'role' && me.role_ids.includes(c.id)),
  );
}

/** useReader is how this viewer reads dates: language and zone. */
export function useReader(): Reader {
  const { i18n } = useLingui();
  const { session } = useDeviceState();
  const zone = session?.account.time_zone;
  // Building sites in English here are European ones: day before month.
  return useMemo(() => ({ locale: i18n.locale === 'en' ? 'en-GB' : i18n.locale, zone: safeZone(zone) }), [i18n.locale, zone]);
}
