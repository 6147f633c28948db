/** The planner's screen: which programme, what of it, and the picture. All but the look is in the address. */
import { msg } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useActions } from '@/actions/react';
import type { Action } from '@/actions/registry';
import type { Id } from '@/api/types';
import { layoutRows, nowIn } from '@/engines/gantt';
import { safeZone, useLoaded, useMay, useOpenProject, useProject, useSession, useThings } from '@/store';
import { EmptyState, ErrorState, Page, Panel, Skeleton, toast, undoLast } from '@/ui';
import { useBaselines } from './Baselines';
import { cleared, filtered, keepLook, keptLook, type Look, type ProgrammeSearch, readSearch } from './choice';
import { type GanttHandle, GanttView } from './GanttView';
import { ConflictNotice, KeptNotice, NotComputedNotice } from './notices';
import { PhoneList } from './PhoneList';
import s from './programme.module.css';
import { ScheduleStore } from './schedule';
import { Toolbar } from './Toolbar';
import { useTimeWords, useValues } from './useCells';
import { useFilter } from './useFilter';
import { whyText } from './words';

const Detail = lazy(() => import('./Detail').then((m) => ({ default: m.Detail })));
const LobView = lazy(() => import('./LobView').then((m) => ({ default: m.LobView })));
const ImportDialog = lazy(() => import('./ImportDialog').then((m) => ({ default: m.ImportDialog })));
const NewProgramme = lazy(() => import('./NewProgramme').then((m) => ({ default: m.NewProgramme })));
const PrintDialog = lazy(() => import('./PrintDialog').then((m) => ({ default: m.PrintDialog })));
const BaselineDialog = lazy(() => import('./Baselines').then((m) => ({ default: m.BaselineDialog })));
const DelayDialog = lazy(() => import('./Delays').then((m) => ({ default: m.DelayDialog })));

type Dialog = 'new' | 'edit' | 'import' | 'print' | 'baselines' | 'delays' | null;

export function ProgrammePage() {
  const { t } = useLingui();
  const { project } = useParams({ from: '/gate/p/$project/programme' });
  const raw = useSearch({ from: '/gate/p/$project/programme' });
  const search = useMemo(() => readSearch(raw), [raw]);
  const navigate = useNavigate();
  const loaded = useLoaded();
  const list = useThings('programmes');
  const programmes = useMemo(() => [...list].sort((a, b) => a.name.localeCompare(b.name)), [list]);
  const mayEdit = useMay('manager');
  const [dialog, setDialog] = useState<Dialog>(null);
  const set = useCallback(
    (next: ProgrammeSearch, replace = true) =>
      void navigate({
        to: '/p/$project/programme',
        params: { project },
        search: Object.fromEntries(Object.entries(next).filter(([, v]) => v !== undefined)),
        replace,
      }),
    [navigate, project],
  );
  const chosen = programmes.find((p) => p.id === search.id) ?? programmes[0];
  const show = (id: Id) => set({ ...search, id, activity: undefined }, false);
  const dialogs = (
    <Suspense fallback={null}>
      {(dialog === 'new' || dialog === 'edit') && (
        <NewProgramme programme={dialog === 'edit' ? chosen : undefined} onClose={() => setDialog(null)} onMade={show} />
      )}
      {dialog === 'import' && <ImportDialog programme={chosen} onClose={() => setDialog(null)} onDone={show} />}
    </Suspense>
  );

  if (!loaded)
    return (
      <Page title={t`Programme`}>
        <Skeleton rows={10} />
      </Page>
    );
  if (!chosen)
    return (
      <Page title={t`Programme`}>
        <EmptyState
          title={<Trans>No programme yet</Trans>}
          action={
            mayEdit && (
              <div className={s.buttons}>
                <Button onClick={() => setDialog('import')}>
                  <Trans>Import a programme</Trans>
                </Button>
                <Button variant="default" onClick={() => setDialog('new')}>
                  <Trans>Make an empty one</Trans>
                </Button>
              </div>
            )
          }
        >
          {mayEdit ? (
            <Trans>Bring one from Microsoft Project, Primavera P6 or a spreadsheet, or begin here.</Trans>
          ) : (
            <Trans>A manager of the project can make one or import one.</Trans>
          )}
        </EmptyState>
        {dialogs}
      </Page>
    );
  return (
    <>
      <Open
        key={chosen.id}
        id={chosen.id}
        name={chosen.name}
        version={chosen.version}
        others={programmes}
        search={search}
        set={set}
        show={show}
        mayEdit={mayEdit}
        dialog={dialog}
        setDialog={setDialog}
      />
      {dialogs}
    </>
  );
}

interface OpenProps {
  id: Id;
  name: string;
  version: number;
  others: readonly { id: Id; name: string }[];
  search: ProgrammeSearch;
  set: (next: ProgrammeSearch, replace?: boolean) => void;
  show: (id: Id) => void;
  mayEdit: boolean;
  dialog: Dialog;
  setDialog: (d: Dialog) => void;
}

function Open({ id, name, version, others, search, set, show, mayEdit: manager, dialog, setDialog }: OpenProps) {
  const { t, i18n } = useLingui();
  const project = useOpenProject();
  const account = useSession().account.id;
  const wide = useMediaQuery('(min-width: 768px)', true, { getInitialValueInEffect: false }) ?? true;
  const low = useMediaQuery('(max-height: 520px)', false, { getInitialValueInEffect: false }) ?? false;
  const zone = useProject().time_zone;
  const store = useMemo(() => new ScheduleStore(project, id, () => nowIn(safeZone(zone))), [project, id, zone]);
  const state = useSyncExternalStore(store.subscribe, store.get);
  useEffect(() => {
    void store.load();
    return () => store.end();
  }, [store]);
  useEffect(() => store.heard(version), [store, version]);
  const [look, setLookState] = useState<Look>(() => keptLook(account, id));
  const onLook = useCallback(
    (next: Partial<Look>) =>
      setLookState((now) => {
        const all = { ...now, ...next };
        keepLook(account, id, all);
        return all;
      }),
    [account, id],
  );
  const words = useTimeWords(t`wk`);
  const { net, stamp } = state;
  const mayEdit = manager && net !== null && net.s.whole !== false && !state.kept;
  const { keep, groups } = useFilter(net, search);
  const folded = useMemo(() => new Set(look.folded), [look.folded]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that the same network holds other dates
  const layout = useMemo(() => (net ? layoutRows(net, { folded, keep, groups }) : null), [net, stamp, folded, keep, groups]);
  const baselines = useBaselines(id, net, look.baselines);
  const say = useValues(net, words);
  const gantt = useRef<GanttHandle>(null);
  const text = useRef<HTMLInputElement>(null);
  const open = useCallback(
    (activity: Id | null) => set({ ...search, activity: activity ?? undefined }, search.activity !== undefined),
    [set, search],
  );
  const close = useCallback(() => {
    set({ ...search, activity: undefined });
    gantt.current?.focus();
  }, [set, search]);
  const back = async (what: 'undo' | 'redo') => {
    const o = await store[what]();
    if (o === null) {
      if (what === 'undo' && (await undoLast())) return;
      toast(what === 'undo' ? t`There is nothing to undo` : t`There is nothing to redo`);
    } else if (o.ok) toast(what === 'undo' ? t`Undone` : t`Done again`);
    else toast(whyText(o.error, i18n));
  };
  const picture = search.programme ?? 'gantt';
  const chart = wide && picture === 'gantt';

  const edit: Action[] = [
    { id: 'programme.rename', name: msg`Rename the activity`, section: 'make', keys: '↵', run: () => gantt.current?.rename() },
    { id: 'programme.add', name: msg`Add an activity below`, section: 'make', keys: 'Ins', run: () => gantt.current?.add() },
    { id: 'programme.remove', name: msg`Remove what is selected`, section: 'make', keys: 'Del', run: () => gantt.current?.remove() },
    { id: 'programme.indent', name: msg`Put it below the one before`, section: 'make', keys: '⇥', run: () => gantt.current?.indent() },
    { id: 'programme.outdent', name: msg`Take it out of its summary`, section: 'make', keys: '⇧+⇥', run: () => gantt.current?.outdent() },
    { id: 'programme.link', name: msg`Relate what is selected`, section: 'make', keys: 'l', run: () => gantt.current?.link() },
    { id: 'programme.nudge', name: msg`Move by a working day`, section: 'make', keys: 'Alt+←/→', silent: true, run: () => undefined },
    {
      id: 'programme.stretch',
      name: msg`Longer or shorter by a day`,
      section: 'make',
      keys: 'Alt+⇧+←/→',
      silent: true,
      run: () => undefined,
    },
    { id: 'programme.order', name: msg`Move up or down in the list`, section: 'make', keys: 'Alt+↑/↓', silent: true, run: () => undefined },
    { id: 'programme.redo', name: msg`Redo`, section: 'make', keys: 'mod+y', run: () => void back('redo') },
  ];
  useActions(
    [
      { id: 'undo', name: msg`Undo the last change`, section: 'app', keys: 'mod+z', run: () => void back('undo') },
      { id: 'programme.filter', name: msg`Filter the activities`, section: 'view', keys: '/', run: () => text.current?.focus() },
      ...(chart
        ? ([
            { id: 'programme.next', name: msg`Next activity`, section: 'view', keys: 'j', run: () => gantt.current?.step(1) },
            { id: 'programme.previous', name: msg`Previous activity`, section: 'view', keys: 'k', run: () => gantt.current?.step(-1) },
            { id: 'programme.open', name: msg`Open the activity`, section: 'view', keys: 'o', run: () => gantt.current?.open() },
            { id: 'programme.in', name: msg`Zoom in`, section: 'view', keys: '+', run: () => gantt.current?.zoom(1.5) },
            { id: 'programme.out', name: msg`Zoom out`, section: 'view', keys: '-', run: () => gantt.current?.zoom(1 / 1.5) },
            { id: 'programme.fit', name: msg`The whole programme`, section: 'view', keys: '0', run: () => gantt.current?.fit() },
            { id: 'programme.today', name: msg`Show today`, section: 'view', keys: 't', run: () => gantt.current?.today() },
          ] as const)
        : []),
      { id: 'programme.print', name: msg`Print the programme`, section: 'app', run: () => setDialog('print') },
      ...(chart && mayEdit ? edit : []),
    ],
    [chart, mayEdit],
  );

  const extra = (
    <>
      {others.length > 1 && (
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <button type="button" className={s.chip}>
              <b>{name}</b>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((p) => (
              <Menu.Item key={p.id} fw={p.id === id ? 600 : undefined} onClick={() => show(p.id)}>
                {p.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {others.length === 1 && <span className={s.programmeName}>{name}</span>}
      {net && (
        <span className={s.end}>
          <Trans>
            Ends <b>{words.date(net.finishOfAll)}</b>
          </Trans>
          {state.saving > 0 && (
            <span role="status">
              {' '}
              · <Trans>computing</Trans>
            </span>
          )}
        </span>
      )}
    </>
  );
  const menu = <ProgrammeMenu project={project.id} id={id} manager={manager} onDialog={setDialog} />;
  const body = () => {
    if (state.error !== undefined && !net) return <ErrorState error={state.error} retry={() => void store.load()} />;
    if (!net || !layout) return <Skeleton rows={12} />;
    const nothing = layout.matches === 0;
    return (
      <>
        {state.kept && <KeptNotice onRetry={() => void store.load()} />}
        {net.s.not_computed && (
          <NotComputedNotice net={net} why={net.s.not_computed} onShow={(a) => (chart ? gantt.current?.reveal(a) : open(a))} />
        )}
        {state.conflicts.slice(0, 3).map((c) => (
          <ConflictNotice
            key={c.activity + c.field}
            net={net}
            conflict={c}
            say={say}
            onSettle={(which) => void store.settle(c, which).then((o) => o && !o.ok && toast(whyText(o.error, i18n)))}
          />
        ))}
        {net.s.whole === false && (
          <p className={s.note}>
            <Trans>You see the activities that you are in charge of, and what they belong to.</Trans>
          </p>
        )}
        {net.n === 0 ? (
          <EmptyState
            title={<Trans>No activity yet</Trans>}
            action={
              mayEdit && (
                <div className={s.buttons}>
                  <Button onClick={() => void addFirst()}>
                    <Trans>Add an activity</Trans>
                  </Button>
                  <Button variant="default" onClick={() => setDialog('import')}>
                    <Trans>Import a file</Trans>
                  </Button>
                </div>
              )
            }
          />
        ) : nothing && filtered(search) ? (
          <EmptyState
            title={<Trans>No activity matches</Trans>}
            action={
              <Button variant="default" onClick={() => set(cleared(search))}>
                <Trans>Clear filters</Trans>
              </Button>
            }
          />
        ) : !wide ? (
          <PhoneList net={net} stamp={stamp} keep={keep} words={words} onOpen={open} open={search.activity} />
        ) : picture === 'lob' ? (
          <Suspense fallback={<Skeleton rows={12} />}>
            <LobView net={net} stamp={stamp} keep={keep} words={words} onOpen={open} open={search.activity} critical={look.critical} />
          </Suspense>
        ) : (
          <GanttView
            ref={gantt}
            store={store}
            net={net}
            stamp={stamp}
            layout={layout}
            look={look}
            onLook={onLook}
            folded={folded}
            baselines={baselines}
            words={words}
            mayEdit={mayEdit}
            onOpen={open}
            onActive={(a) => a !== null && search.activity !== undefined && open(a)}
            small={low}
          />
        )}
      </>
    );
  };
  const addFirst = async () => {
    const { addBelow } = await import('./edits');
    const { newId } = await import('@/api/id');
    if (!net) return;
    const o = await store.edit([addBelow(net, -1, newId(), t`New activity`)]);
    if (!o.ok) toast(whyText(o.error, i18n));
  };

  return (
    <Page
      title={t`Programme`}
      subtitle={
        net && (
          <>
            {name} · <Plural value={layout?.matches ?? net.n} one="# activity" other="# activities" />
          </>
        )
      }
      extra={wide ? extra : undefined}
      actions={menu}
      panel={
        search.activity && net ? (
          <Panel label={t`Activity`} onClose={close}>
            <Suspense fallback={<Skeleton />}>
              <Detail
                key={search.activity}
                store={store}
                net={net}
                stamp={stamp}
                id={search.activity}
                words={words}
                mayEdit={mayEdit}
                onOpen={open}
                onClose={close}
              />
            </Suspense>
          </Panel>
        ) : undefined
      }
    >
      <div className={s.side}>
        {net && net.n > 0 && (
          <Toolbar
            net={net}
            search={search}
            set={set}
            look={look}
            onLook={onLook}
            textRef={text}
            wide={wide}
            matches={layout?.matches ?? 0}
            mayEdit={mayEdit}
            canUndo={state.canUndo}
            canRedo={state.canRedo}
            onUndo={() => void back('undo')}
            onRedo={() => void back('redo')}
            gantt={gantt}
            onBaselines={() => setDialog('baselines')}
          />
        )}
        {body()}
      </div>
      <Suspense fallback={null}>
        {dialog === 'print' && net && layout && (
          <PrintDialog
            net={net}
            layout={layout}
            name={name}
            look={look}
            baselines={baselines}
            words={words}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === 'baselines' && (
          <BaselineDialog
            programme={id}
            shown={look.baselines}
            onShown={(baselines) => onLook({ baselines })}
            mayEdit={manager}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === 'delays' && net && <DelayDialog programme={id} net={net} words={words} onClose={() => setDialog(null)} onOpen={open} />}
      </Suspense>
    </Page>
  );
}

const formats = ['mspdi', 'xer', 'pmxml', 'xlsx', 'csv', 'ics'] as const;

function ProgrammeMenu({ project, id, manager, onDialog }: { project: Id; id: Id; manager: boolean; onDialog: (d: Dialog) => void }) {
  const { t } = useLingui();
  const names: Record<(typeof formats)[number], string> = {
    mspdi: t`Microsoft Project (XML)`,
    xer: t`Primavera P6 (XER)`,
    pmxml: t`Primavera P6 (XML)`,
    xlsx: t`Spreadsheet (XLSX)`,
    csv: t`Table (CSV)`,
    ics: t`Calendar (iCalendar)`,
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default">
          <Trans>File</Trans>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {manager && (
          <>
            <Menu.Item onClick={() => onDialog('import')}>
              <Trans>Import a file</Trans>
            </Menu.Item>
            <Menu.Item onClick={() => onDialog('new')}>
              <Trans>New programme</Trans>
            </Menu.Item>
            <Menu.Item onClick={() => onDialog('edit')}>
              <Trans>Name, start and forecast</Trans>
            </Menu.Item>
          </>
        )}
        <Menu.Item onClick={() => onDialog('baselines')}>
          <Trans>Baselines</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => onDialog('delays')}>
          <Trans>What moved the end</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => onDialog('print')}>
          <Trans>Print or save as PDF</Trans>
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>
          <Trans>Export</Trans>
        </Menu.Label>
        {formats.map((f) => (
          <Menu.Item key={f} component="a" href={`/api/v1/projects/${project}/programmes/${id}/export?format=${f}`} download>
            {names[f]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
