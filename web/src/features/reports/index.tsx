import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu, Progress } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { send } from '@/api/client';
import type { Report } from '@/api/types';
import { codeText, errorText } from '@/app/errors';
import { isLocale, locales } from '@/app/i18n';
import type { Row } from '@/db/db';
import { ago, exact, useCommands, useLoaded, useMay, useName, useProject, useReader, useSession, useSync, useThings } from '@/store';
import { EmptyState, LinkButton, Page, Skeleton, toast } from '@/ui';
import { NewReport } from './NewReport';
import s from './Reports.module.css';
import { useJob } from './useJob';

/** Reports kept with the project: make one, watch it being made, take it along. */
export function ReportsPage() {
  const { t } = useLingui();
  const project = useProject();
  const reports = useThings('reports');
  const loaded = useLoaded();
  const may = useMay('contributor');
  const { organisations } = useSession();
  const mayStyle = organisations.some((o) => o.id === project.org_id && o.role !== 'member');
  const search = useSearch({ from: '/gate/p/$project/reports' });
  const navigate = useNavigate();
  const go = (making: boolean) =>
    void navigate({ to: '/p/$project/reports', params: { project: project.id }, search: making ? { ...search, new: true } : {} });
  const list = useMemo(() => [...reports].sort((a, b) => (a.created_at < b.created_at ? 1 : -1)), [reports]);
  return (
    <Page
      title={t`Reports`}
      subtitle={project.name}
      reading
      actions={
        <>
          {mayStyle && (
            <LinkButton to="/o/$org/reports" params={{ org: project.org_id }} variant="default" visibleFrom="sm">
              <Trans>Layout</Trans>
            </LinkButton>
          )}
          {may && (
            <Button onClick={() => go(true)}>
              <Trans>New report</Trans>
            </Button>
          )}
        </>
      }
    >
      {!loaded ? (
        <Skeleton rows={5} />
      ) : list.length === 0 ? (
        <EmptyState
          title={<Trans>No reports yet</Trans>}
          action={
            may ? (
              <Button onClick={() => go(true)}>
                <Trans>Make a report</Trans>
              </Button>
            ) : undefined
          }
        >
          {may ? (
            <Trans>
              A report is a PDF or a spreadsheet of the points you choose, with their photos and their place on the plan. Filter the points
              list and make a report of it, or begin here.
            </Trans>
          ) : (
            <Trans>Reports of the project appear here. A contributor can make one.</Trans>
          )}
        </EmptyState>
      ) : (
        <ul className={s.list}>
          {list.map((x) => (
            <li key={x.id}>
              <ReportRow report={x} />
            </li>
          ))}
        </ul>
      )}
      {mayStyle && (
        <LinkButton to="/o/$org/reports" params={{ org: project.org_id }} variant="subtle" mt="md" hiddenFrom="sm">
          <Trans>Layout</Trans>
        </LinkButton>
      )}
      {search.new && may && <NewReport search={search} onClose={() => go(false)} />}
    </Page>
  );
}

function ReportRow({ report }: { report: Row<Report> }) {
  const { t, i18n } = useLingui();
  const r = useReader();
  const name = useName();
  const project = useProject();
  const { online } = useSync();
  const { removeReport } = useCommands();
  const may = useMay('manager');
  const [busy, setBusy] = useState(false);
  const job = useJob(report.state === 'making' ? report.job_id : null);
  const failed = report.state === 'failed' || job?.state === 'failed';
  const done = report.state === 'ready' || job?.state === 'done';
  const open = async () => {
    setBusy(true);
    try {
      const res = await send(`/projects/${project.id}/reports/${report.id}/file`, { timeout: 300_000 });
      save(await res.blob(), fileName(res, `${report.title}.${report.format}`));
    } catch (e) {
      toast(errorText(e, i18n));
    } finally {
      setBusy(false);
    }
  };
  const share = job && job.total > 0 ? Math.round((100 * job.done) / job.total) : 0;
  return (
    <article className={s.row}>
      <div className={s.what}>
        <b>{report.title}</b>
        <span className="quiet">
          {done && (
            <>
              <Plural value={report.points} one="# point" other="# points" />
              {' · '}
            </>
          )}
          {(report.format ?? 'pdf').toUpperCase()}
          {' · '}
          {language(report.locale)}
          {report.pages > 0 && (
            <>
              {' · '}
              <Plural value={report.pages} one="# page" other="# pages" />
            </>
          )}
          {report.bytes > 0 && ` · ${size(report.bytes, i18n.locale)}`}
          {' · '}
          {name(report.author_id)}
          {' · '}
          <time dateTime={report.created_at} title={exact(report.created_at, r)}>
            {ago(report.created_at, r)}
          </time>
        </span>
        {report._pending === 'waiting' ? (
          <span className={s.state}>
            {online ? <Trans>On its way to the server</Trans> : <Trans>Made as soon as there is a network</Trans>}
          </span>
        ) : failed ? (
          <span className={s.failed}>
            {codeText(report.code || job?.code, i18n) ?? <Trans>The report could not be made. Try again with fewer points.</Trans>}
          </span>
        ) : (
          !done && (
            <div className={s.progress}>
              <Progress value={share} aria-label={t`Making the report`} />
              <span role="status">
                {job && job.total > 0 ? t`${job.done} of ${job.total}` : job?.state === 'running' ? t`Being made` : t`Waits for its turn`}
              </span>
            </div>
          )
        )}
      </div>
      <div className={s.buttons}>
        {report.missing > 0 && (
          <span className={s.state}>
            <Plural value={report.missing} one="# picture could not be read" other="# pictures could not be read" />
          </span>
        )}
        {done && (
          <Button variant="default" loading={busy} onClick={() => void open()} aria-label={t`Download ${report.title}`}>
            <Trans>Download</Trans>
          </Button>
        )}
        {(may || failed) && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" aria-label={t`More about ${report.title}`}>
                …
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void removeReport(report.id)}>
                <Trans>Remove</Trans>
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </article>
  );
}

/** The report's language, however exactly it was named ("en-GB"). */
function language(tag: string): string {
  const l = tag.slice(0, 2);
  return isLocale(l) ? locales[l] : tag;
}

function size(bytes: number, locale: string): string {
  const mb = bytes >= 1e6;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: mb ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: mb ? 1 : 0,
  }).format(bytes / (mb ? 1e6 : 1e3));
}

function fileName(res: Response, otherwise: string): string {
  const d = res.headers.get('content-disposition') ?? '';
  const long = /filename\*=UTF-8''([^;]+)/i.exec(d)?.[1];
  const short = /filename="([^"]+)"/i.exec(d)?.[1];
  try {
    return long ? decodeURIComponent(long) : (short ?? otherwise);
  } catch {
    return otherwise;
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
