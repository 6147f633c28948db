/** What the table says in each cell. */
import { useLingui } from '@lingui/react';
import { useCallback, useMemo } from 'react';
import type { InCharge } from '@/api/types';
import type { Network } from '@/engines/gantt';
import { Words } from '@/engines/gantt';
import { useName, useOpenProject, useReader, useThings } from '@/store';
import { placeText } from '../points/words';
import { constraintNames, durationText, inWords, kindNames, shownState, stateNames } from './words';

export function useTimeWords(week: string): Words {
  const { locale } = useReader();
  return useMemo(() => new Words(locale, week), [locale, week]);
}

export function useCells(net: Network | null, words: Words): (column: string, i: number) => string {
  const { i18n } = useLingui();
  const name = useName();
  const { pool } = useOpenProject();
  const locations = useThings('locations');
  const places = useMemo(() => new Map(locations.map((l) => [l.id, placeText(l.id, pool)])), [locations, pool]);
  const states = useMemo(() => stateNames.map((m) => i18n._(m)), [i18n]);
  const money = useMemo(() => new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 0 }), [i18n.locale]);
  return useCallback(
    (column, i) => {
      if (!net) return '';
      const a = net.s.activities;
      const per = net.s.minutes_day;
      switch (column) {
        case 'name':
          return a.name[i] ?? '';
        case 'code':
          return a.code[i] ?? '';
        case 'duration':
          return durationText(net.lasts(i), per, i18n.locale);
        case 'start':
          return time(words, net.start[i]);
        case 'finish':
          return time(words, net.finish[i]);
        case 'deadline':
          return time(words, a.deadline[i]);
        case 'float':
          return net.kind[i] === 3 ? '' : durationText(net.totalFloat[i], per, i18n.locale);
        case 'free_float':
          return net.kind[i] === 3 ? '' : durationText(net.freeFloat[i], per, i18n.locale);
        case 'percent':
          return `${Math.round(net.percent[i] ?? 0)} %`;
        case 'state':
          return net.kind[i] === 3 ? '' : (states[shownState(net, i)] ?? '');
        case 'in_charge':
          return (a.in_charge[i] ?? []).map((c) => name(c)).join(', ');
        case 'location':
          return places.get(a.location[i] ?? '') ?? '';
        case 'budget':
          return a.budget[i] ? money.format(a.budget[i] / 100) : '';
        default:
          return '';
      }
    },
    [net, words, states, name, places, money, i18n.locale],
  );
}

function time(words: Words, t: number | null | undefined): string {
  return t === null || t === undefined || Number.isNaN(t) ? '' : words.short(t);
}

/** useValues says a field's value in words, for histories and conflicts. */
export function useValues(net: Network | null, words: Words): (field: string, value: unknown) => string {
  const { i18n } = useLingui();
  const name = useName();
  const { pool } = useOpenProject();
  return useCallback(
    (field, value) => {
      if (value === null || value === undefined || value === '') return '–';
      switch (field) {
        case 'duration':
        case 'remaining':
          return durationText(Number(value), net?.s.minutes_day ?? 480, i18n.locale);
        case 'start':
        case 'finish':
        case 'deadline':
        case 'constraint_at':
        case 'actual_start':
        case 'actual_finish':
          return typeof value === 'number' ? words.dateTime(value) : String(value);
        case 'constraint':
          return inWords(constraintNames[Number(value)], i18n) || String(value);
        case 'kind':
          return inWords(kindNames[Number(value)], i18n) || String(value);
        case 'percent':
          return `${value} %`;
        case 'location':
        case 'location_id':
          return placeText(String(value), pool) || '–';
        case 'in_charge':
          return (Array.isArray(value) ? (value as InCharge[]) : []).map((c) => name(c)).join(', ') || '–';
        default:
          return typeof value === 'object' ? '…' : String(value);
      }
    },
    [net, words, name, pool, i18n],
  );
}
