/** Words of the programme: states, kinds, durations, and why something did not work. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Problem } from '@/api/client';
import { errorText } from '@/app/errors';
import type { Network } from '@/engines/gantt';
import { kinds } from '@/engines/gantt';
import type { ColumnId } from './choice';

export { finder, stateNames } from '../activities/words';

/** inWords is a text of these lists, nothing for none. */
export const inWords = (m: MessageDescriptor | undefined, i18n: I18n): string => (m ? i18n._(m) : '');

/** shownState is the state as it is shown: 5 is "in progress, behind". */
export const shownState = (net: Network, i: number): number => (net.state[i] === 1 && net.behind[i] === 1 ? 5 : (net.state[i] ?? 0));

export const kindNames: readonly MessageDescriptor[] = [
  msg`Activity`,
  msg`Start milestone`,
  msg`Finish milestone`,
  msg`Summary`,
  msg`Level of effort`,
  msg`Summary by dates`,
];

export const linkNames: readonly MessageDescriptor[] = [
  msg`Finish to start`,
  msg`Start to start`,
  msg`Finish to finish`,
  msg`Start to finish`,
];

export const constraintNames: readonly MessageDescriptor[] = [
  msg`As soon as possible`,
  msg`As late as possible`,
  msg`Start no earlier than`,
  msg`Start no later than`,
  msg`Finish no earlier than`,
  msg`Finish no later than`,
  msg`Start on`,
  msg`Finish on`,
  msg`Must start on`,
  msg`Must finish on`,
];
/** Constraints that name a finish. */
export const ofFinish = new Set([4, 5, 7, 9]);

export const columnNames: Record<ColumnId, MessageDescriptor> = {
  name: msg`Activity`,
  duration: msg({ message: `Duration`, context: 'of an activity' }),
  start: msg({ message: `Start`, context: 'of an activity' }),
  finish: msg({ message: `Finish`, context: 'of an activity' }),
  float: msg`Float`,
  percent: msg({ message: `Done`, context: 'share of an activity' }),
  state: msg({ message: `State`, context: 'of an activity' }),
  in_charge: msg({ message: `In charge`, context: 'of an activity' }),
  code: msg`Code`,
  location: msg({ message: `Where`, context: 'of an activity' }),
  free_float: msg`Free float`,
  deadline: msg`Deadline`,
  budget: msg`Budget`,
};

const mpp = msg`Microsoft Project's own .mpp cannot be read. In Project choose File, Save As, and XML Format (*.xml); then import that.`;
const unreadable = msg`This file cannot be read as a programme.`;

const codes: Record<string, MessageDescriptor> = {
  'programme-loop': msg`Activities wait for each other in a circle.`,
  'programme-out-of-range': msg`A date is too far away to compute.`,
  'programme-network': msg`The relations and calendars do not fit together.`,
  'programme-calendar': msg`A calendar that an activity uses is missing, or has no working time.`,
  'programme-empty': msg`There is no activity in it.`,
  'programme-too-large': msg`The programme is too large.`,
  'programme-too-deep': msg`The outline is too deep.`,
  'programme-not-found': msg`This programme does not exist, or is not yours to see.`,
  'programme-deleted': msg`The programme has been deleted.`,
  'activity-not-found': msg`The activity is not there any more.`,
  'activity-summary': msg`A summary takes its dates from what is below it.`,
  'too-many-activities': msg`These are more activities than one programme holds.`,
  'too-many-programmes': msg`The project has as many programmes as it can hold.`,
  'too-many-edits': msg`These are too many changes at once: at most 500.`,
  'programme-mpp': mpp,
  'programme-xls': msg`The old .xls cannot be read. Save it as .xlsx and import that.`,
  'programme-no-headings': msg`The first row of the table has no headings that are known here.`,
  'programme-unknown': unreadable,
  'programme-xml': unreadable,
  'programme-xer': unreadable,
  'programme-table': unreadable,
  'programme-not-mspdi': unreadable,
  'programme-not-pmxml': unreadable,
  'programme-not-xer': unreadable,
  'programme-doctype': unreadable,
  'programme-text': unreadable,
  'programme-charset': unreadable,
  'changed-meanwhile': msg`The programme changed since this file was looked at. Look at it again.`,
};

/** whyText is a sentence about what did not work, with the programme's own codes. */
export function whyText(e: unknown, i18n: I18n): string {
  const code = e instanceof Problem ? e.code : undefined;
  return (code && codeText(code, i18n)) || errorText(e, i18n);
}

export function codeText(code: string, i18n: I18n): string | undefined {
  const m = codes[code];
  return m && i18n._(m);
}

const numbers = new Map<string, Intl.NumberFormat>();
function unit(locale: string, u: 'day' | 'hour' | 'minute' | 'week', v: number): string {
  const key = locale + u;
  let f = numbers.get(key);
  if (!f) {
    f = new Intl.NumberFormat(locale, { style: 'unit', unit: u, unitDisplay: 'narrow', maximumFractionDigits: 2 });
    numbers.set(key, f);
  }
  return f.format(v);
}

/** durationText of working minutes: days of the programme's length, hours below half a day. */
export function durationText(minutes: number | null | undefined, perDay: number, locale: string): string {
  if (minutes === null || minutes === undefined || Number.isNaN(minutes)) return '';
  const days = minutes / perDay;
  if (minutes === 0 || Math.abs(days * 4 - Math.round(days * 4)) < 0.001 || Math.abs(days) >= 3)
    return unit(locale, 'day', Math.abs(days) >= 20 ? Math.round(days * 10) / 10 : Math.round(days * 100) / 100);
  return unit(locale, 'hour', Math.round((minutes / 60) * 100) / 100);
}

const letters: Record<string, Record<string, 'day' | 'hour' | 'minute' | 'week'>> = {
  en: { d: 'day', h: 'hour', w: 'week', m: 'minute' },
  nl: { d: 'day', u: 'hour', h: 'hour', w: 'week', m: 'minute' },
  fr: { j: 'day', d: 'day', h: 'hour', s: 'week', m: 'minute' },
  da: { d: 'day', t: 'hour', h: 'hour', u: 'week', m: 'minute' },
  de: { t: 'day', d: 'day', h: 'hour', w: 'week', m: 'minute' },
};

/** readDuration understands "10", "10 d", "4 h", "1,5 w" in the reader's language; days without a letter. Null: not understood. */
export function readDuration(text: string, perDay: number, locale: string): number | null {
  const m = /^\s*(-?\d+(?:[.,]\d+)?)\s*(\p{L}?)\p{L}*\.?\s*$/u.exec(text);
  if (!m) return null;
  const v = Number((m[1] ?? '').replace(',', '.'));
  const u = m[2] ? letters[locale.slice(0, 2)]?.[m[2].toLowerCase()] : 'day';
  if (!u || !Number.isFinite(v)) return null;
  return Math.round(v * (u === 'day' ? perDay : u === 'week' ? 5 * perDay : u === 'hour' ? 60 : 1));
}

export const isMilestone = (kind: number | undefined): boolean => kind === kinds.startMilestone || kind === kinds.finishMilestone;

const fieldNames: Record<string, MessageDescriptor> = {
  name: msg`name`,
  code: msg`code`,
  notes: msg`notes`,
  duration: msg`duration`,
  kind: msg`kind`,
  calendar: msg`calendar`,
  constraint: msg`constraint`,
  constraint_at: msg`date of the constraint`,
  start: msg`start`,
  finish: msg`finish`,
  deadline: msg`deadline`,
  manual: msg`dates by hand`,
  location: msg`location`,
  location_id: msg`location`,
  in_charge: msg`person in charge`,
  budget: msg`budget`,
  percent: msg`progress`,
  parent: msg`place in the outline`,
};

/** fieldName is a field of an activity, within a sentence. */
export const fieldName = (field: string, i18n: I18n): string => inWords(fieldNames[field], i18n) || field;
