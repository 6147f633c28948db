/** An activity as a site knows it, and its programme's dates. Times are minutes since 2000-01-01T00:00, local to the project, without a zone. */
import { call } from './client';
import type { Schedule, ScheduleColumns } from './programme';
import type { Comment, Id, InCharge, Instant, Photo } from './types';

/** 0 not started, 1 in progress, 2 warning, 3 awaiting sign-off, 4 verified. */
export type ActivityState = 0 | 1 | 2 | 3 | 4;
export type ReportKind = 'progress' | 'problem' | 'solved' | 'sign-off' | 'reject' | 'reopen';

export interface ActivityReport {
  id: Id;
  kind: ReportKind;
  percent: number | null;
  started: number | null;
  finished: number | null;
  until: number | null;
  reason: string;
  text: string;
  author_id: Id;
  at: Instant;
  photos: Photo[];
}

export interface ActivityBlock {
  point_id: Id;
  open: boolean;
  author_id: Id;
  at: Instant;
}

export interface Activity {
  id: Id;
  programme_id: Id;
  version: number;
  name: string;
  code: string;
  notes: string;
  path: string[];
  summary: boolean;
  milestone: boolean;
  percent: number;
  start: number | null;
  finish: number | null;
  planned_start: number | null;
  planned_finish: number | null;
  actual_start: number | null;
  actual_finish: number | null;
  state: ActivityState;
  behind: boolean;
  critical: boolean;
  problems: number;
  in_charge: InCharge[];
  location_id: Id | null;
  reports: ActivityReport[];
  blocks: ActivityBlock[];
  hidden_blocks: number;
  comments: Comment[];
  may: { report: boolean; judge: boolean; block: boolean };
}

/** An activity that a point blocks. */
export interface HeldActivity {
  id: Id;
  programme_id: Id;
  name: string;
  code: string;
  state: ActivityState;
  behind: boolean;
  start: number | null;
  finish: number | null;
}

/** What is read here of a programme's schedule. */
export type ScheduleDates = Pick<Schedule, 'programme' | 'version' | 'day'> & { activities: Omit<ScheduleColumns, 'level' | 'calendar'> };

export const activities = {
  schedule: (project: Id, programme: Id) =>
    call<ScheduleDates>(`/projects/${project}/programmes/${programme}/schedule`, { timeout: 120_000 }),
  one: (project: Id, id: Id, signal?: AbortSignal) =>
    call<Activity>(`/projects/${project}/activities/${id}`, { ...(signal && { signal }) }),
  ofPoint: (project: Id, point: Id, signal?: AbortSignal) =>
    call<{ items: HeldActivity[] }>(`/projects/${project}/points/${point}/activities`, { ...(signal && { signal }) }),
};
