/** Words, dates and groups of what the programme asks of a site. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ActivityReport, ReportKind } from '@/api/activity';
import { civil, fold, type Reader } from '@/store';
import { type ActivityItem, civilDay, dayMinutes } from '@/store/scheduled';

/** 5 is "in progress, behind". */
export const stateNames: readonly MessageDescriptor[] = [
  msg`Not started`,
  msg`In progress`,
  msg`Warning`,
  msg`Awaiting sign-off`,
  msg`Verified`,
  msg`In progress, behind`,
];

export const shownState = (x: { state: number; behind: boolean }): number => (x.state === 1 && x.behind ? 5 : x.state);

export const reportNames: Record<ReportKind, MessageDescriptor> = {
  progress: msg`Progress`,
  problem: msg`Problem`,
  solved: msg`Problem solved`,
  'sign-off': msg`Signed off`,
  reject: msg`Rejected`,
  reopen: msg`Reopened`,
};

/** What often holds up work; people's own reasons come before these. */
export const usualReasons: readonly MessageDescriptor[] = [
  msg`Material not here`,
  msg`Weather`,
  msg`Work before it not done`,
  msg`Not enough people`,
  msg`Drawing unclear`,
  msg`No access`,
];

/** reasonsOf are the reasons given before, the newest first, each once. */
export function reasonsOf(reports: readonly ActivityReport[], most = 4): string[] {
  const given = reports.filter((r) => (r.kind === 'problem' || r.kind === 'reject') && r.reason);
  return [...new Set(given.sort((a, b) => (a.at < b.at ? 1 : -1)).map((r) => r.reason))].slice(0, most);
}

/** startDay and endDay are civil dates. What ends at midnight ended the day before. */
export const startDay = (t: number | null): string | null => (t === null ? null : civilDay(t));
export const endDay = (t: number | null): string | null => (t === null ? null : civilDay(t - 1));

/** span is "Mon 23 Nov – Fri 4 Dec", one date where both are the same. */
export function span(start: number | null, finish: number | null, r: Reader): string {
  const a = startDay(start);
  const b = finish !== null && start !== null && finish <= start ? a : endDay(finish);
  if (!a || !b) return civilOrNone(a ?? b, r);
  return a === b ? civil(a, r) : `${civil(a, r)} – ${civil(b, r)}`;
}

const civilOrNone = (day: string | null, r: Reader) => (day ? civil(day, r) : '–');

export type Bucket = 'late' | 'sign' | 'now' | 'soon' | 'later' | 'done';
export const bucketNames: Record<Bucket, MessageDescriptor> = {
  late: msg`Needs attention`,
  sign: msg`To sign off`,
  now: msg`Now`,
  soon: msg`Next two weeks`,
  later: msg`Later`,
  done: msg`Verified`,
};
export const buckets: readonly Bucket[] = ['late', 'sign', 'now', 'soon', 'later', 'done'];

/** bucketOf says where an activity stands for who looks at a day's work. */
export function bucketOf(x: ActivityItem, day: string): Bucket {
  if (x.state === 4) return 'done';
  if (x.state === 2 || x.behind) return 'late';
  if (x.state === 3) return 'sign';
  const today = dayMinutes(day);
  if (x.state === 1 || (x.start !== null && x.start < today + 1440)) return 'now';
  return x.start !== null && x.start < today + 15 * 1440 ? 'soon' : 'later';
}

export const byStart = (a: ActivityItem, b: ActivityItem): number =>
  (a.start ?? Number.POSITIVE_INFINITY) - (b.start ?? Number.POSITIVE_INFINITY) || a.name.localeCompare(b.name);

/** finder says whether every word typed is in a text, accents aside. */
export function finder(q: string): (text: string) => boolean {
  const words = fold(q).split(/\s+/).filter(Boolean);
  return (text) => {
    const t = fold(text);
    return words.every((w) => t.includes(w));
  };
}

export interface ActivitySearch {
  activity?: string;
  all?: boolean;
  only?: Bucket;
  q?: string;
}

export function readActivitySearch(s: Record<string, unknown>): ActivitySearch {
  const text = (v: unknown) => (typeof v === 'string' && v !== '' ? v : undefined);
  const out: ActivitySearch = {};
  const activity = text(s.activity);
  const q = text(s.q);
  if (activity) out.activity = activity;
  if (q) out.q = q;
  if (typeof s.all === 'boolean') out.all = s.all;
  if (buckets.includes(s.only as Bucket)) out.only = s.only as Bucket;
  return out;
}

/** startsBefore says whether an activity begins within so many days. */
export const startsBefore = (x: ActivityItem, day: string, days: number): boolean =>
  x.start !== null && x.start < dayMinutes(day) + days * 1440;
