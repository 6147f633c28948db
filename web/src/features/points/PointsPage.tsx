/** The list of points: filters above, rows below, the chosen one at the right. All of it is in the address. */
import { msg } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useActions } from '@/actions/react';
import type { Id, Point } from '@/api/types';
import type { Row } from '@/db/db';
import { useLoaded, useMayCreate, useSession, useSync, useWhole } from '@/store';
import { EmptyState, later, Opening, Page, Panel, Skeleton } from '@/ui';
import type { Batch } from './Bulk';
import type { ColumnsProps } from './Columns';
import { type Column, columnsText, keepColumns, keptColumns, readColumns } from './columns';
import { FilterBar } from './FilterBar';
import { grouped, useGroupNames } from './groups';
import { PointList, type PointListHandle } from './PointList';
import { usePointPages } from './pages';
import s from './points.module.css';
import { cleared, filterCount, filterOf, firstOrder, groupSort, type PointSearch, sortOf } from './search';
import { Views } from './Views';

// Not of the first screen: what opens at the right, or above a selection, comes when it is asked for.
const Columns = later<ColumnsProps>(() => import('./Columns'));
const PointDetail = lazy(() => import('./PointDetail').then((m) => ({ default: m.PointDetail })));
const SelectionBar = lazy(() => import('./SelectionBar').then((m) => ({ default: m.SelectionBar })));
const Outcome = lazy(() => import('./Outcome').then((m) => ({ default: m.Outcome })));
const CapturePanel = lazy(() => import('../capture/CapturePanel').then((m) => ({ default: m.CapturePanel })));

export function PointsPage() {
  const { t } = useLingui();
  const search = useSearch({ from: '/gate/p/$project/points' });
  const { project } = useParams({ from: '/gate/p/$project/points' });
  const navigate = useNavigate();
  const wide = useMediaQuery('(min-width: 768px)', true, { getInitialValueInEffect: false });
  const mayCreate = useMayCreate();
  const loaded = useLoaded();
  const sync = useSync();
  const [selected, setSelected] = useState<ReadonlySet<Id>>(new Set());
  const [selecting, setSelecting] = useState(false);
  const [batch, setBatch] = useState<Batch | null>(null);
  const list = useRef<PointListHandle>(null);
  const text = useRef<HTMLInputElement>(null);

  const filter = useMemo(() => filterOf(search), [search]);
  const whole = useWhole();
  const sort = useMemo(() => (whole === false && search.sort === undefined && groupSort(search.group)) || sortOf(search), [search, whole]);
  const account = useSession().account.id;
  const [mine, setMine] = useState(() => keptColumns(account, project));
  const columns = useMemo(() => readColumns(search.columns ?? mine), [search.columns, mine]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const pages = usePointPages(filter, sort);
  const names = useGroupNames();
  const items = useMemo(() => grouped(pages.rows, search.group, names, folded), [pages.rows, search.group, names, folded]);

  const set = useCallback(
    (next: PointSearch, replace = true) => void navigate({ to: '/p/$project/points', params: { project }, search: next, replace }),
    [navigate, project],
  );
  const open = useCallback(
    (id: Id | null) => set({ ...search, point: id ?? undefined, new: undefined }, search.point !== undefined),
    [set, search],
  );
  const create = useCallback(() => set({ ...search, new: true, point: undefined }, false), [set, search]);
  const close = useCallback(() => {
    set({ ...search, point: undefined, new: undefined });
    list.current?.focus();
  }, [set, search]);
  const setColumns = (next: readonly Column[]) => {
    const text = columnsText(next);
    // In a view they are part of it; else they are how this person likes the list here.
    if (search.columns !== undefined || search.view) set({ ...search, columns: text });
    else {
      keepColumns(account, project, text);
      setMine(text);
    }
  };
  const fold = useCallback((title: string) => {
    setFolded((now) => {
      const next = new Set(now);
      if (!next.delete(title)) next.add(title);
      return next;
    });
  }, []);
  const toggle = useCallback((id: Id) => {
    setSelected((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);

  useActions(
    [
      ...(mayCreate ? [{ id: 'new-point', name: msg`New point`, section: 'make' as const, keys: 'c', run: create }] : []),
      { id: 'points.filter', name: msg`Filter the points`, section: 'view', keys: '/', run: () => text.current?.focus() },
      { id: 'points.next', name: msg`Next point`, section: 'view', keys: 'j', run: () => list.current?.move(1) },
      { id: 'points.previous', name: msg`Previous point`, section: 'view', keys: 'k', run: () => list.current?.move(-1) },
      { id: 'points.select', name: msg`Select the point`, section: 'view', keys: 'x', run: () => list.current?.toggle() },
    ],
    [mayCreate],
  );

  const nothing = pages.rows.length === 0;
  const filtered = filterCount(search) > 0 || Boolean(search.q);
  const rightIds = useMemo(() => new Set(pages.rows.map((p) => p.id)), [pages.rows]);
  const chosen = useMemo(() => [...selected].filter((id) => rightIds.has(id)), [selected, rightIds]);

  return (
    <Page
      title={t`Points`}
      subtitle={<Count shown={pages.rows} total={pages.total} />}
      actions={
        mayCreate && (
          <Button onClick={create} className={s.newPoint}>
            <Trans>New point</Trans>
          </Button>
        )
      }
      panel={
        search.new ? (
          <Panel label={t`New point`} onClose={close}>
            <Suspense fallback={<Skeleton />}>
              <CapturePanel onDone={(id) => open(id)} onCancel={close} />
            </Suspense>
          </Panel>
        ) : search.point ? (
          <Panel label={t`Point`} onClose={close}>
            <Suspense fallback={<Skeleton />}>
              <PointDetail id={search.point} onClose={close} />
            </Suspense>
          </Panel>
        ) : undefined
      }
    >
      <div className={s.listSide}>
        <FilterBar search={search} onChange={set} textRef={text} wide={wide ?? true}>
          <Views search={search} columns={columnsText(columns)} onChange={set} />
          {wide && (
            <Opening
              of={Columns}
              gives={{ columns, onChange: setColumns }}
              button={{ className: s.chip, 'aria-haspopup': 'dialog', children: <Trans>Columns</Trans> }}
            />
          )}
          <Count shown={pages.rows} total={pages.total} />
          {!wide && pages.rows.length > 0 && (
            <button type="button" className={s.chip} aria-pressed={selecting} onClick={() => setSelecting(!selecting)}>
              <Trans>Select</Trans>
            </button>
          )}
        </FilterBar>
        {sync.loading !== null && (
          <p className={s.notice} role="status">
            <Trans>Still loading this project: {sync.loading} points so far.</Trans>
          </p>
        )}
        {pages.partial && (
          <p className={s.notice} role="status">
            <Trans>No connection: this is what this device holds, it may not be all.</Trans>
          </p>
        )}
        <Suspense fallback={null}>
          {(chosen.length > 0 || (selecting && !wide)) && (
            <SelectionBar
              ids={chosen}
              listed={pages.rows.map((p) => p.id)}
              wide={wide ?? true}
              onAll={() => setSelected(new Set(pages.rows.map((p) => p.id)))}
              onClear={() => {
                setSelected(new Set());
                setSelecting(false);
              }}
              onBatch={setBatch}
            />
          )}
          {batch && <Outcome batch={batch} onOpen={open} onClose={() => setBatch(null)} />}
        </Suspense>
        {!loaded || (nothing && pages.loading) ? (
          <Skeleton rows={10} />
        ) : nothing && filtered ? (
          <EmptyState
            title={<Trans>No point matches</Trans>}
            action={
              <Button variant="default" onClick={() => set(cleared(search))}>
                <Trans>Clear filters</Trans>
              </Button>
            }
          >
            <Trans>Closed points are left out unless you ask for them.</Trans>
          </EmptyState>
        ) : nothing ? (
          <EmptyState
            title={<Trans>No open points</Trans>}
            action={
              mayCreate && (
                <Button onClick={create}>
                  <Trans>New point</Trans>
                </Button>
              )
            }
          >
            {mayCreate ? (
              <Trans>Open a plan and tap where something is to be done, or write a point without a place.</Trans>
            ) : (
              <Trans>Points that you are in charge of show here.</Trans>
            )}
          </EmptyState>
        ) : (
          <PointList
            ref={list}
            items={items}
            wide={wide ?? true}
            open={search.point ?? null}
            onOpen={open}
            selected={selected}
            selecting={selecting}
            columns={columns}
            onColumns={setColumns}
            folded={folded}
            onFold={fold}
            onToggle={toggle}
            sort={sort}
            onSort={(by) => set({ ...search, sort: by, order: sort.by === by ? (sort.order === 'asc' ? 'desc' : 'asc') : firstOrder(by) })}
            onEnd={pages.more ? pages.loadMore : undefined}
          />
        )}
      </div>
    </Page>
  );
}

function Count({ shown, total }: { shown: readonly Row<Point>[]; total: { n: number; more: boolean } | null }) {
  const n = Math.max(total?.n ?? 0, shown.length);
  return (
    <span className={s.count} role="status">
      {total?.more ? <Trans>more than {n} points</Trans> : <Plural value={n} one="# point" other="# points" />}
    </span>
  );
}
