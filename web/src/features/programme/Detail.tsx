/** One activity: all its fields, what it waits for and what waits for it, notes, and what happened to it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Group, Menu, NativeSelect, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { type ActivityEntry, type ActivityWhole, type Edit, linkKinds, programmes, type SetFields } from '@/api/programme';
import type { Id } from '@/api/types';
import { civilOf, day, fromCivil, kinds, type Network, type Words } from '@/engines/gantt';
import { ago, useName, useOpenProject, useReader, useThings } from '@/store';
import { toast } from '@/ui';
import { DueInput, InChargeSelect, PlaceSelect } from '../points/fields';
import * as edits from './edits';
import s from './programme.module.css';
import { RelationForm, useLagText } from './RelationCard';
import { StateTag } from './StateMark';
import type { ScheduleStore } from './schedule';
import { useValues } from './useCells';
import {
  constraintNames,
  durationText,
  fieldName,
  finder,
  inWords,
  isMilestone,
  kindNames,
  linkNames,
  ofFinish,
  readDuration,
  shownState,
  stateNames,
  whyText,
} from './words';

interface Props {
  store: ScheduleStore;
  net: Network;
  stamp: number;
  id: Id;
  words: Words;
  mayEdit: boolean;
  onOpen: (id: Id) => void;
  onClose: () => void;
}

export function Detail({ store, net, stamp, id, words, mayEdit, onOpen, onClose }: Props) {
  const { t, i18n } = useLingui();
  const project = useOpenProject();
  const i = net.at.get(id);
  const [whole, setWhole] = useState<ActivityWhole>();
  const [entries, setEntries] = useState<ActivityEntry[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another stamp, and something may have been written
  useEffect(() => {
    const c = new AbortController();
    programmes.activity(project.id, id, c.signal).then(setWhole, () => undefined);
    programmes.history(project.id, id, c.signal).then(
      (h) => setEntries(h.items),
      () => undefined,
    );
    return () => c.abort();
  }, [project, id, stamp]);
  const send = async (list: Edit[], undo?: string) => {
    const o = await store.edit(list);
    if (!o.ok && o.error !== undefined) toast(whyText(o.error, i18n));
    else if (o.ok && undo) toast(undo, () => store.undo());
  };
  if (i === undefined)
    return (
      <div className={s.detail}>
        <Close onClose={onClose} />
        <p>
          <Trans>This activity is not there any more, or is not yours to see.</Trans>
        </p>
      </div>
    );
  const a = net.s.activities;
  const set = (fields: SetFields, undo = t`Changed`) => void send([{ do: 'set', activity: id, ...fields }], undo);
  const summary = net.kind[i] === kinds.summary;
  const per = net.s.minutes_day;
  const calendar = net.calendarOf(i);
  const first = (civil: string) => calendar?.next(fromCivil(civil)) ?? fromCivil(civil);
  const last = (civil: string) => calendar?.last(fromCivil(civil) + day) ?? fromCivil(civil) + day;
  const constraint = a.constraint[i] ?? 0;
  const critical = net.critical[i] === 1;
  const of = (list: 'start' | 'finish') => words.dateTime(net[list][i] as number);
  return (
    <div className={s.detail}>
      <div className={s.detailTop}>
        {a.code[i] && <span className={s.codeText}>{a.code[i]}</span>}
        <span className={s.grow} />
        {mayEdit && (
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Button variant="subtle" size="compact-sm">
                <Trans>Change</Trans>
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void send(edits.indent(net, [i]))}>
                <Trans>Put it below the one before</Trans>
              </Menu.Item>
              <Menu.Item onClick={() => void send(edits.outdent(net, [i]))}>
                <Trans>Take it out of its summary</Trans>
              </Menu.Item>
              <Menu.Item onClick={() => void send(edits.shifted(net, i, -1))}>
                <Trans>Move up</Trans>
              </Menu.Item>
              <Menu.Item onClick={() => void send(edits.shifted(net, i, 1))}>
                <Trans>Move down</Trans>
              </Menu.Item>
              <Menu.Item
                color="brick"
                onClick={() => {
                  void send(edits.removal(net, [i]), t`Activity removed`);
                  onClose();
                }}
              >
                <Trans>Remove the activity</Trans>
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        <Close onClose={onClose} />
      </div>
      <Title name={a.name[i] ?? ''} mayEdit={mayEdit} onName={(name) => set({ name }, t`Renamed`)} />
      <div className={s.tags}>
        {!summary && <StateTag state={shownState(net, i)}>{inWords(stateNames[shownState(net, i)], i18n)}</StateTag>}
        <span>{Math.round(net.percent[i] ?? 0)} %</span>
        {critical && (
          <span className={s.criticalTag}>
            <Trans>Critical</Trans>
          </span>
        )}
      </div>
      {!summary && (
        <Link to="/p/$project/activities" params={{ project: project.id }} search={{ activity: id }} className={s.report}>
          <Trans>Progress, problems and photos</Trans>
        </Link>
      )}
      {((a.problems[i] ?? 0) > 0 || (a.blocking[i] ?? 0) > 0) && (
        <p className={s.warn}>
          {(a.problems[i] ?? 0) > 0 && <Trans>Open problems: {a.problems[i]}</Trans>}{' '}
          {(a.blocking[i] ?? 0) > 0 && <Trans>Points that block it: {a.blocking[i]}</Trans>}
        </p>
      )}
      <dl className={s.facts}>
        <Fact label={t`Start`}>{of('start')}</Fact>
        <Fact label={t`Finish`}>{of('finish')}</Fact>
        {!summary && (
          <>
            <Fact label={t`Total float`}>{durationText(net.totalFloat[i], per, i18n.locale)}</Fact>
            <Fact label={t`Free float`}>{durationText(net.freeFloat[i], per, i18n.locale)}</Fact>
            <Fact label={t`Latest finish`}>{words.date(net.lateFinish[i] as number)}</Fact>
          </>
        )}
        {a.actual_start[i] != null && <Fact label={t`Began`}>{words.dateTime(a.actual_start[i] as number)}</Fact>}
        {a.actual_finish[i] != null && <Fact label={t`Ended`}>{words.dateTime(a.actual_finish[i] as number)}</Fact>}
      </dl>
      {mayEdit ? (
        <div className={s.form}>
          {!summary && !isMilestone(net.kind[i]) && (
            <Typed
              label={t`Duration`}
              value={durationText(a.duration[i], per, i18n.locale)}
              read={(v) => {
                const d = readDuration(v, per, i18n.locale);
                return d === null || d < 0 ? t`For example 10 d or 4 h` : () => d !== a.duration[i] && set({ duration: d });
              }}
            />
          )}
          {!summary && (
            <DueInput
              size="xs"
              label={t`Start on`}
              clearable={false}
              value={civilOf(net.start[i] as number) || null}
              onChange={(v) => v && v !== civilOf(net.start[i] as number) && set({ start: first(v) }, t`Moved`)}
            />
          )}
          <InChargeSelect size="xs" label={t`In charge`} value={a.in_charge[i] ?? []} onChange={(in_charge) => set({ in_charge })} />
          <PlaceSelect size="xs" label={t`Where`} value={a.location[i] ?? null} onChange={(location) => set({ location })} />
          {!summary && (
            <>
              <NativeSelect
                size="xs"
                label={t`Constraint`}
                value={String(constraint)}
                onChange={(e) => {
                  const c = Number(e.currentTarget.value);
                  const at = (ofFinish.has(c) ? net.finish[i] : net.start[i]) as number;
                  set({ constraint: c, constraint_at: c < 2 ? null : (a.constraint_at[i] ?? at) });
                }}
                data={constraintNames.map((m, k) => ({ value: String(k), label: i18n._(m) }))}
              />
              {constraint > 1 && (
                <DueInput
                  size="xs"
                  label={t`Date of the constraint`}
                  clearable={false}
                  value={a.constraint_at[i] == null ? null : civilOf(a.constraint_at[i] as number)}
                  onChange={(v) => v && set({ constraint_at: ofFinish.has(constraint) ? last(v) : first(v) })}
                />
              )}
              <DueInput
                size="xs"
                label={t`Deadline`}
                value={a.deadline[i] == null ? null : civilOf((a.deadline[i] as number) - 1)}
                onChange={(v) => set({ deadline: v === null ? null : last(v) })}
              />
              <NativeSelect
                size="xs"
                label={t`Kind of activity`}
                value={String(net.kind[i])}
                onChange={(e) => set({ kind: Number(e.currentTarget.value) })}
                data={kindNames.flatMap((m, k) => (k === kinds.summary ? [] : [{ value: String(k), label: i18n._(m) }]))}
              />
              {net.s.calendars.length > 1 && (
                <NativeSelect
                  size="xs"
                  label={t({ message: `Calendar`, context: 'of working time' })}
                  value={net.s.calendars[a.calendar[i] ?? net.s.calendar]?.id ?? ''}
                  onChange={(e) => set({ calendar: e.currentTarget.value })}
                  data={net.s.calendars.map((c) => ({ value: c.id, label: c.name }))}
                />
              )}
              <Switch
                size="sm"
                label={t`Dates by hand`}
                description={t`It stays where it is put, whatever comes before.`}
                checked={a.manual[i] === 1}
                onChange={(e) => set({ manual: e.currentTarget.checked })}
              />
              <Typed
                label={t`Budget`}
                value={a.budget[i] ? String((a.budget[i] as number) / 100) : ''}
                read={(v) => {
                  const n = v.trim() === '' ? 0 : Number(v.replace(/\s/g, '').replace(',', '.'));
                  return !Number.isFinite(n) || n < 0
                    ? t`An amount`
                    : () => Math.round(n * 100) !== a.budget[i] && set({ budget: Math.round(n * 100) });
                }}
              />
            </>
          )}
          <Notes value={whole?.notes ?? ''} onNotes={(notes) => set({ notes })} />
        </div>
      ) : (
        <ReadFields net={net} i={i} words={words} notes={whole?.notes} />
      )}
      <Relations net={net} stamp={stamp} i={i} mayEdit={mayEdit} onOpen={onOpen} send={send} />
      {whole && whole.blocks.length > 0 && <Points ids={whole.blocks.map((b) => b.point_id)} />}
      {entries.length > 0 && <History entries={entries} net={net} words={words} />}
    </div>
  );
}

/** useTyped follows a value, and keeps what somebody is typing when it changes under them. */
function useTyped(value: string) {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (told !== value) {
    setTold(value);
    if (text === told) setText(value);
  }
  return [text, setText] as const;
}

function Close({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  return (
    <ActionIcon variant="subtle" size="lg" aria-label={t`Close`} onClick={onClose}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" stroke="currentColor" strokeWidth="1.6">
        <path d="M2 2l10 10M12 2L2 12" />
      </svg>
    </ActionIcon>
  );
}

function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Title({ name, mayEdit, onName }: { name: string; mayEdit: boolean; onName: (v: string) => void }) {
  const { t } = useLingui();
  const [value, setValue] = useTyped(name);
  if (!mayEdit) return <h2 className={s.title}>{name}</h2>;
  return (
    <>
      <h2 className="hidden-text">{name}</h2>
      <Textarea
        aria-label={t`Name of the activity`}
        classNames={{ input: s.titleInput }}
        minRows={1}
        value={value}
        maxLength={400}
        onChange={(e) => setValue(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter') return;
          e.preventDefault();
          e.currentTarget.blur();
        }}
        onBlur={() => {
          const v = value.trim();
          if (v && v !== name) onName(v);
          else setValue(name);
        }}
      />
    </>
  );
}

/** Typed is a field whose text must be understood before it counts. */
function Typed({ label, value, read }: { label: string; value: string; read: (v: string) => string | (() => void) }) {
  const [text, setText] = useTyped(value);
  const [bad, setBad] = useState<string>();
  const take = () => {
    if (text === value) return setBad(undefined);
    const out = read(text);
    if (typeof out === 'string') return setBad(out);
    setBad(undefined);
    out();
  };
  return (
    <TextInput
      size="xs"
      label={label}
      value={text}
      error={bad}
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={take}
      onKeyDown={(e) => e.key === 'Enter' && take()}
    />
  );
}

function Notes({ value, onNotes }: { value: string; onNotes: (v: string) => void }) {
  const { t } = useLingui();
  const [text, setText] = useTyped(value);
  return (
    <Textarea
      size="xs"
      label={t`Notes`}
      value={text}
      maxLength={20_000}
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={() => text !== value && onNotes(text)}
    />
  );
}

function ReadFields({ net, i, words, notes }: { net: Network; i: number; words: Words; notes: string | undefined }) {
  const { t, i18n } = useLingui();
  const name = useName();
  const a = net.s.activities;
  const who = (a.in_charge[i] ?? []).map((c) => name(c)).join(', ');
  return (
    <dl className={s.facts}>
      <Fact label={t`Duration`}>{durationText(a.duration[i], net.s.minutes_day, i18n.locale)}</Fact>
      {who && <Fact label={t`In charge`}>{who}</Fact>}
      {(a.constraint[i] ?? 0) > 0 && (
        <Fact label={t`Constraint`}>
          {inWords(constraintNames[a.constraint[i] ?? 0], i18n)} {a.constraint_at[i] != null && words.date(a.constraint_at[i] as number)}
        </Fact>
      )}
      {a.deadline[i] != null && <Fact label={t`Deadline`}>{words.date(a.deadline[i] as number)}</Fact>}
      {notes && <Fact label={t`Notes`}>{notes}</Fact>}
    </dl>
  );
}

function Relations({
  net,
  stamp,
  i,
  mayEdit,
  onOpen,
  send,
}: {
  net: Network;
  stamp: number;
  i: number;
  mayEdit: boolean;
  onOpen: (id: Id) => void;
  send: (list: Edit[], undo?: string) => Promise<void>;
}) {
  const { t, i18n } = useLingui();
  const lag = useLagText();
  const [editing, setEditing] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that the same network holds other relations
  const [before, after] = useMemo(() => {
    const ins: number[] = [];
    const outs: number[] = [];
    for (let k = 0; k < net.from.length; k++) {
      if (net.to[k] === i) ins.push(k);
      if (net.from[k] === i) outs.push(k);
    }
    return [ins, outs];
  }, [net, stamp, i]);
  const ids = net.s.activities.id;
  const names = net.s.activities.name;
  const part = (title: string, list: number[], other: (k: number) => number, add: (id: Id) => Edit) => (
    <section className={s.relations} aria-label={title}>
      <h3>{title}</h3>
      {list.length === 0 && (
        <p className="quiet">
          <Trans>Nothing</Trans>
        </p>
      )}
      <ul>
        {list.map((k) => (
          <li key={k}>
            <button type="button" className={s.inline} onClick={() => onOpen(ids[other(k)] as Id)}>
              {names[other(k)]}
            </button>
            <span className="quiet">
              {inWords(linkNames[net.link[k] as number], i18n)} {lag(net.lag[k] as number, net.unit[k] as number, net.s.minutes_day)}
              {net.driving[k] === 1 && (
                <>
                  {' · '}
                  <Trans>driving</Trans>
                </>
              )}
            </span>
            {mayEdit && (
              <button
                type="button"
                className={s.inline}
                aria-expanded={editing === k}
                aria-label={t`Change the relation to ${names[other(k)] ?? ''}`}
                onClick={() => setEditing(editing === k ? null : k)}
              >
                <Trans>Change</Trans>
              </button>
            )}
            {editing === k && (
              <div className={s.relationForm}>
                <RelationForm
                  net={net}
                  k={k}
                  onEdit={(list, undo) => {
                    setEditing(null);
                    void send(list, undo);
                  }}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && <AddRelation net={net} not={i} onAdd={(id) => void send([add(id)], t`Relation added`)} />}
    </section>
  );
  const own = ids[i] as Id;
  const fresh = { do: 'link', link: linkKinds[0] as 'FS', lag: 0, unit: 'working' } as const;
  return (
    <>
      {part(
        t`Waits for`,
        before,
        (k) => net.from[k] as number,
        (id) => ({ ...fresh, from: id, to: own }),
      )}
      {part(
        t`What waits for it`,
        after,
        (k) => net.to[k] as number,
        (id) => ({ ...fresh, from: own, to: id }),
      )}
    </>
  );
}

function AddRelation({ net, not, onAdd }: { net: Network; not: number; onAdd: (id: Id) => void }) {
  const { t } = useLingui();
  const [q, setQ] = useState('');
  const data = useMemo(() => {
    const find = finder(q);
    const a = net.s.activities;
    const out: { value: string; label: string }[] = [];
    for (let i = 0; i < net.n && out.length < 30; i++)
      if (i !== not && find(`${a.code[i]} ${a.name[i]}`))
        out.push({ value: a.id[i] as Id, label: [a.code[i], a.name[i]].filter(Boolean).join(' ') });
    return out;
  }, [net, q, not]);
  return (
    <Select
      size="xs"
      aria-label={t`Add a relation`}
      placeholder={t`Add a relation: name or code`}
      searchable
      value={null}
      searchValue={q}
      onSearchChange={setQ}
      data={data}
      filter={({ options }) => options}
      nothingFoundMessage={t`Nothing found`}
      onChange={(v) => {
        setQ('');
        if (v) onAdd(v);
      }}
    />
  );
}

function Points({ ids }: { ids: readonly Id[] }) {
  const project = useOpenProject();
  const points = useThings('points');
  const { t } = useLingui();
  const list = points.filter((p) => ids.includes(p.id));
  return (
    <section className={s.relations} aria-label={t`Points`}>
      <h3>
        <Trans>Points</Trans>
      </h3>
      <ul>
        {list.map((p) => (
          <li key={p.id}>
            <Link to="/p/$project/points" params={{ project: project.id }} search={{ point: p.id }}>
              {p.number} {p.subject}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ entries, net, words }: { entries: readonly ActivityEntry[]; net: Network; words: Words }) {
  const { i18n } = useLingui();
  const name = useName();
  const reader = useReader();
  const say = useValues(net, words);
  return (
    <section className={s.relations}>
      <h3>
        <Trans>What happened</Trans>
      </h3>
      <ul className={s.entries}>
        {entries.map((e) => (
          <li key={`${e.version}${e.kind}${e.at}`}>
            <Group gap={6}>
              <b>{e.actor_id ? name({ kind: 'person', id: e.actor_id }) : '–'}</b>
              <span className="quiet">{ago(e.at, reader)}</span>
            </Group>
            {e.fields.map((f) => (
              <span key={f.name}>
                {fieldName(f.name, i18n)}: {say(f.name, f.before)} → {say(f.name, f.after)}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
