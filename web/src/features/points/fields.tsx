/** Inputs for a point's fields, shared by the capture card and the detail. Each takes and gives the API's own values. */
import { useLingui } from '@lingui/react/macro';
import { MultiSelect, type MultiSelectProps, Select, type SelectProps } from '@mantine/core';
import { DateInput, type DateInputProps } from '@mantine/dates';
import 'dayjs/locale/da';
import 'dayjs/locale/de';
import 'dayjs/locale/fr';
import 'dayjs/locale/nl';
import { useMemo } from 'react';
import type { CivilDate, Id, InCharge } from '@/api/types';
import { fold, useCategories, useLocations, useName, useOpenProject, usePeople, useThings } from '@/store';
import { choosable, placeText } from './words';

type Own<P> = Omit<P, 'value' | 'onChange' | 'data'>;

/** Every word typed is somewhere in the label, accents aside. */
const byWords: SelectProps['filter'] = ({ options, search, limit }) => {
  const words = fold(search).split(/\s+/).filter(Boolean);
  const fits = (label: string) => words.every((w) => fold(label).includes(w));
  const out: typeof options = [];
  let left = limit;
  for (const o of options) {
    if (left <= 0) break;
    if ('group' in o) {
      const items = o.items.filter((i) => fits(`${o.group} ${i.label}`)).slice(0, left);
      if (items.length) out.push({ ...o, items });
      left -= items.length;
    } else if (fits(o.label)) {
      out.push(o);
      left--;
    }
  }
  return out;
};

export function PlaceSelect({ value, onChange, ...rest }: Own<SelectProps> & { value: Id | null; onChange: (v: Id | null) => void }) {
  const { t } = useLingui();
  const locations = useLocations();
  const { pool } = useOpenProject();
  const data = useMemo(() => {
    // In the order of the tree: a level before its rooms.
    const byParent = Map.groupBy(locations, (l) => l.parent_id ?? '');
    const out: { value: string; label: string }[] = [];
    const walk = (parent: string, deep: number) => {
      for (const l of byParent.get(parent) ?? []) {
        out.push({ value: l.id, label: placeText(l.id, pool) });
        if (deep < 10) walk(l.id, deep + 1);
      }
    };
    walk('', 0);
    return out;
  }, [locations, pool]);
  return (
    <Select
      data={data}
      value={value}
      onChange={onChange}
      searchable
      clearable
      filter={byWords}
      limit={60}
      maxDropdownHeight={280}
      nothingFoundMessage={t`Nothing found`}
      clearButtonProps={{ 'aria-label': t`Clear` }}
      {...rest}
    />
  );
}

export function CategorySelect({ value, onChange, ...rest }: Own<SelectProps> & { value: Id | null; onChange: (v: Id | null) => void }) {
  const { t } = useLingui();
  const categories = useCategories();
  const data = useMemo(() => {
    const all = choosable(categories);
    return all
      .filter((c) => !c.parent_id)
      .map((top) => {
        const below = all.filter((c) => c.parent_id === top.id);
        return { group: top.name, items: [top, ...below].map((c) => ({ value: c.id, label: c.name })) };
      });
  }, [categories]);
  return (
    <Select
      data={data}
      value={value}
      onChange={onChange}
      searchable
      clearable
      filter={byWords}
      maxDropdownHeight={280}
      nothingFoundMessage={t`Nothing found`}
      clearButtonProps={{ 'aria-label': t`Clear` }}
      {...rest}
    />
  );
}

const refs = (list: readonly InCharge[]) => list.map((c) => `${c.kind}:${c.id}`);

function parseRef(ref: string): InCharge {
  const at = ref.indexOf(':');
  return { kind: ref.slice(0, at) as InCharge['kind'], id: ref.slice(at + 1) };
}

export function InChargeSelect({
  value,
  onChange,
  ...rest
}: Own<MultiSelectProps> & { value: readonly InCharge[]; onChange: (v: InCharge[]) => void }) {
  const { t } = useLingui();
  const people = usePeople();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const name = useName();
  const data = useMemo(() => {
    const item = (kind: InCharge['kind'], x: { id: Id }) => ({ value: `${kind}:${x.id}`, label: name({ kind, id: x.id }) });
    const sorted = (kind: InCharge['kind'], list: readonly { id: Id }[]) =>
      list.map((x) => item(kind, x)).sort((a, b) => a.label.localeCompare(b.label));
    const chosen = new Set(refs(value));
    const groups = [
      { group: t`Companies`, items: sorted('company', companies) },
      { group: t`Roles`, items: sorted('role', roles) },
      {
        group: t`People`,
        items: sorted(
          'person',
          people.filter((p) => (!p.former && !p.limited) || chosen.has(`person:${p.id}`)),
        ),
      },
    ];
    // Who is in charge but not in the lists (left meanwhile) must still be shown, or it could not be taken away.
    const known = new Set(groups.flatMap((g) => g.items.map((i) => i.value)));
    const gone = value.filter((c) => !known.has(`${c.kind}:${c.id}`)).map((c) => item(c.kind, c));
    return [...groups, ...(gone.length ? [{ group: t`No longer here`, items: gone }] : [])].filter((g) => g.items.length > 0);
  }, [people, companies, roles, name, value, t]);
  return (
    <MultiSelect
      data={data}
      value={refs(value)}
      onChange={(list) => onChange(list.map(parseRef))}
      searchable
      filter={byWords}
      maxDropdownHeight={280}
      hidePickedOptions
      nothingFoundMessage={t`Nothing found`}
      clearButtonProps={{ 'aria-label': t`Clear` }}
      {...rest}
    />
  );
}

export function DueInput({
  value,
  onChange,
  ...rest
}: Omit<DateInputProps, 'value' | 'onChange'> & { value: CivilDate | null; onChange: (v: CivilDate | null) => void }) {
  const { t, i18n } = useLingui();
  return (
    <DateInput
      value={value}
      onChange={onChange}
      clearable
      locale={i18n.locale}
      valueFormat={dateFormat(i18n.locale)}
      clearButtonProps={{ 'aria-label': t`Clear` }}
      previousLabel={t`Previous`}
      nextLabel={t`Next`}
      popoverProps={{ shadow: 'md', transitionProps: { duration: 80 } }}
      {...rest}
    />
  );
}

/** The order that people of a language write a date in, for typing. */
function dateFormat(locale: string): string {
  return locale === 'de' || locale === 'da' ? 'DD.MM.YYYY' : locale === 'nl' ? 'DD-MM-YYYY' : 'DD/MM/YYYY';
}
