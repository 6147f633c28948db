/** One sheet with its points. What is shown (sheet, point, filter, place and scale, a point being made) is all in the address. */
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useActions } from '@/actions/react';
import type { Id, Revision, Sheet as SheetThing } from '@/api/types';
import { errorText } from '@/app/errors';
import type { Look, Padding, Place, PlanViewer } from '@/engines/plan';
import { lookFromText, lookToText } from '@/engines/plan/geometry';
import { linkAt } from '@/engines/plan/survey';
import {
  ago,
  useLoaded,
  useLocalPoints,
  useMay,
  useMayCreate,
  usePoint,
  useProject,
  useReader,
  useSheet,
  useStatuses,
  useSync,
  useThings,
} from '@/store';
import { EmptyState, Page, Panel, Sheet, Skeleton, toast } from '@/ui';
import { CapturePanel } from '../capture/CapturePanel';
import { CaptureSheet } from '../capture/CaptureSheet';
import { FilterBar } from '../points/FilterBar';
import { PointDetail } from '../points/PointDetail';
import { filterOf, type PointSearch } from '../points/search';
import { CompareBar, useCompare } from './Compare';
import { Covering } from './Covering';
import { PlanCanvas } from './PlanCanvas';
import { PlanNotices } from './PlanNotices';
import { PlanTools } from './PlanTools';
import s from './plans.module.css';
import { SheetCard } from './SheetCard';
import { SheetList } from './SheetList';
import { SheetMarks } from './SheetMarks';
import { Survey, SurveyMenu, useSurvey } from './Survey';
import { pinsOf, placeFromText, placeToText, sheetTitle } from './sheets';
import { useAlign } from './useAlign';
import { useKept } from './useKept';
import { useShown } from './useShown';

export function PlanPage() {
  const { t } = useLingui();
  const { project, sheet: id } = useParams({ from: '/gate/p/$project/plans/$sheet' });
  const sheet = useSheet(id);
  const loaded = useLoaded();
  const { loading } = useSync();
  if (sheet) return <SheetPage key={sheet.id} sheet={sheet} project={project} />;
  return (
    <Page title={t`Plans`}>
      {!loaded || loading !== null ? (
        <Skeleton />
      ) : (
        <EmptyState
          title={<Trans>This sheet is not here</Trans>}
          action={
            <Link to="/p/$project/plans" params={{ project }}>
              <Trans>All plans</Trans>
            </Link>
          }
        >
          <Trans>It was removed, or it is not yours to see.</Trans>
        </EmptyState>
      )}
    </Page>
  );
}

const LOOK_AFTER_MS = 350;

function SheetPage({ sheet, project }: { sheet: SheetThing; project: Id }) {
  const { t } = useLingui();
  const search = useSearch({ from: '/gate/p/$project/plans/$sheet' });
  const navigate = useNavigate();
  const wide = useMediaQuery('(min-width: 768px)', true, { getInitialValueInEffect: false }) ?? true;
  const mayCreate = useMayCreate();
  const reader = useReader();
  const { name: projectName } = useProject();
  const { online } = useSync();
  const statuses = useStatuses();
  const all = useThings('points');
  const [viewer, setViewer] = useState<PlanViewer | null>(null);
  const [placing, setPlacing] = useState(false);
  const [list, setList] = useState(false);
  const [ring, setRing] = useState<Id | null>(null);
  const [together, setTogether] = useState<readonly Id[] | null>(null);
  const [missing, setMissing] = useState(0);
  const [cover, setCover] = useState(0);
  const { i18n } = useLingui();
  const mayManage = useMay('manager');
  const [card, setCard] = useState(false);
  const aligned = useCallback((failed: unknown) => toast(failed ? errorText(failed, i18n) : t`The revision is aligned`), [i18n, t]);
  const align = useAlign(sheet, project, aligned);
  const { shown, newer, older, newest } = useShown(sheet, search, align.shown);
  const compare = useCompare(newer && older);
  const kept = useKept(project, shown, online);
  const survey = useSurvey();
  // With a tool in hand, or two revisions before one's eyes, the rest makes room.
  const busy = survey.tool !== null || survey.proposals.length > 0 || align.aligning !== null || newer !== undefined;

  const searchNow = useRef(search);
  searchNow.current = search;
  const set = useCallback(
    (patch: Partial<PointSearch>, replace = true) =>
      void navigate({
        to: '/p/$project/plans/$sheet',
        params: { project, sheet: sheet.id },
        // Of the newest address, also when another change of it is not drawn yet.
        search: (was) => ({ ...was, ...patch }),
        replace,
      }),
    [navigate, project, sheet.id],
  );

  // What is on the sheet: the filter, and always the chosen one.
  const filter = useMemo(() => ({ ...filterOf(search), sheet: sheet.id }), [search, sheet.id]);
  const matching = useLocalPoints(filter, { by: 'number', order: 'asc' });
  const chosen = usePoint(search.point);
  const points = useMemo(
    () => (chosen?.pin?.sheet_id === sheet.id && !matching.some((p) => p.id === chosen.id) ? [...matching, chosen] : matching),
    [matching, chosen, sheet.id],
  );
  const pins = useMemo(() => pinsOf(points, statuses), [points, statuses]);
  const listed = useMemo(() => (together ? points.filter((p) => together.includes(p.id)) : points), [points, together]);
  const total = useMemo(() => all.filter((p) => p.pin?.sheet_id === sheet.id).length, [all, sheet.id]);

  const ghost = useMemo(() => (search.new ? placeFromText(search.at) : null), [search.new, search.at]);
  const capturePin = useMemo(() => (ghost ? { sheet_id: sheet.id, x: ghost.x, y: ghost.y } : null), [ghost, sheet.id]);

  const open = useCallback((id: Id | null) => set({ point: id ?? undefined, new: undefined, at: undefined }, false), [set]);
  const startAt = useCallback(
    (place: Place) => {
      setPlacing(false);
      set({ new: true, at: placeToText(place), point: undefined }, searchNow.current.new === true);
    },
    [set],
  );
  const endCapture = useCallback(
    (id: Id | null) => {
      set({ new: undefined, at: undefined, point: wide ? (id ?? undefined) : undefined });
      viewer?.element.focus({ preventScroll: true });
    },
    [set, wide, viewer],
  );
  const create = useCallback(() => {
    setPlacing(true);
    set({ point: undefined, new: undefined, at: undefined });
    viewer?.element.focus({ preventScroll: true });
  }, [set, viewer]);

  useActions(
    [
      ...(mayCreate ? [{ id: 'new-point', name: msg`New point on this sheet`, section: 'make' as const, keys: 'c', run: create }] : []),
      { id: 'plan.fit', name: msg`Show the whole sheet`, section: 'view', keys: '0', run: () => viewer?.fit() },
      { id: 'plan.in', name: msg`Zoom in`, section: 'view', keys: '+', run: () => viewer?.zoomBy(1.5) },
      { id: 'plan.out', name: msg`Zoom out`, section: 'view', keys: '-', run: () => viewer?.zoomBy(1 / 1.5) },
      { id: 'plan.list', name: msg`Points on this sheet`, section: 'view', keys: 'l', run: () => setList((on) => !on) },
    ],
    [mayCreate, viewer],
  );

  // The first look: as the address says, else the chosen pin.
  const firstLook = useRef(lookFromText(search.look));
  const shownFirst = useRef(false);
  const ready = pins.length > 0;
  useEffect(() => {
    if (!viewer || shownFirst.current) return;
    if (firstLook.current || !search.point) shownFirst.current = true;
    else if (ready && viewer.showPin(search.point, false)) shownFirst.current = true;
  }, [viewer, ready, search.point]);
  // Later choices only move the plan when the pin would not be seen.
  const padding = useMemo<Padding>(() => ({ top: 0, right: 0, bottom: cover, left: 0 }), [cover]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what covers the plan decides what can be seen
  useEffect(() => {
    if (!viewer || !shownFirst.current) return;
    if (search.point) viewer.reveal(search.point);
    else if (ghost && wide) viewer.revealPlace(ghost);
    else if (ghost) viewer.showPlace(ghost);
  }, [viewer, search.point, ghost, padding, ready, wide]);
  useEffect(() => {
    if (ring) viewer?.reveal(ring);
  }, [viewer, ring]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onLook = useCallback(
    (look: Look) => {
      clearTimeout(timer.current);
      const text = lookToText(look);
      timer.current = setTimeout(() => {
        if (text !== searchNow.current.look) set({ look: text });
      }, LOOK_AFTER_MS);
    },
    [set],
  );

  const show = useCallback(
    (r: Revision | null) => set({ rev: r && r.id !== sheet.revision.id ? r.id : undefined, with: undefined }),
    [set, sheet],
  );

  const onTap = (place: Place, touch: boolean) => {
    if (list) setList(false);
    setTogether(null);
    const link = search.new ? undefined : linkAt(sheet.marks ?? [], place);
    if (link?.target_id) {
      void navigate({ to: '/p/$project/plans/$sheet', params: { project, sheet: link.target_id } });
      return;
    }
    if (search.new) startAt(place);
    else if (search.point) open(null);
    else if (touch && mayCreate) startAt(place);
  };

  const revision = shown;
  const old = shown.id !== sheet.revision.id && !align.aligning && !newer;
  const when = revision.at ? ago(revision.at, reader) : '';
  const label = revision.code ? t`rev ${revision.code}` : '';
  const filters = <FilterBar plan search={search} onChange={(next) => set({ ...unset, ...next })} wide={wide} />;
  const detail = search.point && <PointDetail id={search.point} onClose={() => open(null)} onPlan />;
  return (
    <Page
      title={sheetTitle(sheet)}
      subtitle={[projectName, label].filter(Boolean).join(' · ')}
      extra={
        wide && (
          <>
            <button type="button" className={s.revButton} onClick={() => setCard(true)} title={t`This sheet and its revisions`}>
              {[label, when].filter(Boolean).join(' · ')}
            </button>
            {filters}
          </>
        )
      }
      actions={
        mayCreate &&
        wide && (
          <Button onClick={create}>
            <Trans>New point</Trans>
          </Button>
        )
      }
      panel={
        !wide ? undefined : search.new ? (
          <Panel label={t`New point`} onClose={() => endCapture(null)}>
            <CapturePanel pin={capturePin} onDone={endCapture} onCancel={() => endCapture(null)} />
          </Panel>
        ) : detail ? (
          <Panel label={t`Point`} onClose={() => open(null)}>
            {detail}
          </Panel>
        ) : undefined
      }
    >
      <div className={s.plan} data-placing={placing || undefined}>
        <PlanCanvas
          ref={setViewer}
          project={project}
          sheet={sheet}
          revision={shown}
          over={compare.over}
          pins={align.aligning || survey.tool ? noPins : pins}
          selected={search.point ?? null}
          focused={ring}
          ghost={align.aligning ? (align.aligning.places.at(-1) ?? null) : ghost}
          placing={placing || align.aligning !== null || survey.tool !== null}
          look={firstLook.current}
          padding={padding}
          kept={kept.state === 'kept'}
          online={online}
          onPin={open}
          onCluster={(ids) => {
            setTogether(ids);
            setList(true);
          }}
          onTap={onTap}
          onPlace={align.aligning ? align.take : survey.tool ? survey.take : startAt}
          onLongPress={(place) => mayCreate && !align.aligning && !survey.tool && startAt(place)}
          onLook={onLook}
          onCancel={() => {
            if (align.aligning) align.stop();
            else if (survey.tool) survey.stop();
            else if (placing) setPlacing(false);
            else if (search.point) open(null);
          }}
          onMissing={setMissing}
        />
        {!align.aligning && !newer && <Survey survey={survey} viewer={viewer} sheet={sheet} />}
        {!align.aligning && !newer && !survey.tool && <SheetMarks key={search.point} viewer={viewer} sheet={sheet} point={chosen} />}
        <p id="plan-keys" className="hidden-text">
          <Trans>Arrow keys move the plan, plus and minus zoom, 0 shows the whole sheet. The list of points comes next.</Trans>
        </p>
        <SheetList
          points={listed}
          shown={list}
          selected={search.point ?? null}
          onFocus={setRing}
          onOpen={open}
          onClose={() => {
            setList(false);
            setTogether(null);
          }}
        />
        <PlanTools
          viewer={viewer}
          count={points.length}
          list={list}
          onList={() => {
            setTogether(null);
            setList(!list);
          }}
          kept={kept}
          revision={label}
          onSheet={() => setCard(true)}
          more={
            <SurveyMenu
              sheet={sheet}
              project={project}
              online={online}
              onPropose={survey.propose}
              onTool={(tool, room) => {
                set({ point: undefined, new: undefined, at: undefined });
                survey.start(tool, room);
                viewer?.element.focus({ preventScroll: true });
              }}
            />
          }
        />
        <PlanNotices
          sheet={sheet}
          shown={shown}
          old={old}
          align={align}
          mayManage={mayManage}
          online={online}
          comparing={newer !== undefined}
          onNewest={() => {
            newest();
            show(null);
          }}
        />
        {newer && older && <CompareBar newer={newer} older={older} compare={compare} onClose={() => set({ with: undefined })} />}
        {card && (
          <SheetCard
            sheet={sheet}
            project={project}
            shown={shown.id}
            onShow={(r) => {
              setCard(false);
              show(r);
            }}
            onCompare={(r) => {
              setCard(false);
              set({ rev: undefined, with: r.id, ...(shown.id !== sheet.revision.id ? { rev: shown.id } : {}) });
            }}
            onAlign={(r) => {
              setCard(false);
              set({ rev: undefined, with: undefined, point: undefined, new: undefined });
              align.start(r);
            }}
            onClose={() => setCard(false)}
          />
        )}
        {!wide && !search.new && !busy && <div className={s.filterOver}>{filters}</div>}
        {placing && (
          <div className={s.hint} role="status">
            <span>
              <Trans>Tap where it is. With the keyboard: move the cross, then Enter.</Trans>
            </span>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => set({ new: true, at: undefined })}
              onClickCapture={() => setPlacing(false)}
            >
              <Trans>Without a place</Trans>
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={() => setPlacing(false)}>
              <Trans>Cancel</Trans>
            </Button>
          </div>
        )}
        {!placing && !align.aligning && !newer && missing > 2 && (
          <div className={s.hint} role="status">
            {online ? (
              <Trans>Parts of this sheet could not be loaded.</Trans>
            ) : (
              <Trans>This sheet is not on this device. It comes when there is a network; points can be made all the same.</Trans>
            )}
          </div>
        )}
        {!placing && !align.aligning && !newer && missing <= 2 && total === 0 && mayCreate && !search.new && (
          <div className={s.hint}>
            <Trans>No points on this sheet yet. Press and hold where something is to be done.</Trans>
          </div>
        )}
        {mayCreate && !wide && !search.new && !search.point && !placing && !busy && (
          <button type="button" className={s.plus} onClick={create} aria-label={t`New point`}>
            <svg
              width="26"
              height="26"
              viewBox="0 0 26 26"
              fill="none"
              stroke="currentColor"
              strokeWidth="2.4"
              strokeLinecap="round"
              aria-hidden="true"
            >
              <path d="M13 4v18M4 13h18" />
            </svg>
          </button>
        )}
        {!wide && search.new && <CaptureSheet pin={capturePin} onDone={endCapture} onCancel={() => endCapture(null)} onHeight={setCover} />}
        {!wide && !search.new && detail && (
          <Covering onHeight={setCover}>
            <Sheet label={t`Point`} onClose={() => open(null)}>
              {detail}
            </Sheet>
          </Covering>
        )}
      </div>
    </Page>
  );
}

const noPins: readonly never[] = [];

/** The filters that a change of the bar may take away. */
const unset: Partial<PointSearch> = {
  status: undefined,
  category: undefined,
  location: undefined,
  in_charge: undefined,
  author: undefined,
  list: undefined,
  due_before: undefined,
  due_after: undefined,
  overdue: undefined,
  urgent: undefined,
  mine: undefined,
  closed: undefined,
  q: undefined,
};
