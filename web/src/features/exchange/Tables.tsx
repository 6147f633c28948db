/** Categories, locations, participants and points as spreadsheets, both ways. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { send } from '@/api/client';
import type { Id } from '@/api/types';
import { refusalText } from '@/app/errors';
import { locales } from '@/app/i18n';
import { save } from '@/features/ask';
import { Failed } from '@/features/signin/Failed';
import { useMay, useProject } from '@/store';
import { toast } from '@/ui';
import { type Applied, apply, type Write } from './apply';
import s from './Exchange.module.css';
import { Chooser, Part, post, stays, useRun } from './parts';
import { type Item, Review } from './Review';

interface Row {
  row: number;
  state: 'new' | 'changed' | 'wrong';
  title: string;
  changes?: { column: string; before: string; after: string }[];
  issues?: { column: string; code: string }[];
  method?: Write['method'];
  path?: string;
  body?: Record<string, unknown>;
  back?: Record<string, unknown>;
  /** Another write for the same row, after it. */
  then?: { method: Write['method']; path: string; body: Record<string, unknown>; back: Record<string, unknown> };
}
interface Preview {
  columns: string[];
  ignored: string[];
  unchanged: number;
  rows: Row[];
}

const columns: Record<string, MessageDescriptor> = {
  id: msg`Id`,
  parent: msg`Part of`,
  name: msg`Name`,
  code: msg`Code`,
  company: msg`Company`,
  function: msg`Function`,
  email: msg`E-mail`,
  level: msg`Level`,
  roles: msg`Roles`,
  list: msg`List`,
  subject: msg`Subject`,
  description: msg`Description`,
  status: msg`Status`,
  category: msg`Category`,
  location: msg`Location`,
  'in-charge': msg`In charge`,
  due: msg`Due`,
  urgent: msg`Urgent`,
};

const issues: Record<string, MessageDescriptor> = {
  'not-found': msg`the project has nothing of this name`,
  required: msg`this is needed`,
  'too-long': msg`this is too long`,
  characters: msg`some of these characters cannot be stored`,
  formula: msg`the file holds a formula without its result`,
  twice: msg`this stands in the table twice`,
  unknown: msg`nothing here has this id, or it is not yours to see`,
  exists: msg`another one is called so already`,
  'too-deep': msg`this cannot have parts`,
  'other-depth': msg`this cannot move to another depth`,
  'not-a-date': msg`this is no date`,
  'not-yes-or-no': msg`this is neither yes nor no`,
  'not-a-participant': msg`takes no part here; whom you give an address, you invite`,
  'no-points-there': msg`you may make no points on this list`,
  'not-changed-here': msg`the address of somebody who takes part is not changed by others`,
  'source-needed': msg`say where the address comes from`,
  'may-not-invite': msg`the organisation's managers and owners invite people`,
  'email-format': msg`this is no e-mail address`,
};

export function Tables() {
  const { t, i18n } = useLingui();
  const project = useProject();
  const manager = useMay('manager');
  const administrator = useMay('administrator');
  const [kind, setKind] = useState('points');
  const [format, setFormat] = useState('xlsx');
  const down = useRun();
  const comesIn = manager && (kind !== 'participants' || administrator);
  return (
    <>
      <Part
        title={<Trans>To a spreadsheet</Trans>}
        lead={
          <Trans>
            Everything that you see of it, in one table. Edit it, and bring it back below; the hidden first column knows each row again.
          </Trans>
        }
      >
        <Group gap="sm" align="end">
          <NativeSelect
            label={<Trans>Table</Trans>}
            value={kind}
            onChange={(e) => setKind(e.currentTarget.value)}
            data={[
              { value: 'points', label: t`Points` },
              { value: 'locations', label: t`Locations` },
              { value: 'categories', label: t`Categories` },
              ...(manager ? [{ value: 'participants', label: t`Participants` }] : []),
            ]}
          />
          <NativeSelect
            label={<Trans>Format</Trans>}
            value={format}
            onChange={(e) => setFormat(e.currentTarget.value)}
            data={[
              { value: 'xlsx', label: 'XLSX' },
              { value: 'csv', label: 'CSV' },
            ]}
          />
          <Button
            variant="default"
            loading={down.busy}
            onClick={() =>
              void down.run(async () => {
                const q = new URLSearchParams({ format, locale: i18n.locale, zone: project.time_zone });
                const res = await send(`/projects/${project.id}/tables/${kind}?${q}`, { timeout: 120_000 });
                save(await res.blob(), `${kind}.${format}`);
              })
            }
          >
            <Trans>Download</Trans>
          </Button>
        </Group>
        <Failed error={down.error} />
      </Part>
      {comesIn && <In key={kind} kind={kind} project={project.id} />}
    </>
  );
}

function In({ kind, project }: { kind: string; project: Id }) {
  const { i18n, t } = useLingui();
  const { busy, error, run } = useRun();
  const [part, setPart] = useState<number | null>(null);
  const [preview, setPreview] = useState<Preview>();
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [applied, setApplied] = useState<Applied>();
  const [sent, setSent] = useState(0);
  const [source, setSource] = useState('colleague');
  const [language, setLanguage] = useState<string>(i18n.locale);
  const asks = kind === 'participants';
  const look = (f: File) =>
    void run(async () => {
      setPreview(undefined);
      setApplied(undefined);
      setOff(new Set());
      setPart(0);
      try {
        setPreview(
          await post<Preview>(
            `/projects/${project}/tables/${kind}/preview?locale=${i18n.locale}${asks ? `&source=${source}&mail=${language}` : ''}`,
            f,
            setPart,
          ),
        );
      } finally {
        setPart(null);
      }
    });
  const column = (c: string) => (columns[c] ? i18n._(columns[c]) : c);
  const items = (preview?.rows ?? []).map((r, i): Item => {
    const key = String(i);
    const refused = applied?.refused.get(key) ?? applied?.refused.get(`${key} then`);
    return {
      key,
      row: r.row,
      title: r.title || '–',
      state: refused ? 'wrong' : applied?.done.has(key) ? 'done' : applied && r.state !== 'wrong' ? 'left' : r.state,
      changes: r.changes?.map((c) => ({ label: column(c.column), before: c.before, after: c.after })),
      why: refused
        ? refusalText(refused, i18n)
        : r.issues
            ?.map((x) => `${column(x.column)}: ${issues[x.code] ? i18n._(issues[x.code] as MessageDescriptor) : refusalText(x.code, i18n)}`)
            .join('; '),
    };
  });
  const invites = applied
    ? 0
    : (preview?.rows ?? []).filter((r, i) => r.state === 'new' && r.path?.includes('/invitations/') && !off.has(String(i))).length;
  const take = () =>
    void run(async () => {
      const writes = (preview?.rows ?? []).flatMap((r, i): Write[] =>
        r.method && r.path && !off.has(String(i))
          ? [
              { key: String(i), method: r.method, path: r.path, ...(r.body && { body: r.body }), ...(r.back && { back: r.back }) },
              ...(r.then ? [{ key: `${i} then`, ...r.then }] : []),
            ]
          : [],
      );
      setSent(0);
      const out = await apply(writes, setSent);
      setApplied(out);
      const n = [...out.done].filter((key) => !key.endsWith(' then')).length;
      if (n > 0)
        toast(<Plural value={n} one="# row was taken over." other="# rows were taken over." />, async () => {
          stays(await apply(out.undo));
          setPreview(undefined);
          setApplied(undefined);
        });
    });
  return (
    <Part
      title={<Trans>From a spreadsheet</Trans>}
      lead={
        <Trans>
          XLSX or CSV, with a first row of headings. You see first what would change. What the table does not have stays as it is.
        </Trans>
      }
    >
      {asks && (
        <>
          <p className={s.lead}>
            <Trans>
              A row without an id and with an e-mail address invites: the address is used to send the invitation, and for nothing else. It
              is erased if there is no answer.
            </Trans>
          </p>
          <Group gap="sm" align="end" mb="md">
            <NativeSelect
              label={<Trans>How do you know these people?</Trans>}
              description={<Trans>The invited person is told where the address comes from.</Trans>}
              value={source}
              onChange={(e) => {
                setSource(e.currentTarget.value);
                setPreview(undefined); // it was made with the other
              }}
              disabled={busy}
              data={[
                { value: 'colleague', label: t`A colleague` },
                { value: 'customer', label: t`Our customer` },
                { value: 'supplier', label: t`Our supplier` },
                { value: 'self', label: t`Asked for it` },
              ]}
            />
            <NativeSelect
              label={<Trans>Language of the mail</Trans>}
              value={language}
              onChange={(e) => {
                setLanguage(e.currentTarget.value);
                setPreview(undefined);
              }}
              disabled={busy}
              data={Object.entries(locales).map(([value, label]) => ({ value, label }))}
            />
          </Group>
        </>
      )}
      <Chooser label={<Trans>Choose a table</Trans>} accept=".xlsx,.csv,.txt" busy={busy} part={part} error={error} onFile={look} />
      {preview && (
        <>
          {preview.ignored.length > 0 && (
            <p>
              <Trans>Columns that are not read: {preview.ignored.join(', ')}</Trans>
            </p>
          )}
          {invites > 0 && (
            <p>
              <Plural value={invites} one="# row sends an invitation by mail." other="# rows send an invitation by mail." />
            </p>
          )}
          <Review items={items} unchanged={preview.unchanged} off={off} setOff={setOff} busy={busy} done={sent} onApply={take} />
        </>
      )}
    </Part>
  );
}
