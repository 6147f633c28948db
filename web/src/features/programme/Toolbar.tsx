/** Filter, groups, saved views, what is shown, and what can be done, in one row. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Checkbox, Drawer, Popover, Select, TextInput } from '@mantine/core';
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react';
import type { Network } from '@/engines/gantt';
import { useLocations, useName, useOpenProject } from '@/store';
import { placeText } from '../points/words';
import { cleared, columnIds, filtered, type Grouping, groupings, type Look, type ProgrammeSearch, withColumn } from './choice';
import type { GanttHandle } from './GanttView';
import s from './programme.module.css';
import { SavedViews } from './SavedViews';
import { StateMark } from './StateMark';
import { columnNames, inWords, stateNames } from './words';

interface Option {
  value: string;
  label: string;
  mark?: ReactNode;
}

interface Props {
  net: Network;
  search: ProgrammeSearch;
  set: (next: ProgrammeSearch, replace?: boolean) => void;
  look: Look;
  onLook: (next: Partial<Look>) => void;
  textRef: RefObject<HTMLInputElement | null>;
  wide: boolean;
  matches: number;
  mayEdit: boolean;
  canUndo: boolean;
  canRedo: boolean;
  onUndo: () => void;
  onRedo: () => void;
  gantt: RefObject<GanttHandle | null>;
  onBaselines: () => void;
}

export function Toolbar(p: Props) {
  const { t } = useLingui();
  const [drawer, setDrawer] = useState(false);
  const { search, set, wide } = p;
  const picture = search.programme ?? 'gantt';
  const chips = <Chips net={p.net} search={search} set={set} />;
  const names: Record<Grouping, string> = { location: t`Grouped by location`, company: t`Grouped by company`, state: t`Grouped by state` };
  const group = picture === 'gantt' && wide && (
    <Select
      size="xs"
      w={158}
      aria-label={t`Group`}
      value={search.group ?? ''}
      onChange={(v) => set({ ...search, group: (v || undefined) as Grouping | undefined })}
      data={[{ value: '', label: t`As in the outline` }, ...groupings.map((g) => ({ value: g, label: names[g] }))]}
      allowDeselect={false}
    />
  );
  return (
    <search className={s.tools} aria-label={t`Filter`}>
      {wide && (
        <fieldset className={s.pictures} aria-label={t`Picture`}>
          <button type="button" aria-pressed={picture === 'gantt'} onClick={() => set({ ...search, programme: undefined })}>
            <Trans>Bars</Trans>
          </button>
          <button type="button" aria-pressed={picture === 'lob'} onClick={() => set({ ...search, programme: 'lob', group: undefined })}>
            <Trans>Locations</Trans>
          </button>
        </fieldset>
      )}
      <TextFilter value={search.q ?? ''} onChange={(q) => set({ ...search, q: q || undefined })} inputRef={p.textRef} />
      {wide ? (
        chips
      ) : (
        <>
          <button
            type="button"
            className={s.chip}
            data-on={filtered({ ...search, q: undefined }) || undefined}
            aria-haspopup="dialog"
            onClick={() => setDrawer(true)}
          >
            <Trans>Filter</Trans>
          </button>
          <Drawer
            opened={drawer}
            onClose={() => setDrawer(false)}
            position="bottom"
            size="auto"
            title={t`Filter`}
            closeButtonProps={{ 'aria-label': t`Close` }}
          >
            <div className={s.drawer}>
              {chips}
              <Button size="lg" fullWidth onClick={() => setDrawer(false)}>
                <Trans>Show</Trans>
              </Button>
            </div>
          </Drawer>
        </>
      )}
      {filtered(search) && (
        <>
          <button type="button" className={s.clear} onClick={() => set(cleared(search))}>
            <Trans>Clear</Trans>
          </button>
          {wide && (
            <span className={s.count} role="status">
              <Plural value={p.matches} one="# matches" other="# match" />
            </span>
          )}
        </>
      )}
      {wide && (
        <>
          {group}
          <SavedViews search={search} set={set} />
          {picture === 'gantt' && <Show look={p.look} onLook={p.onLook} onBaselines={p.onBaselines} />}
          <span className={s.grow} />
          {p.mayEdit && (
            <div className={s.edit}>
              <ActionIcon variant="default" size="md" aria-label={t`Undo`} title={t`Undo`} disabled={!p.canUndo} onClick={p.onUndo}>
                <Turn />
              </ActionIcon>
              <ActionIcon variant="default" size="md" aria-label={t`Redo`} title={t`Redo`} disabled={!p.canRedo} onClick={p.onRedo}>
                <Turn back />
              </ActionIcon>
              {picture === 'gantt' && (
                <Button size="compact-md" onClick={() => p.gantt.current?.add()}>
                  <Trans>Add activity</Trans>
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </search>
  );
}

function Turn({ back = false }: { back?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      transform={back ? 'scale(-1 1)' : undefined}
    >
      <path d="M5.5 3L2.5 6l3 3M3 6h6.5a4 4 0 0 1 0 8H7" />
    </svg>
  );
}

function TextFilter({
  value,
  onChange,
  inputRef,
}: {
  value: string;
  onChange: (v: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
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
      size="xs"
      type="search"
      className={s.textFilter}
      placeholder={t`Name or code`}
      aria-label={t`Search the activities`}
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
    />
  );
}

function Chips({ net, search, set }: Pick<Props, 'net' | 'search' | 'set'>) {
  const { t, i18n } = useLingui();
  const name = useName();
  const locations = useLocations();
  const { pool } = useOpenProject();
  const states: Option[] = [0, 1, 5, 2, 3, 4].map((k) => ({
    value: String(k),
    label: inWords(stateNames[k], i18n),
    mark: <StateMark state={k} />,
  }));
  const who = useMemo(() => {
    const all = new Map<string, Option>();
    for (const list of net.s.activities.in_charge)
      for (const c of list) all.set(`${c.kind}:${c.id}`, { value: `${c.kind}:${c.id}`, label: name(c) });
    return [...all.values()].sort((a, b) => a.label.localeCompare(b.label));
  }, [net, name]);
  const where = useMemo(
    () => locations.map((l) => ({ value: l.id, label: placeText(l.id, pool) })).sort((a, b) => a.label.localeCompare(b.label)),
    [locations, pool],
  );
  return (
    <>
      <Chip label={t`State`} options={states} value={search.state} onChange={(state) => set({ ...search, state })} />
      {who.length > 0 && (
        <Chip label={t`In charge`} options={who} value={search.in_charge} onChange={(in_charge) => set({ ...search, in_charge })} />
      )}
      {where.length > 0 && (
        <Chip label={t`Where`} options={where} value={search.location} onChange={(location) => set({ ...search, location })} />
      )}
      <button
        type="button"
        className={s.chip}
        aria-pressed={search.critical === true}
        data-on={search.critical || undefined}
        onClick={() => set({ ...search, critical: search.critical ? undefined : true })}
      >
        <Trans>Critical only</Trans>
      </button>
    </>
  );
}

function Chip({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly Option[];
  value: string | undefined;
  onChange: (v: string | undefined) => void;
}) {
  const on = value ? value.split(',') : [];
  const first = options.find((o) => o.value === on[0]);
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus transitionProps={{ duration: 80 }}>
      <Popover.Target>
        <button type="button" className={s.chip} data-on={on.length > 0 || undefined}>
          {label} {on.length === 1 ? <b>{first?.label}</b> : on.length > 1 ? <b>{on.length}</b> : null}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label} p={8}>
        <div className={s.choices}>
          {options.map((o) => (
            <Checkbox
              key={o.value}
              size="sm"
              checked={on.includes(o.value)}
              label={
                <span className={s.choiceLabel}>
                  {o.mark}
                  {o.label}
                </span>
              }
              onChange={(e) =>
                onChange((e.currentTarget.checked ? [...on, o.value] : on.filter((v) => v !== o.value)).join(',') || undefined)
              }
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Show({ look, onLook, onBaselines }: Pick<Props, 'look' | 'onLook' | 'onBaselines'>) {
  const { t, i18n } = useLingui();
  const flags = [
    ['critical', t`Critical path`],
    ['floats', t`Float`],
    ['relations', t`Relations`],
    ['progress', t`Progress line`],
    ['names', t`Names at the bars`],
    ['planned', t`Planned dates`],
  ] as const;
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus transitionProps={{ duration: 80 }}>
      <Popover.Target>
        <button type="button" className={s.chip}>
          <Trans>Show</Trans>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`What is shown`} p={10}>
        <div className={s.showing}>
          <fieldset>
            <legend>
              <Trans>In the chart</Trans>
            </legend>
            {flags.map(([name, label]) => (
              <Checkbox
                key={name}
                size="sm"
                label={label}
                checked={look[name]}
                onChange={(e) => onLook({ [name]: e.currentTarget.checked })}
              />
            ))}
            <Button size="compact-sm" variant="default" mt={6} onClick={onBaselines}>
              <Trans>Baselines</Trans>
            </Button>
          </fieldset>
          <fieldset>
            <legend>
              <Trans>Columns</Trans>
            </legend>
            {columnIds.map((id) => (
              <Checkbox
                key={id}
                size="sm"
                label={i18n._(columnNames[id])}
                checked={look.columns.some((c) => c.id === id)}
                disabled={id === 'name'}
                onChange={(e) => onLook({ columns: withColumn(look.columns, id, e.currentTarget.checked) })}
              />
            ))}
          </fieldset>
        </div>
        <hr className={s.rule} />
        <Legend />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What the colours and shapes say. */
function Legend() {
  const { i18n } = useLingui();
  return (
    <ul className={s.legend}>
      {[0, 1, 5, 2, 3, 4].map((k) => (
        <li key={k}>
          <StateMark state={k} /> {inWords(stateNames[k], i18n)}
        </li>
      ))}
      <li>
        <span className={s.criticalMark} aria-hidden="true" /> <Trans>Critical: an edge of red</Trans>
      </li>
    </ul>
  );
}
