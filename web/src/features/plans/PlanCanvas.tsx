/** The plan engine in a box of React: what is given goes in, what happens comes out. */
import { useLingui } from '@lingui/react/macro';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { Id, Revision, Sheet } from '@/api/types';
import {
  differenceTiles,
  type Look,
  openArchive,
  type Padding,
  type Pin,
  type Place,
  PlanViewer,
  sheetTiles,
  warpedTiles,
} from '@/engines/plan';
import s from './plans.module.css';
import { revisionPath, sheetImage } from './sheets';

export interface PlanCanvasProps {
  project: Id;
  sheet: Sheet;
  /** Which of the sheet's revisions is looked at. */
  revision: Revision;
  /** The one that lies over it, and how much of it is seen; with difference, what differs is. */
  over?: { revision: Revision; difference: boolean; opacity: number } | undefined;
  pins: readonly Pin[];
  selected: Id | null;
  /** The pin with the ring of the keyboard. */
  focused: Id | null;
  ghost: Place | null;
  placing: boolean;
  look: Look | undefined;
  padding: Padding;
  /** The sheet is on the device now: read it from there. */
  kept: boolean;
  online: boolean;
  onPin: (id: Id) => void;
  onCluster: (ids: readonly Id[]) => void;
  onTap: (place: Place, touch: boolean) => void;
  onPlace: (place: Place) => void;
  onLongPress: (place: Place) => void;
  onLook: (look: Look) => void;
  onCancel: () => void;
  onMissing: (failed: number) => void;
  ref?: Ref<PlanViewer | null>;
}

export function PlanCanvas(props: PlanCanvasProps) {
  const { project, sheet, pins, selected, focused, ghost, placing, padding, kept, online, ref } = props;
  const { t } = useLingui();
  const target = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<PlanViewer | null>(null);
  const use = useRef<ReturnType<typeof sheetTiles>['use']>(null);
  const newest = useRef(props);
  newest.current = props;
  useImperativeHandle(ref, () => viewer as PlanViewer, [viewer]);

  const { over } = props;
  const revision = props.revision.id;
  const affine = props.revision.affine.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a revision that is aligned anew is looked at anew
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    const { sheet: now, revision: shown, look, padding: pad } = newest.current;
    const root = revisionPath(project, revision);
    const tiles = sheetTiles({ key: revision, url: (z, x, y) => `${root}/tiles/${z}/${x}/${y}` });
    use.current = tiles.use;
    const made = new PlanViewer(element, {
      sheet: sheetImage(now, shown),
      tiles: tiles.load,
      look,
      padding: pad,
      still: window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      font: getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace',
    });
    made.on('pin', (e) => newest.current.onPin(e.id));
    made.on('cluster', (e) => newest.current.onCluster(e.ids));
    made.on('tap', (e) => newest.current.onTap(e.place, e.touch));
    made.on('place', (e) => newest.current.onPlace(e.place));
    made.on('longpress', (e) => newest.current.onLongPress(e.place));
    made.on('look', (e) => newest.current.onLook(e));
    made.on('cancel', () => newest.current.onCancel());
    made.on('missing', (e) => newest.current.onMissing(e.failed));
    setViewer(made);
    return () => {
      made.destroy();
      setViewer(null);
    };
  }, [project, revision, affine]);

  useOver(viewer, project, sheet, props.revision, over);
  useEffect(() => viewer?.setPins(pins), [viewer, pins]);
  useEffect(() => viewer?.select(selected), [viewer, selected]);
  useEffect(() => viewer?.focus(focused), [viewer, focused]);
  useEffect(() => viewer?.setGhost(ghost), [viewer, ghost]);
  useEffect(() => viewer?.setPlacing(placing), [viewer, placing]);
  const { top, right, bottom, left } = padding;
  useEffect(() => viewer?.setPadding({ top, right, bottom, left }), [viewer, top, right, bottom, left]);
  useEffect(() => {
    if (!viewer || !kept) return;
    let live = true;
    void openArchive(revision).then((archive) => {
      if (live && archive) use.current?.(archive);
    });
    return () => {
      live = false;
    };
  }, [viewer, kept, revision]);
  // Tiles that nobody could give may be had now.
  useEffect(() => {
    if (online) viewer?.retry();
  }, [viewer, online]);

  return (
    <div
      ref={target}
      className={s.canvas}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows, plus and minus move the plan
      tabIndex={0}
      aria-label={t`Plan ${sheet.number} ${sheet.name}`}
      aria-describedby="plan-keys"
    />
  );
}

/** Lays a second revision over the first. */
function useOver(viewer: PlanViewer | null, project: Id, sheet: Sheet, shown: Revision, over: PlanCanvasProps['over']): void {
  const with_ = over?.revision;
  const difference = over?.difference ?? false;
  const opacity = over?.opacity ?? 1;
  useEffect(() => {
    if (!viewer || !with_) return;
    const side = (r: Revision) => ({
      image: sheetImage(sheet, r),
      load: sheetTiles({ key: r.id, url: (z, x, y) => `${revisionPath(project, r.id)}/tiles/${z}/${x}/${y}` }).load,
    });
    const [base, other] = [side(shown), side(with_)];
    viewer.setOver(difference ? differenceTiles(base, other) : warpedTiles(base.image, other));
    return () => viewer.setOver(null);
  }, [viewer, project, sheet, shown, with_, difference]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is laid over anew begins at full strength
  useEffect(() => {
    if (with_) viewer?.setOverOpacity(opacity);
  }, [viewer, with_, difference, opacity]);
}
