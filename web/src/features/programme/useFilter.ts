/** The filter and the groups of the address, as functions of an activity. */
import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import type { Network } from '@/engines/gantt';
import { useName, useOpenProject, usePeople, useThings, withBelow } from '@/store';
import { placeText } from '../points/words';
import { filtered, type ProgrammeSearch } from './choice';
import { finder, inWords, shownState, stateNames } from './words';

export function useFilter(net: Network | null, search: ProgrammeSearch) {
  const { i18n } = useLingui();
  const { pool } = useOpenProject();
  const locations = useThings('locations');
  const people = usePeople();
  const name = useName();
  // biome-ignore lint/correctness/useExhaustiveDependencies: locations are read through the pool
  const keep = useMemo(() => {
    if (!net || !filtered(search)) return undefined;
    const a = net.s.activities;
    const find = search.q ? finder(search.q) : null;
    const states = search.state ? new Set(search.state.split(',').map(Number)) : null;
    const who = search.in_charge ? new Set(search.in_charge.split(',')) : null;
    const where = search.location ? withBelow(pool.list('locations'), search.location.split(',')) : null;
    // A company is in charge of what its people are in charge of.
    const companyOf = new Map(people.map((p) => [p.id, p.company_id]));
    return (i: number): boolean => {
      if (find && !find(`${a.code[i] ?? ''} ${a.name[i] ?? ''}`)) return false;
      if (states && (net.kind[i] === 3 || !states.has(shownState(net, i)))) return false;
      if (search.critical && net.critical[i] !== 1) return false;
      if (where && !where.has(a.location[i] ?? '')) return false;
      return (
        !who ||
        (a.in_charge[i] ?? []).some(
          (c) => who.has(`${c.kind}:${c.id}`) || (c.kind === 'person' && who.has(`company:${companyOf.get(c.id) ?? ''}`)),
        )
      );
    };
  }, [net, search.q, search.state, search.in_charge, search.location, search.critical, locations, people, pool]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: locations are read through the pool
  const groups = useMemo(() => {
    if (!net || !search.group) return undefined;
    const a = net.s.activities;
    if (search.group === 'state')
      return (i: number) => {
        const st = shownState(net, i);
        return [{ key: String(st), title: inWords(stateNames[st], i18n) }];
      };
    if (search.group === 'location') {
      const places = new Map(pool.list('locations').map((l) => [l.id, placeText(l.id, pool)]));
      return (i: number) => {
        const l = a.location[i] ?? '';
        return [{ key: places.has(l) ? l : '', title: places.get(l) ?? '' }];
      };
    }
    const companyOf = new Map(people.map((p) => [p.id, p.company_id]));
    return (i: number) => {
      const out = new Map<string, string>();
      for (const c of a.in_charge[i] ?? []) {
        const company = c.kind === 'company' ? c.id : c.kind === 'person' ? companyOf.get(c.id) : null;
        if (company) out.set(`company:${company}`, name({ kind: 'company', id: company }));
        else out.set(`${c.kind}:${c.id}`, name(c));
      }
      if (out.size === 0) return [{ key: '', title: '' }];
      return [...out].map(([key, title]) => ({ key, title }));
    };
  }, [net, search.group, locations, people, name, pool, i18n]);
  return { keep, groups };
}
