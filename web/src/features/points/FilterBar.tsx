/** Filters as words one can press. What is set shows its value; the rest hides behind one button on a phone. */
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, TextInput } from '@mantine/core';
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useMemo, useState } from 'react';
import {
  addDays,
  type PointSort,
  placePath,
  today,
  useCategories,
  useLists,
  useLocations,
  useName,
  useOpenProject,
  usePeople,
  useProject,
  useStatuses,
  useThings,
} from '@/store';
import { later, Opening, StatusMark } from '@/ui';
import type { ChoiceProps, Option } from './ChoiceList';
import s from './points.module.css';
import { cleared, filterCount, type GroupBy, type PointSearch, sortOf } from './search';
import { choosable } from './words';

const ChoiceList = later<ChoiceProps>(() => import('./ChoiceList'));
const FilterDrawer = lazy(() => import('./FilterDrawer'));

export interface FilterBarProps {
  search: PointSearch;
  onChange: (next: PointSearch) => void;
  wide: boolean;
  textRef?: RefObject<HTMLInputElement | null>;
  /** On a plan: no sort, no group, no text. */
  plan?: boolean;
  children?: ReactNode;
}

export function FilterBar({ search, onChange, wide, textRef, plan = false, children }: FilterBarProps) {
  const { t } = useLingui();
  const [drawer, setDrawer] = useState<boolean>(); // undefined: never asked for
  const [more, setMore] = useState(false);
  const count = filterCount(search);
  const chips = <Chips search={search} onChange={onChange} few={plan && wide && !more} />;
  const sorts = plan ? null : <Order search={search} onChange={onChange} />;
  return (
    <search className={plan ? s.planFilters : s.filters} aria-label={t`Filter`}>
      {!plan && <TextFilter value={search.q ?? ''} onChange={(q) => onChange({ ...search, q: q || undefined })} inputRef={textRef} />}
      {wide ? (
        <>
          {chips}
          {sorts}
          {plan && (
            <button type="button" className={s.chip} aria-expanded={more} onClick={() => setMore(!more)}>
              {more ? <Trans>Fewer filters</Trans> : <Trans>More filters</Trans>}
            </button>
          )}
        </>
      ) : (
        <>
          <button type="button" className={s.chip} data-on={count > 0 || undefined} aria-haspopup="dialog" onClick={() => setDrawer(true)}>
            <Trans>Filter</Trans> {count > 0 && <b>{count}</b>}
          </button>
          <Suspense fallback={null}>
            {drawer !== undefined && (
              <FilterDrawer opened={drawer} onClose={() => setDrawer(false)}>
                {chips}
                {sorts}
              </FilterDrawer>
            )}
          </Suspense>
        </>
      )}
      {count > 0 && (
        <button type="button" className={s.clear} onClick={() => onChange({ ...cleared(search), q: search.q })}>
          <Trans>Clear</Trans>
        </button>
      )}
      {!wide && children}
      {wide && children && (
        <>
          <span className={s.grow} />
          {children}
        </>
      )}
    </search>
  );
}

/** The text follows the typing, the address a moment later. */
function TextFilter({
  value,
  onChange,
  inputRef,
}: {
  value: string;
  onChange: (v: string) => void;
  inputRef?: RefObject<HTMLInputElement | null> | undefined;
}) {
  const { t } = useLingui();
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (told !== value) {
    setTold(value);
    setText(value);
  }
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => {
      setTold(text);
      onChange(text);
    }, 200);
    return () => clearTimeout(timer);
  }, [text, told, onChange]);
  return (
    <TextInput
      ref={inputRef}
      className={s.textFilter}
      size="xs"
      type="search"
      placeholder={t`Number or words`}
      aria-label={t`Search in points`}
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
      onKeyDown={(e) => {
        if (e.key !== 'Escape') return;
        e.preventDefault();
        if (text) setText('');
        else e.currentTarget.blur();
      }}
    />
  );
}

/** `few` leaves out what is seldom used and not set. */
function Chips({ search, onChange, few }: { search: PointSearch; onChange: (next: PointSearch) => void; few: boolean }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const statuses = useStatuses();
  const categories = useCategories();
  const locations = useLocations();
  const people = usePeople();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const name = useName();
  const zone = useProject().time_zone;
  const lists = useLists();
  const list = useMemo<Option[]>(() => lists.map((x) => ({ value: x.id, label: `${x.code} ${x.name}` })), [lists]);
  const status = useMemo<Option[]>(
    () => statuses.map((x) => ({ value: x.id, label: x.name, mark: <StatusMark status={x} /> })),
    [statuses],
  );
  const category = useMemo<Option[]>(() => {
    const all = choosable(categories);
    return all
      .filter((c) => !c.parent_id)
      .flatMap((top) =>
        [top, ...all.filter((c) => c.parent_id === top.id)].map((c) => ({ value: c.id, label: c.name, deep: c.parent_id ? 1 : 0 })),
      );
  }, [categories]);
  const location = useMemo<Option[]>(() => {
    const out: Option[] = [];
    const walk = (parent: string | null, deep: number) => {
      for (const l of locations) {
        if (l.parent_id !== parent || deep > 9) continue;
        out.push({ value: l.id, label: [l.code, l.name].filter(Boolean).join(' '), deep });
        walk(l.id, deep + 1);
      }
    };
    walk(null, 0);
    return out;
  }, [locations]);
  const charge = useMemo<Option[]>(() => {
    const of = (kind: 'company' | 'role' | 'person', list: readonly { id: string }[]) =>
      list.map((x) => ({ value: `${kind}:${x.id}`, label: name({ kind, id: x.id }) })).sort((a, b) => a.label.localeCompare(b.label));
    return [...of('company', companies), ...of('role', roles), ...of('person', people)];
  }, [companies, roles, people, name]);
  const day = today(zone);
  const shows = (value: unknown) => !few || Boolean(value);
  const due = search.overdue ? 'overdue' : search.due_before === addDays(day, 7) ? 'week' : '';
  return (
    <>
      {(list.length > 1 || search.list) && shows(search.list || !few) && (
        <Choice label={t`List`} options={list} value={search.list} onChange={(v) => onChange({ ...search, list: v })} />
      )}
      <Choice label={t`Status`} options={status} value={search.status} onChange={(v) => onChange({ ...search, status: v })} />
      <Choice label={t`In charge`} options={charge} value={search.in_charge} onChange={(v) => onChange({ ...search, in_charge: v })} />
      {shows(search.category) && (
        <Choice label={t`Category`} options={category} value={search.category} onChange={(v) => onChange({ ...search, category: v })} />
      )}
      {shows(search.location) && (
        <Choice
          label={t`Where`}
          options={location}
          value={search.location}
          onChange={(v) => onChange({ ...search, location: v })}
          title={(id) => placePath(id, pool)}
        />
      )}
      {shows(due) && (
        <Choice
          label={t`Due`}
          single
          options={[
            { value: 'overdue', label: t`Overdue` },
            { value: 'week', label: t`Within a week` },
          ]}
          value={due || undefined}
          onChange={(v) =>
            onChange({
              ...search,
              overdue: v === 'overdue' || undefined,
              due_before: v === 'week' ? addDays(day, 7) : undefined,
              due_after: undefined,
            })
          }
        />
      )}
      {shows(search.closed) && (
        <Choice
          label={t`Closed ones`}
          single
          options={[
            { value: 'any', label: t`Show too` },
            { value: 'true', label: t`Only these` },
          ]}
          value={search.closed}
          onChange={(v) => onChange({ ...search, closed: v as PointSearch['closed'] })}
        />
      )}
      {shows(search.mine) && (
        <button
          type="button"
          className={s.chip}
          aria-pressed={search.mine === true}
          data-on={search.mine || undefined}
          onClick={() => onChange({ ...search, mine: search.mine ? undefined : true })}
        >
          <Trans>Mine</Trans>
        </button>
      )}
      {shows(search.urgent) && (
        <button
          type="button"
          className={s.chip}
          aria-pressed={search.urgent === true}
          data-on={search.urgent || undefined}
          onClick={() => onChange({ ...search, urgent: search.urgent ? undefined : true })}
        >
          <Trans>Urgent</Trans>
        </button>
      )}
    </>
  );
}

/** One filter: a word, and the list of what it may be. */
function Choice(props: ChoiceProps) {
  const { label, options, value, title } = props;
  const { t } = useLingui();
  const names = (value ? value.split(',') : []).map((v) => options.find((o) => o.value === v)?.label ?? title?.(v) ?? '…');
  const face = (
    <>
      {label} {names.length > 0 && <b>{names.length > 1 ? t`${names[0] ?? ''} and ${names.length - 1} more` : names[0]}</b>}
    </>
  );
  return (
    <Opening
      of={ChoiceList}
      gives={props}
      button={{ className: s.chip, 'data-on': names.length > 0 || undefined, 'aria-haspopup': 'dialog', children: face }}
    />
  );
}

function Order({ search, onChange }: { search: PointSearch; onChange: (next: PointSearch) => void }) {
  const { t } = useLingui();
  const sort = sortOf(search);
  const sorts: { value: string; label: string; by: PointSort['by']; order: 'asc' | 'desc' }[] = [
    { value: 'number-desc', label: t`Highest number first`, by: 'number', order: 'desc' },
    { value: 'number-asc', label: t`Lowest number first`, by: 'number', order: 'asc' },
    { value: 'created-desc', label: t`Newest first`, by: 'created', order: 'desc' },
    { value: 'changed-desc', label: t`Last changed first`, by: 'changed', order: 'desc' },
    { value: 'due-asc', label: t`Due soonest first`, by: 'due', order: 'asc' },
    { value: 'status-asc', label: t`By status`, by: 'status', order: 'asc' },
    { value: 'location-asc', label: t`By place`, by: 'location', order: 'asc' },
    { value: 'subject-asc', label: t`By subject`, by: 'subject', order: 'asc' },
  ];
  const now = `${sort.by}-${sort.order}`;
  return (
    <>
      <NativeSelect
        className={s.order}
        size="xs"
        aria-label={t`Sort`}
        data={[
          ...sorts.map(({ value, label }) => ({ value, label })),
          ...(sorts.some((x) => x.value === now) ? [] : [{ value: now, label: t`By column` }]),
        ]}
        value={now}
        onChange={(e) => {
          const x = sorts.find((o) => o.value === e.currentTarget.value);
          if (x) onChange({ ...search, sort: x.by, order: x.order });
        }}
      />
      <NativeSelect
        className={s.order}
        size="xs"
        aria-label={t`Group`}
        data={[
          { value: '', label: t`Not grouped` },
          { value: 'status', label: t`Grouped by status` },
          { value: 'due', label: t`Grouped by due date` },
          { value: 'category', label: t`Grouped by category` },
          { value: 'location', label: t`Grouped by place` },
          { value: 'in_charge', label: t`Grouped by who is in charge` },
          { value: 'list', label: t`Grouped by list` },
        ]}
        value={search.group ?? ''}
        onChange={(e) => onChange({ ...search, group: (e.currentTarget.value as GroupBy | '') || undefined })}
      />
    </>
  );
}
