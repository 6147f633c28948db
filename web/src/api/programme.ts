/** The shapes of the programme's part of the API. Times are minutes since 2000-01-01T00:00, local to the project, without a zone. */
import { call } from './client';
import type { CivilDate, Id, InCharge, Instant, Programme } from './types';

export interface ScheduleCalendar {
  id: Id;
  name: string;
  /** Monday first: the shifts of each day, in minutes from midnight. */
  week: [number, number][][];
  exceptions: { from: CivilDate; to: CivilDate; shifts: [number, number][] }[];
}

/** Columns of equal length, in the order of the outline. */
export interface ScheduleColumns {
  id: Id[];
  version: number[];
  parent: number[];
  level: number[];
  name: string[];
  code: string[];
  kind: number[];
  calendar: number[];
  duration: number[];
  remaining: number[];
  start: (number | null)[];
  finish: (number | null)[];
  early_start: (number | null)[];
  early_finish: (number | null)[];
  late_start: (number | null)[];
  late_finish: (number | null)[];
  planned_start: (number | null)[];
  planned_finish: (number | null)[];
  total_float: number[];
  free_float: number[];
  critical: number[];
  percent: number[];
  actual_start: (number | null)[];
  actual_finish: (number | null)[];
  state: number[];
  behind: number[];
  problems: number[];
  blocking: number[];
  constraint: number[];
  constraint_at: (number | null)[];
  deadline: (number | null)[];
  manual: number[];
  in_charge: InCharge[][];
  location: (Id | null)[];
  budget: number[];
  notes: number[];
  gone: number[];
}

/** from, to, link (0 FS, 1 SS, 2 FF, 3 SF), lag, unit (0 working, 1 elapsed, 2 percent). */
export type ScheduleRelation = [number, number, number, number, number];

export interface NotComputed {
  code: string;
  detail: string;
  /** The activities that it is about, a list a circle. */
  activities?: Id[][];
}

export interface Schedule {
  programme: Id;
  name: string;
  version: number;
  live: boolean;
  /** False: the caller sees only their own activities and the summaries above. */
  whole: boolean;
  /** As of when it is computed. */
  day: number | null;
  start: number | null;
  finish: number | null;
  planned_finish: number | null;
  project_start: number | null;
  minutes_day: number;
  calendar: number;
  calendars: ScheduleCalendar[];
  activities: ScheduleColumns;
  relations: ScheduleRelation[];
  driving: number[];
  not_computed: NotComputed | null;
  not_honoured: string[];
}

export type LinkKind = 'FS' | 'SS' | 'FF' | 'SF';
export const linkKinds: readonly LinkKind[] = ['FS', 'SS', 'FF', 'SF'];
export type LagUnit = 'working' | 'elapsed' | 'percent';
export const lagUnits: readonly LagUnit[] = ['working', 'elapsed', 'percent'];

export interface SetFields {
  name?: string;
  code?: string;
  notes?: string;
  duration?: number;
  kind?: number;
  calendar?: Id | null;
  constraint?: number;
  constraint_at?: number | null;
  deadline?: number | null;
  manual?: boolean;
  start?: number;
  finish?: number;
  location?: Id | null;
  in_charge?: InCharge[];
  budget?: number;
}

export type Edit =
  | { do: 'add'; activity: Id; parent: Id | null; after: Id | null; name: string; duration: number; kind: number }
  | ({ do: 'set'; activity: Id } & SetFields)
  | { do: 'move'; activity: Id; parent: Id | null; after: Id | null }
  | { do: 'remove'; activity: Id }
  /** Only as undo gave it. */
  | { do: 'restore'; activity: Id; whole: unknown }
  | { do: 'link'; from: Id; to: Id; link: LinkKind; lag: number; unit: LagUnit }
  | { do: 'unlink'; from: Id; to: Id; link: LinkKind };

/** index, start, finish, early start, early finish, late start, late finish, total float, free float, critical */
export type Moved = [number, ...(number | null)[]];

export interface Edited {
  version: number;
  start: number | null;
  finish: number | null;
  was_finish: number | null;
  moved: Moved[];
  undo: Edit[];
  outline: boolean;
  not_computed?: NotComputed | null;
}

export interface ActivityReport {
  id: Id;
  kind: string;
  percent: number | null;
  reason: string;
  text: string;
  author_id: Id;
  at: Instant;
}

export interface ActivityWhole {
  id: Id;
  notes: string;
  reports: ActivityReport[];
  blocks: { point_id: Id; open: boolean }[];
  hidden_blocks: number;
}

export interface ActivityEntry {
  at: Instant;
  actor_id: Id | null;
  kind: string;
  version: number;
  fields: { name: string; before?: unknown; after?: unknown }[];
}

export interface Baseline {
  id: Id;
  name: string;
  at: Instant;
}

export interface BaselineDates {
  activities: Id[];
  start: (number | null)[];
  finish: (number | null)[];
}

/** What a file would change. */
export interface ImportLook {
  import: Id;
  format: string;
  name: string;
  activities: number;
  added: number;
  changed: number;
  gone: number;
  /** Activities whose dates would differ. */
  moved: number;
  /** The first 500. */
  changes: ImportChange[];
  not_honoured: string[];
  not_computed: NotComputed | null;
}

export interface ImportChange {
  kind: 'new' | 'changed' | 'gone';
  id: string;
  code: string;
  name: string;
  fields: { field: string; from: string; to: string }[];
}

export interface Delay {
  at: Instant;
  actor_id: Id;
  /** edit, import, progress, problem, block, time … */
  kind: string;
  thing_id: Id;
  version: number;
  before: number | null;
  after: number | null;
}

const path = (project: Id, programme: Id, rest = '') => `/projects/${project}/programmes/${programme}${rest}`;

export const programmes = {
  put: (project: Id, id: Id, body: { name: string; start: number }) => call<Programme>(path(project, id), { method: 'PUT', body }),
  remove: (project: Id, id: Id) => call<unknown>(path(project, id), { method: 'DELETE' }),
  restore: (project: Id, id: Id) => call<unknown>(path(project, id, '/restore'), { method: 'POST' }),
  change: (project: Id, id: Id, body: Record<string, unknown>) => call<unknown>(path(project, id), { method: 'PATCH', body }),
  schedule: (project: Id, id: Id, signal?: AbortSignal) =>
    call<Schedule>(path(project, id, '/schedule'), { ...(signal && { signal }), timeout: 120_000 }),
  edit: (project: Id, id: Id, edits: readonly Edit[], preview: boolean, signal?: AbortSignal) =>
    call<Edited>(path(project, id, '/edits'), {
      method: 'POST',
      body: { preview, edits },
      ...(signal && { signal }),
      timeout: 60_000,
    }),
  activity: (project: Id, id: Id, signal?: AbortSignal) =>
    call<ActivityWhole>(`/projects/${project}/activities/${id}`, { ...(signal && { signal }) }),
  history: (project: Id, id: Id, signal?: AbortSignal) =>
    call<{ items: ActivityEntry[] }>(`/projects/${project}/activities/${id}/history?limit=30`, { ...(signal && { signal }) }),
  baselines: (project: Id, id: Id) => call<{ items: Baseline[] }>(path(project, id, '/baselines')),
  baseline: (project: Id, id: Id, baseline: Id) => call<BaselineDates>(path(project, id, `/baselines/${baseline}`)),
  putBaseline: (project: Id, id: Id, baseline: Id, name: string) =>
    call<unknown>(path(project, id, `/baselines/${baseline}`), { method: 'PUT', body: { name } }),
  removeBaseline: (project: Id, id: Id, baseline: Id) => call<unknown>(path(project, id, `/baselines/${baseline}`), { method: 'DELETE' }),
  approve: (project: Id, id: Id, look: Id) =>
    call<unknown>(path(project, id, `/imports/${look}/approve`), { method: 'POST', timeout: 120_000 }),
  delays: (project: Id, id: Id) => call<{ items: Delay[] }>(path(project, id, '/delays')),
};
