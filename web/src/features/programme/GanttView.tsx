// biome-ignore-all lint/a11y/useSemanticElements: rows are a window of many, and bars are painted: the roles stand on divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
/** The table of activities with the chart beside it: one scroll, one set of rows, one set of keys. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Problem } from '@/api/client';
import { newId } from '@/api/id';
import type { Edit } from '@/api/programme';
import type { Id } from '@/api/types';
import {
  type BaselineBars,
  circles,
  Gantt,
  type Intent,
  kinds,
  type Layout,
  type Network,
  none,
  rowId,
  rowOfItem,
  type Words,
} from '@/engines/gantt';
import { toast } from '@/ui';
import { type Column, type Look, narrowest, widest } from './choice';
import { onScheme, pageColours } from './colours';
import * as edits from './edits';
import s from './programme.module.css';
import { RelationCard } from './RelationCard';
import type { Outcome, ScheduleStore } from './schedule';
import { useCells } from './useCells';
import { usePreview } from './usePreview';
import { columnNames, durationText, inWords, shownState, stateNames, whyText } from './words';

export interface GanttHandle {
  focus: () => void;
  zoom: (factor: number) => void;
  fit: () => void;
  today: () => void;
  reveal: (id: Id) => void;
  add: () => void;
  remove: () => void;
  link: () => void;
  indent: () => void;
  outdent: () => void;
  open: () => void;
  rename: () => void;
  step: (by: number) => void;
}

export interface GanttProps {
  store: ScheduleStore;
  net: Network;
  stamp: number;
  layout: Layout;
  look: Look;
  onLook: (next: Partial<Look>) => void;
  folded: ReadonlySet<string>;
  baselines: readonly BaselineBars[];
  words: Words;
  mayEdit: boolean;
  onOpen: (id: Id) => void;
  onActive?: (id: Id | null) => void;
  /** Only names, on a screen that is low. */
  small: boolean;
  ref?: Ref<GanttHandle>;
}

function rowHeight(): number {
  const px = Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10);
  return Number.isFinite(px) ? Math.max(26, px - 6) : 30;
}

const css = {
  row: s.row,
  cell: s.cell,
  fold: s.fold,
  text: s.text,
  mark: s.mark,
  name: s.cellName,
  duration: s.figure,
  start: s.figure,
  finish: s.figure,
  float: s.figure,
  free_float: s.figure,
  percent: s.figure,
  deadline: s.figure,
  budget: s.figure,
  code: s.code,
  state: s.state,
};

export function GanttView(props: GanttProps) {
  const { store, net, stamp, layout, look, onLook, folded, baselines, words, mayEdit, onOpen, small, ref } = props;
  const { t, i18n } = useLingui();
  const prefix = useId();
  const cells = useCells(net, words);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [selectedIds, setSelectedIds] = useState<readonly string[]>([]);
  const [renaming, setRenaming] = useState<{ id: Id; row: number } | null>(null);
  const [relation, setRelation] = useState<{ k: number; x: number; y: number } | null>(null);
  const tip = useRef<TipHandle>(null);
  const preview = usePreview(store);
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const chart = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const along = useRef<HTMLDivElement>(null);
  const alongSpacer = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const gantt = useRef<Gantt>(null);
  const leaving = useRef(false);
  const pending = useRef<Id | null>(null);
  const asking = useRef<Intent | null>(null);

  const columns = useMemo(
    () => (small ? look.columns.filter((c) => c.id === 'name').map((c) => ({ ...c, width: 170 })) : look.columns),
    [look.columns, small],
  );
  const template = columns.map((c) => `${c.width}px`).join(' ');
  const tableWidth = columns.reduce((sum, c) => sum + c.width, 0);

  const itemOf = useCallback(
    (id: string | null): number => {
      if (id === null) return none;
      if (id.startsWith('group:')) {
        const k = layout.groups.findIndex((g) => `group:${g.key}` === id);
        return k < 0 ? none : -1 - k;
      }
      return net.at.get(id) ?? none;
    },
    [net, layout],
  );
  const keyOf = useCallback(
    (item: number): string | null =>
      item === none ? null : item < 0 ? `group:${layout.groups[-1 - item]?.key ?? ''}` : (net.s.activities.id[item] ?? null),
    [net, layout],
  );
  const active = itemOf(activeId);
  const selected = useMemo(
    () =>
      selectedIds.flatMap((id) => {
        const i = net.at.get(id);
        return i === undefined ? [] : [i];
      }),
    [selectedIds, net],
  );
  const selectedSet = useMemo(() => new Set(selected), [selected]);
  /** What a command works on: what is chosen, else where one is. */
  const chosen = useCallback(() => (selected.length > 0 ? selected : active >= 0 ? [active] : []), [selected, active]);

  /** why something cannot be: a link that would close a circle names it. */
  const why = (error: unknown): string => {
    const it = asking.current;
    const text = whyText(error, i18n);
    if (!(error instanceof Problem) || error.code !== 'programme-loop' || it?.kind !== 'link') return text;
    const circle = circles(net, [it.from, it.to, it.link])[0] ?? [];
    const names = [...circle.slice(0, 6), ...circle.slice(0, 1)].map((i) => net.s.activities.name[i] ?? '');
    return circle.length > 1 ? `${text} ${names.join(' → ')}` : text;
  };
  const said = (o: Outcome, undo?: string) => {
    if (!o.ok && o.error !== undefined) toast(why(o.error));
    else if (o.ok && undo) toast(undo, () => store.undo());
  };
  const send = async (list: Edit[], undo?: string) => {
    if (list.length === 0) return;
    said(await store.edit(list), undo);
  };

  const callbacks = {
    onChoose: (item: number, how: 'only' | 'toggle' | 'range') => {
      setRelation(null);
      grid.current?.focus({ preventScroll: true });
      choose(item, how);
    },
    onOpen: (i: number) => onOpen(net.s.activities.id[i] as Id),
    onFold: (item: number) => fold(item),
    onRelation: (k: number, x: number, y: number) => setRelation({ k, x, y }),
    onIntent: (intent: Intent | null) => {
      tip.current?.show(-1, 0, 0);
      asking.current = intent;
      if (intent) preview.ask(edits.ofIntent(net, intent, selectedSet));
      else preview.clear();
    },
    onDrop: (intent: Intent) => {
      void store.edit(edits.ofIntent(net, intent, selectedSet)).then((o) => {
        preview.clear();
        said(o, intent.kind === 'link' ? t`Relation added` : intent.kind === 'move' ? t`Moved` : t`Duration changed`);
      });
    },
    onSpan: () => undefined,
    onHover: (i: number, x: number, y: number) => tip.current?.show(i, x, y),
  };
  const newest = useRef(callbacks);
  newest.current = callbacks;

  const tableOf = () => ({
    folded,
    columns: columns.map((c) => c.id as string),
    template,
    text: cells,
    groupText: (k: number) => {
      const g = layout.groups[k];
      return g ? `${g.title || t`None`} · ${g.count}` : '';
    },
    prefix,
  });
  const labels = { today: t`Today`, dataDate: t`Data date` };

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; everything else is set below
  useLayoutEffect(() => {
    const el = {
      canvas: canvas.current as HTMLCanvasElement,
      scroller: scroller.current as HTMLElement,
      spacer: spacer.current as HTMLElement,
      along: along.current as HTMLElement,
      alongSpacer: alongSpacer.current as HTMLElement,
      rows: rows.current as HTMLElement,
    };
    const g = new Gantt(
      el,
      {
        onChoose: (...a) => newest.current.onChoose(...a),
        onOpen: (...a) => newest.current.onOpen(...a),
        onFold: (...a) => newest.current.onFold(...a),
        onRelation: (...a) => newest.current.onRelation(...a),
        onIntent: (...a) => newest.current.onIntent(...a),
        onDrop: (...a) => newest.current.onDrop(...a),
        onSpan: () => newest.current.onSpan(),
        onHover: (...a) => newest.current.onHover(...a),
      },
      { net, colours: pageColours(), words, labels, table: tableOf() },
      css,
    );
    gantt.current = g;
    g.row = rowHeight();
    const size = () => {
      const box = chart.current?.getBoundingClientRect();
      if (box) g.resize(Math.floor(box.width), Math.floor(box.height) - 14);
    };
    const o = new ResizeObserver(size);
    if (chart.current) o.observe(chart.current);
    const off = onScheme(() => g.set({ colours: pageColours(), row: rowHeight() }));
    // The face of the figures may come after the first frame.
    void document.fonts?.ready.then(() => g.refresh());
    return () => {
      o.disconnect();
      off();
      g.end();
      gantt.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that the same network holds other dates
  useLayoutEffect(() => {
    gantt.current?.set({ net, layout });
  }, [net, layout, stamp]);
  useLayoutEffect(() => {
    gantt.current?.set({
      shown: {
        critical: look.critical,
        floats: look.floats,
        relations: look.relations,
        progress: look.progress,
        names: look.names,
        planned: look.planned,
      },
      baselines,
      mayEdit,
    });
  }, [look.critical, look.floats, look.relations, look.progress, look.names, look.planned, baselines, mayEdit]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the table is made of
  useLayoutEffect(() => {
    gantt.current?.set({ table: tableOf(), words, labels });
  }, [cells, template, folded, layout, words, prefix, t]);
  useLayoutEffect(() => {
    gantt.current?.set({ selected: selectedSet, active, relation: relation?.k ?? -1 });
  }, [selectedSet, active, relation]);
  useLayoutEffect(() => {
    gantt.current?.set({ ghosts: preview.ghosts });
  }, [preview.ghosts]);

  // A new activity comes with the next schedule: there it gets its name.
  useEffect(() => {
    const id = pending.current;
    const i = id === null ? undefined : net.at.get(id);
    if (id === null || i === undefined || (layout.rowOf[i] ?? -1) < 0) return;
    pending.current = null;
    choose(i, 'only');
    startRename(i);
  });

  const startRename = (i: number) => {
    const r = layout.rowOf[i] ?? -1;
    if (r < 0 || !mayEdit) return;
    gantt.current?.showRow(i);
    setRenaming({ id: net.s.activities.id[i] as Id, row: r });
  };

  function choose(item: number, how: 'only' | 'toggle' | 'range') {
    const id = keyOf(item);
    if (how === 'only') setSelectedIds([]);
    else if (item >= 0 && id !== null) {
      if (how === 'toggle')
        setSelectedIds((now) => {
          const base = now.length === 0 && activeId !== null && activeId !== id && !activeId.startsWith('group:') ? [activeId] : now;
          return base.includes(id) ? base.filter((x) => x !== id) : [...base, id];
        });
      else {
        const a = rowOfItem(layout, active);
        const b = rowOfItem(layout, item);
        const ids: string[] = [];
        const way = b >= a ? 1 : -1;
        for (let r = Math.max(0, a); r !== b + way; r += way) {
          const k = layout.items[r];
          if (k !== undefined && k >= 0) ids.push(net.s.activities.id[k] as string);
        }
        setSelectedIds((now) => [...now.filter((x) => !ids.includes(x)), ...ids]);
      }
    }
    setActiveId(id);
    props.onActive?.(item >= 0 ? id : null);
  }

  function fold(item: number) {
    const key = item < 0 ? keyOf(item) : net.hasBelow(item) ? keyOf(item) : null;
    if (key === null) return;
    onLook({ folded: look.folded.includes(key) ? look.folded.filter((k) => k !== key) : [...look.folded, key] });
  }

  const go = (row: number, extend = false) => {
    if (layout.items.length === 0) return;
    const r = Math.max(0, Math.min(layout.items.length - 1, row));
    const item = layout.items[r] as number;
    choose(item, extend ? 'range' : 'only');
    gantt.current?.showRow(item);
    if (item >= 0) {
      const at = net.start[item];
      if (at !== undefined && !Number.isNaN(at)) gantt.current?.showTime(at);
    }
  };

  const add = () => {
    if (!mayEdit) return;
    const id = newId();
    pending.current = id;
    void store.edit([edits.addBelow(net, active, id, t`New activity`)]).then((o) => {
      if (!o.ok) pending.current = null;
      said(o);
    });
  };
  const remove = () => {
    const list = chosen();
    if (!mayEdit || list.length === 0) return;
    const r = rowOfItem(layout, active);
    const many = edits.removal(net, list);
    void store.edit(many).then((o) => said(o, many.length === 1 ? t`Activity removed` : t`${many.length} activities removed`));
    setSelectedIds([]);
    const next = layout.items[Math.max(0, r - 1)];
    if (next !== undefined) setActiveId(keyOf(next));
  };
  const link = () => {
    if (!mayEdit) return;
    if (selected.length < 2) return toast(t`Select two or more activities first: space selects.`);
    void send(edits.chain(net, selected), t`Relation added`);
  };
  const indent = () => void (mayEdit && send(edits.indent(net, chosen())));
  const outdent = () => void (mayEdit && send(edits.outdent(net, chosen())));

  useImperativeHandle(ref, () => ({
    focus: () => grid.current?.focus(),
    zoom: (f) => gantt.current?.zoom(f),
    fit: () => gantt.current?.fit(),
    today: () => gantt.current?.showTime(net.now, true),
    reveal: (id) => {
      const i = net.at.get(id);
      if (i === undefined) return;
      choose(i, 'only');
      gantt.current?.showRow(i);
      const at = net.start[i];
      if (at !== undefined && !Number.isNaN(at)) gantt.current?.showTime(at);
      grid.current?.focus({ preventScroll: true });
    },
    add,
    remove,
    link,
    indent,
    outdent,
    open: () => active >= 0 && onOpen(net.s.activities.id[active] as Id),
    rename: () => active >= 0 && startRename(active),
    step: (by) => {
      grid.current?.focus({ preventScroll: true });
      go(rowOfItem(layout, active) + by);
    },
  }));

  const key = (e: KeyboardEvent) => {
    if (e.target !== grid.current) return;
    const r = rowOfItem(layout, active);
    const mod = e.ctrlKey || e.metaKey;
    const left = leaving.current;
    leaving.current = false;
    if (mod) {
      if (e.key.toLowerCase() === 'z' && e.shiftKey) void store.redo().then((o) => o && said(o));
      else return;
    } else if (e.altKey) {
      const list = chosen();
      if (!mayEdit || list.length === 0) return;
      if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') {
        const way = e.key === 'ArrowRight' ? 1 : -1;
        void send(e.shiftKey ? edits.stretch(net, list, way) : edits.nudge(net, list, way));
      } else if ((e.key === 'ArrowUp' || e.key === 'ArrowDown') && active >= 0)
        void send(edits.shifted(net, active, e.key === 'ArrowDown' ? 1 : -1));
      else return;
    } else if (e.key === 'ArrowDown') go(r + 1, e.shiftKey);
    else if (e.key === 'ArrowUp') go(r - 1, e.shiftKey);
    else if (e.key === 'Home') go(0, e.shiftKey);
    else if (e.key === 'End') go(layout.items.length - 1, e.shiftKey);
    else if (e.key === 'PageDown') go(r + (gantt.current?.pageRows ?? 10), e.shiftKey);
    else if (e.key === 'PageUp') go(r - (gantt.current?.pageRows ?? 10), e.shiftKey);
    else if (e.key === 'ArrowRight') {
      const k = keyOf(active);
      if (k !== null && folded.has(k)) fold(active);
      else if (active >= 0 && net.hasBelow(active)) go(r + 1);
    } else if (e.key === 'ArrowLeft') {
      const k = keyOf(active);
      const below = active < 0 ? active !== none : net.hasBelow(active) && layout.groups.length === 0;
      if (below && k !== null && !folded.has(k)) fold(active);
      else if (active >= 0 && (net.parent[active] ?? -1) >= 0) go(layout.rowOf[net.parent[active] as number] ?? r);
    } else if (e.key === 'Enter' || e.key === 'F2') {
      if (active < 0) fold(active);
      else if (mayEdit) startRename(active);
      else onOpen(net.s.activities.id[active] as Id);
    } else if (e.key === ' ') active >= 0 && choose(active, 'toggle');
    else if (e.key === 'Insert') add();
    else if (e.key === 'Delete' || e.key === 'Backspace') remove();
    else if (e.key === 'Tab') {
      // Escape before it, and Tab goes on as everywhere.
      if (left || !mayEdit || active < 0 || layout.groups.length > 0) return;
      if (e.shiftKey) outdent();
      else indent();
    } else if (e.key === 'Escape') {
      leaving.current = true;
      if (selectedIds.length > 0) setSelectedIds([]);
      return;
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };

  const at = relation && net.from.length > relation.k ? relation : null;
  const activeRow = rowOfItem(layout, active);
  return (
    <div className={s.gantt} data-small={small || undefined}>
      <div className={s.scroller} ref={scroller}>
        <div className={s.spacer} ref={spacer}>
          <div className={s.stick}>
            <div className={s.tablePane} style={{ width: small ? 170 : Math.min(look.split, tableWidth) }}>
              <div
                ref={grid}
                role="treegrid"
                aria-label={t`Activities`}
                aria-describedby={`${prefix}-keys`}
                aria-rowcount={layout.items.length + 1}
                aria-multiselectable="true"
                aria-activedescendant={activeRow >= 0 ? rowId({ prefix, net, layout }, active, activeRow) : undefined}
                tabIndex={0}
                className={s.grid}
                style={{ width: tableWidth }}
                onKeyDown={key}
                onFocus={() => {
                  if (active === none && layout.items.length > 0) setActiveId(keyOf(layout.items[0] as number));
                }}
              >
                <div role="rowgroup" className={s.head}>
                  <div role="row" aria-rowindex={1} className={s.headRow} style={{ gridTemplateColumns: template }}>
                    {columns.map((c) => (
                      <Head
                        key={c.id}
                        column={c}
                        fixed={small}
                        onWidth={(width) => onLook({ columns: look.columns.map((x) => (x.id === c.id ? { ...x, width } : x)) })}
                      />
                    ))}
                  </div>
                </div>
                <div role="rowgroup" className={s.rowsClip}>
                  <div ref={rows} role="presentation" className={s.rows} />
                </div>
                {renaming && (
                  <Rename
                    key={renaming.id}
                    name={net.s.activities.name[net.at.get(renaming.id) ?? -1] ?? ''}
                    top={(gantt.current?.head ?? 44) + renaming.row * (gantt.current?.row ?? 30) - (scroller.current?.scrollTop ?? 0)}
                    height={gantt.current?.row ?? 30}
                    width={columns[0]?.width ?? 200}
                    indent={((net.level[net.at.get(renaming.id) ?? -1] ?? 1) - 1) * 14 + 22}
                    onDone={(name) => {
                      const id = renaming.id;
                      const was = net.s.activities.name[net.at.get(id) ?? -1];
                      setRenaming(null);
                      grid.current?.focus({ preventScroll: true });
                      if (name !== null && name !== was && name.trim() !== '') void send([{ do: 'set', activity: id, name: name.trim() }]);
                    }}
                  />
                )}
              </div>
            </div>
            {!small && <Splitter value={Math.min(look.split, tableWidth)} most={tableWidth} onChange={(split) => onLook({ split })} />}
            <div className={s.chart} ref={chart}>
              <canvas ref={canvas} role="img" aria-label={t`The chart of these activities; the table says the same in words.`} />
              <div className={s.along} ref={along} role="group" aria-label={t`Along the time`} tabIndex={-1}>
                <div ref={alongSpacer} />
              </div>
              <Tip ref={tip} net={net} words={words} />
              {at && (
                <RelationCard
                  net={net}
                  k={at.k}
                  x={at.x}
                  y={at.y}
                  mayEdit={mayEdit}
                  onEdit={(list, undo) => {
                    setRelation(null);
                    void send(list, undo);
                  }}
                  onClose={() => {
                    setRelation(null);
                    grid.current?.focus({ preventScroll: true });
                  }}
                />
              )}
              {preview.consequence && (
                <p className={s.consequence} data-bad={preview.consequence.error !== undefined || undefined}>
                  <span role="status">
                    {preview.consequence.error !== undefined ? (
                      why(preview.consequence.error)
                    ) : (
                      <Consequences net={net} words={words} {...preview.consequence} />
                    )}
                  </span>
                </p>
              )}
              <div className={s.zoom}>
                <Button.Group>
                  <Button variant="default" size="compact-sm" aria-label={t`Zoom out`} onClick={() => gantt.current?.zoom(1 / 1.5)}>
                    −
                  </Button>
                  <Button variant="default" size="compact-sm" onClick={() => gantt.current?.fit()}>
                    <Trans>All</Trans>
                  </Button>
                  <Button variant="default" size="compact-sm" onClick={() => gantt.current?.showTime(net.now, true)}>
                    <Trans>Today</Trans>
                  </Button>
                  <Button variant="default" size="compact-sm" aria-label={t`Zoom in`} onClick={() => gantt.current?.zoom(1.5)}>
                    +
                  </Button>
                </Button.Group>
              </div>
            </div>
          </div>
        </div>
      </div>
      <p id={`${prefix}-keys`} className="hidden-text">
        {mayEdit ? (
          <Trans>
            Arrow keys walk and fold, Enter renames, space selects, Tab and Shift Tab change the level, Insert adds, Delete removes, L
            relates what is selected. Escape, then Tab leaves the table.
          </Trans>
        ) : (
          <Trans>Arrow keys walk and fold, Enter opens, space selects.</Trans>
        )}
      </p>
    </div>
  );
}

function Consequences({
  net,
  words,
  finish,
  was,
  moved,
}: {
  net: Network;
  words: Words;
  finish: number | null;
  was: number | null;
  moved: number;
}) {
  const { i18n } = useLingui();
  const others = <Plural value={moved} one="# activity moves" other="# activities move" />;
  if (finish === null || was === null) return others;
  if (finish === was)
    return (
      <>
        <Trans>The end stays {words.date(finish)}</Trans> · {others}
      </>
    );
  const calendar = net.calendars[net.s.calendar];
  const by = finish > was ? (calendar?.between(was, finish) ?? finish - was) : -(calendar?.between(finish, was) ?? was - finish);
  const days = (by > 0 ? '+' : '') + durationText(by, net.s.minutes_day, i18n.locale);
  return (
    <>
      <Trans>
        The end moves from {words.date(was)} to <b>{words.date(finish)}</b>, {days}
      </Trans>{' '}
      · {others}
    </>
  );
}

interface TipHandle {
  show: (i: number, x: number, y: number) => void;
}

/** Tip has its own state: the pointer moves more often than the table should be thought over. */
function Tip({ net, words, ref }: { net: Network; words: Words; ref: Ref<TipHandle> }) {
  const { i18n } = useLingui();
  const [at, set] = useState<{ i: number; x: number; y: number } | null>(null);
  useImperativeHandle(ref, () => ({ show: (i, x, y) => set(i < 0 ? null : { i, x, y }) }), []);
  const a = net.s.activities;
  if (!at || at.i >= net.n) return null;
  const { i, x, y } = at;
  return (
    <div className={s.tip} style={{ transform: `translate(${x + 14}px, ${y + 18}px)` }} aria-hidden="true">
      <b>{a.name[i]}</b>
      <span>
        {words.dateTime(net.start[i] as number)} – {words.dateTime(net.finish[i] as number)}
      </span>
      <span>
        {durationText(net.lasts(i), net.s.minutes_day, i18n.locale)}
        {net.kind[i] !== kinds.summary && ` · ${inWords(stateNames[shownState(net, i)], i18n)}`} · {Math.round(net.percent[i] ?? 0)} %
      </span>
    </div>
  );
}

const figures = new Set(['duration', 'start', 'finish', 'float', 'free_float', 'percent', 'deadline', 'budget']);

function Head({ column, onWidth, fixed }: { column: Column; onWidth: (width: number) => void; fixed: boolean }) {
  const { t, i18n } = useLingui();
  const name = i18n._(columnNames[column.id]);
  const clamp = (w: number) => Math.max(narrowest, Math.min(widest, Math.round(w)));
  return (
    <div role="columnheader" className={s.headCell} data-figure={figures.has(column.id) || undefined}>
      <span>{name}</span>
      {!fixed && (
        <div
          role="separator"
          tabIndex={0}
          aria-orientation="vertical"
          aria-label={t`Width of ${name}`}
          aria-valuenow={column.width}
          aria-valuemin={narrowest}
          aria-valuemax={widest}
          className={s.edge}
          onKeyDown={(e) => {
            if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
            e.preventDefault();
            e.stopPropagation();
            onWidth(clamp(column.width + (e.key === 'ArrowRight' ? 16 : -16)));
          }}
          onPointerDown={(e) => {
            e.preventDefault();
            const from = e.clientX;
            const el = e.currentTarget;
            el.setPointerCapture(e.pointerId);
            const move = (m: PointerEvent) => onWidth(clamp(column.width + m.clientX - from));
            el.addEventListener('pointermove', move);
            el.addEventListener('pointerup', () => el.removeEventListener('pointermove', move), { once: true });
          }}
        />
      )}
    </div>
  );
}

function Splitter({ value, most, onChange }: { value: number; most: number; onChange: (width: number) => void }) {
  const { t } = useLingui();
  const clamp = (w: number) => Math.max(160, Math.min(most, Math.round(w)));
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t`Width of the table`}
      aria-valuenow={Math.round(value)}
      aria-valuemin={160}
      aria-valuemax={Math.round(most)}
      className={s.splitter}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        onChange(clamp(value + (e.key === 'ArrowRight' ? 32 : -32)));
      }}
      onPointerDown={(e) => {
        e.preventDefault();
        const from = e.clientX;
        const el = e.currentTarget;
        el.setPointerCapture(e.pointerId);
        const move = (m: PointerEvent) => onChange(clamp(value + m.clientX - from));
        el.addEventListener('pointermove', move);
        el.addEventListener('pointerup', () => el.removeEventListener('pointermove', move), { once: true });
      }}
    />
  );
}

function Rename({
  name,
  top,
  height,
  width,
  indent,
  onDone,
}: {
  name: string;
  top: number;
  height: number;
  width: number;
  indent: number;
  onDone: (name: string | null) => void;
}) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const finish = (v: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(v);
  };
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <input
      ref={input}
      className={s.rename}
      style={{ top, height, left: Math.min(indent, width - 60), width: Math.max(60, width - indent) }}
      defaultValue={name}
      maxLength={400}
      aria-label={t`Name of the activity`}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Enter') finish(e.currentTarget.value);
        else if (e.key === 'Escape') finish(null);
        else return;
        e.preventDefault();
      }}
      onBlur={(e) => finish(e.currentTarget.value)}
    />
  );
}
