/** All sheets of the project, as one lays them on a table. Uploading is done here: by the button, or by dropping files anywhere on the page. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress, SegmentedControl, TextInput } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { call } from '@/api/client';
import type { Drawing, Id, Sheet } from '@/api/types';
import { errorText } from '@/app/errors';
import { fold, useLoaded, useMay, useOpenProject, useProject, useSheets, useStatuses, useSync, useThings } from '@/store';
import { EmptyState, Page, Skeleton, toast } from '@/ui';
import { placeText } from '../points/words';
import { PlacePages } from './PlacePages';
import s from './plans.module.css';
import { reasonText } from './reasons';
import { SheetThumb } from './SheetThumb';
import { sheetTitle } from './sheets';
import { OFFERED, type Upload, useJob, useUploads } from './upload';
import { useKeptKeys } from './useKept';

type By = 'drawing' | 'location';

export function PlansPage() {
  const { t } = useLingui();
  const { project } = useParams({ from: '/gate/p/$project/plans' });
  const { name } = useProject();
  const loaded = useLoaded();
  const sync = useSync();
  const sheets = useSheets();
  const drawings = useThings('drawings');
  const mayUpload = useMay('manager');
  const uploads = useUploads(project);
  const [find, setFind] = useState('');
  const [by, setBy] = useState<By>(() => (localStorage.getItem('plumbline-plans-by') === 'location' ? 'location' : 'drawing'));
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const kept = useKeptKeys();
  const counts = useOpenCounts();
  const groups = useGroups(sheets, drawings, by, find);

  const pick = () => input.current?.click();
  const unfinished = drawings.filter((d) => d.state !== 'ready' || (mayUpload && (d.waiting ?? 0) > 0));
  // An upload that has become a drawing is told of by the drawing, also when that goes.
  const { list: uploading, dismiss } = uploads;
  useEffect(() => {
    for (const u of uploading) if (drawings.some((d) => d.id === u.id)) dismiss(u.id);
  }, [uploading, drawings, dismiss]);
  const waiting = uploads.list.filter((u) => !drawings.some((d) => d.id === u.id));
  const canUpload = mayUpload && sync.online;
  const nothing = sheets.length === 0 && unfinished.length === 0 && waiting.length === 0;

  return (
    <Page
      title={t`Plans`}
      subtitle={name}
      actions={
        mayUpload &&
        !nothing && (
          <Button onClick={pick} disabled={!sync.online} title={sync.online ? undefined : t`Uploading needs a network`}>
            <Trans>Upload drawings</Trans>
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way; the button is the first */}
      <div
        className={s.gallery}
        data-over={over || undefined}
        onDragOver={(e) => {
          if (!canUpload || !e.dataTransfer.types.includes('Files')) return;
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={(e) => {
          if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false);
        }}
        onDrop={(e) => {
          setOver(false);
          if (!canUpload || e.dataTransfer.files.length === 0) return;
          e.preventDefault();
          uploads.add(e.dataTransfer.files);
        }}
      >
        <input
          ref={input}
          type="file"
          accept={OFFERED}
          multiple
          hidden
          data-testid="drawings"
          onChange={(e) => {
            uploads.add(e.currentTarget.files ?? []);
            e.currentTarget.value = '';
          }}
        />
        {!loaded || (nothing && sync.loading !== null) ? (
          <Skeleton rows={8} />
        ) : nothing ? (
          <EmptyState
            title={<Trans>No drawings yet</Trans>}
            action={
              mayUpload && (
                <Button onClick={pick} disabled={!sync.online}>
                  <Trans>Upload drawings</Trans>
                </Button>
              )
            }
          >
            {mayUpload ? (
              <Trans>
                Upload the plans of this project, as PDF, PNG, JPEG, TIFF or HEIC. Each page becomes a sheet that points are put on.
              </Trans>
            ) : (
              <Trans>A manager of the project can upload drawings. They show here when they are ready.</Trans>
            )}
          </EmptyState>
        ) : (
          <>
            <div className={s.galleryBar}>
              <TextInput
                className={s.galleryFind}
                size="sm"
                type="search"
                value={find}
                onChange={(e) => setFind(e.currentTarget.value)}
                placeholder={t`Number or name`}
                aria-label={t`Search in plans`}
              />
              <SegmentedControl
                size="sm"
                value={by}
                onChange={(v) => {
                  setBy(v as By);
                  localStorage.setItem('plumbline-plans-by', v);
                }}
                aria-label={t`Group`}
                data={[
                  { value: 'drawing', label: t`By drawing` },
                  { value: 'location', label: t`By place` },
                ]}
              />
            </div>
            {(waiting.length > 0 || unfinished.length > 0) && (
              <ul className={s.jobs} aria-label={t`Being made ready`}>
                {waiting.map((u) => (
                  <UploadRow key={u.id} upload={u} onDismiss={() => uploads.dismiss(u.id)} />
                ))}
                {unfinished.map((d) => (
                  <DrawingRow key={d.id} drawing={d} project={project} may={mayUpload} />
                ))}
              </ul>
            )}
            {groups.map((g) => (
              <section key={g.key} className={s.group} aria-label={g.title || t`Sheets`}>
                {g.title && (
                  <h2>
                    {g.title} <span className="quiet">{g.sheets.length}</span>
                  </h2>
                )}
                {g.short && (
                  <p className={s.short}>
                    <Trans>Some pages of this file could not be read and are left out.</Trans>
                  </p>
                )}
                <ul className={s.sheets}>
                  {g.sheets.map((sheet) => (
                    <li key={sheet.id}>
                      <SheetCard sheet={sheet} project={project} open={counts.get(sheet.id) ?? 0} kept={kept.has(sheet.revision.id)} />
                    </li>
                  ))}
                </ul>
              </section>
            ))}
            {groups.length === 0 && find && (
              <EmptyState
                title={<Trans>No sheet matches</Trans>}
                action={
                  <Button variant="default" onClick={() => setFind('')}>
                    <Trans>Show all</Trans>
                  </Button>
                }
              />
            )}
          </>
        )}
        {over && (
          <div className={s.drop} aria-hidden="true">
            <Trans>Drop the drawings here</Trans>
          </div>
        )}
      </div>
    </Page>
  );
}

function useOpenCounts(): ReadonlyMap<Id, number> {
  const points = useThings('points');
  const statuses = useStatuses();
  return useMemo(() => {
    const closes = new Set(statuses.filter((x) => x.closes).map((x) => x.id));
    const out = new Map<Id, number>();
    for (const p of points) if (p.pin && !closes.has(p.status_id)) out.set(p.pin.sheet_id, (out.get(p.pin.sheet_id) ?? 0) + 1);
    return out;
  }, [points, statuses]);
}

function useGroups(sheets: readonly Sheet[], drawings: readonly Drawing[], by: By, find: string) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const locations = useThings('locations');
  // biome-ignore lint/correctness/useExhaustiveDependencies: locations are read through the pool
  return useMemo(() => {
    const words = fold(find).split(/\s+/).filter(Boolean);
    const byId = new Map(drawings.map((d) => [d.id, d]));
    const groups = new Map<string, { key: string; title: string; short: boolean; sheets: Sheet[] }>();
    for (const sheet of sheets) {
      const place = placeText(sheet.location_id, pool);
      const drawing = byId.get(sheet.drawing_id)?.name ?? '';
      const text = fold([sheet.number, sheet.name, place, drawing].join(' '));
      if (!words.every((w) => text.includes(w))) continue;
      const key = by === 'drawing' ? sheet.drawing_id : (sheet.location_id ?? 'none');
      const short = by === 'drawing' && byId.get(sheet.drawing_id)?.code === 'pages-left-out';
      const group = groups.get(key) ?? { key, title: by === 'drawing' ? drawing : place || t`No place yet`, short, sheets: [] };
      group.sheets.push(sheet);
      groups.set(key, group);
    }
    const collator = new Intl.Collator(undefined, { numeric: true });
    const all = [...groups.values()].sort(
      (a, b) => Number(a.key === 'none') - Number(b.key === 'none') || collator.compare(a.title, b.title),
    );
    if (by !== 'drawing') return all;
    // A drawing of one sheet needs no heading: these stand together.
    const single = all.filter((g) => g.sheets.length === 1 && !g.short);
    const rest = all.filter((g) => !single.includes(g));
    return single.length === 0 ? rest : [{ key: 'single', title: '', short: false, sheets: single.flatMap((g) => g.sheets) }, ...rest];
  }, [sheets, drawings, locations, by, find, pool, t]);
}

function SheetCard({ sheet, project, open, kept }: { sheet: Sheet; project: Id; open: number; kept: boolean }) {
  const { t } = useLingui();
  return (
    <Link className={s.sheetCard} to="/p/$project/plans/$sheet" params={{ project, sheet: sheet.id }}>
      <SheetThumb sheet={sheet} project={project} />
      <span className={s.sheetText}>
        <b>{sheetTitle(sheet) || t`Sheet without a name`}</b>
        <span className={s.sheetFoot}>
          {sheet.revision.code && (
            <span className={s.rev}>
              <Trans>rev {sheet.revision.code}</Trans>
            </span>
          )}
          <span>{open > 0 ? <Plural value={open} one="# open point" other="# open points" /> : <Trans>no open points</Trans>}</span>
          {kept && (
            <span className={s.keptDot} title={t`On this device`}>
              <span className="hidden-text">{t`On this device`}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

function JobRow({
  name,
  text,
  part,
  failed = false,
  children,
}: {
  name: string;
  text: ReactNode;
  part?: number | null;
  failed?: boolean;
  children?: ReactNode;
}) {
  return (
    <li className={s.job} data-failed={failed || undefined}>
      <div className={s.jobText} role="status">
        <b>{name}</b>
        <span>{text}</span>
        {part !== undefined && part !== null && <Progress value={part * 100} size="sm" aria-label={name} />}
      </div>
      {children}
    </li>
  );
}

function UploadRow({ upload, onDismiss }: { upload: Upload; onDismiss: () => void }) {
  const { i18n } = useLingui();
  if (upload.failed) {
    const code = (upload.failed as { code?: string }).code;
    const local = code === 'unsupported-format' || code === 'too-large' || code === 'damaged';
    return (
      <JobRow name={upload.name} failed text={local ? reasonText(code, i18n) : errorText(upload.failed, i18n)}>
        <Button size="compact-sm" variant="default" onClick={onDismiss}>
          <Trans>Remove</Trans>
        </Button>
      </JobRow>
    );
  }
  const percent = Math.round((upload.part ?? 0) * 100);
  return (
    <JobRow
      name={upload.name}
      part={upload.part}
      text={
        upload.part === null ? (
          <Trans>Waits for its turn</Trans>
        ) : upload.part < 1 ? (
          <Trans>Uploading, {percent} %</Trans>
        ) : (
          <Trans>Uploaded, waits to be read</Trans>
        )
      }
    />
  );
}

function DrawingRow({ drawing, project, may }: { drawing: Drawing; project: Id; may: boolean }) {
  const { i18n } = useLingui();
  const open = useOpenProject();
  const processing = drawing.state === 'processing';
  // The drawing itself comes by the feed; asking at the end makes it come now.
  const job = useJob(project, processing ? drawing.job_id : null, () => open.engine.nudge(true));
  const [busy, setBusy] = useState(false);
  const [placing, setPlacing] = useState(false);
  const { online } = useSync();
  const remove = async () => {
    setBusy(true);
    try {
      await call(`/projects/${project}/drawings/${drawing.id}`, { method: 'DELETE' });
      open.engine.nudge(true);
    } catch (e) {
      toast(errorText(e, i18n));
    } finally {
      setBusy(false);
    }
  };
  if (processing) {
    const { done = 0, total = 0 } = job ?? {};
    return (
      <JobRow
        name={drawing.name}
        part={total > 0 ? done / total : null}
        text={
          total > 0 ? (
            <Trans>
              Making sheets, {done} of {total}
            </Trans>
          ) : (
            <Trans>Being read</Trans>
          )
        }
      />
    );
  }
  if (drawing.state === 'ready') {
    const waiting = drawing.waiting ?? 0;
    return (
      <JobRow
        name={drawing.name}
        text={
          <Plural
            value={waiting}
            one="# page seems to renew a sheet and waits for your word"
            other="# pages seem to renew sheets and wait for your word"
          />
        }
      >
        <Button size="compact-sm" disabled={!online} onClick={() => setPlacing(true)}>
          <Trans>Say which sheets</Trans>
        </Button>
        {may && (
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => void remove()}>
            <Trans>Remove</Trans>
          </Button>
        )}
        {placing && <PlacePages drawing={drawing} project={project} onClose={() => setPlacing(false)} />}
      </JobRow>
    );
  }
  return (
    <JobRow name={drawing.name} failed text={reasonText(drawing.code, i18n)}>
      {may && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void remove()}>
          <Trans>Remove</Trans>
        </Button>
      )}
    </JobRow>
  );
}
