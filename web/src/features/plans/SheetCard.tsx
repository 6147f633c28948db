/** What a sheet is: its name, number and place, and its revisions; a manager changes them and uploads a new one here. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useRef, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Id, Revision, Sheet } from '@/api/types';
import { errorText } from '@/app/errors';
import { ago, useMay, useOpenProject, useReader, useSync, useThings } from '@/store';
import { toast } from '@/ui';
import { placeText } from '../points/words';
import { PlacePages } from './PlacePages';
import s from './plans.module.css';
import { revisionsOf } from './sheets';
import { OFFERED, useUploads } from './upload';

export function SheetCard({
  sheet,
  project,
  shown,
  onShow,
  onCompare,
  onAlign,
  onClose,
}: {
  sheet: Sheet;
  project: Id;
  shown: Id;
  onShow: (r: Revision) => void;
  onCompare: (r: Revision) => void;
  onAlign: (r: Revision) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useLingui();
  const words = (r: Revision) => {
    const known = alignments[r.alignment ?? ''];
    return known ? i18n._(known) : '';
  };
  const may = useMay('manager');
  const { online } = useSync();
  const reader = useReader();
  const all = revisionsOf(sheet);
  return (
    <Modal opened onClose={onClose} title={t`This sheet`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Stack gap="lg">
        {may && <Names sheet={sheet} project={project} online={online} />}
        <section aria-label={t`Revisions`}>
          <h3 className={s.cardTitle}>
            <Trans>Revisions</Trans>
          </h3>
          <ul className={s.revisions}>
            {all.map((r, i) => (
              <li key={r.id} className={s.revisionRow} aria-current={r.id === shown || undefined}>
                <span className={s.revisionText}>
                  <b>
                    <Trans>rev {r.code}</Trans>
                  </b>
                  <span className="quiet">{[ago(r.at, reader), i === 0 ? t`newest` : '', words(r)].filter(Boolean).join(' · ')}</span>
                </span>
                <Group gap={6}>
                  {r.id !== shown && (
                    <Button size="compact-sm" variant="default" onClick={() => onShow(r)}>
                      <Trans>Open</Trans>
                    </Button>
                  )}
                  {r.id !== shown && (
                    <Button size="compact-sm" variant="default" onClick={() => onCompare(r)}>
                      <Trans>Compare</Trans>
                    </Button>
                  )}
                  {may && r.alignment !== 'first' && all.length > 1 && (
                    <Button size="compact-sm" variant="subtle" disabled={!online} onClick={() => onAlign(r)}>
                      <Trans>Align by hand</Trans>
                    </Button>
                  )}
                </Group>
              </li>
            ))}
          </ul>
          {may && <Renew sheet={sheet} project={project} online={online} />}
        </section>
      </Stack>
    </Modal>
  );
}

const alignments: Record<string, MessageDescriptor> = {
  auto: msg`aligned automatically`,
  hand: msg`aligned by hand`,
  none: msg`not aligned`,
};

function Names({ sheet, project, online }: { sheet: Sheet; project: Id; online: boolean }) {
  const { t, i18n } = useLingui();
  const { pool, engine } = useOpenProject();
  const locations = useThings('locations');
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { number: sheet.number, name: sheet.name, location: sheet.location_id ?? '' },
    validate: { name: (v) => (v.trim() ? null : t`Give the sheet a name.`) },
  });
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    try {
      await call(`/projects/${project}/sheets/${sheet.id}`, {
        method: 'PATCH',
        mutationId: newId(),
        body: { base: sheet.version, name: v.name.trim(), number: v.number.trim(), location_id: v.location || null },
      });
      engine.nudge(true);
      form.resetDirty();
      toast(t`The sheet is changed`);
    } catch (e) {
      toast(errorText(e, i18n));
    } finally {
      setBusy(false);
    }
  });
  const places = locations.map((l) => ({ value: l.id, label: placeText(l.id, pool) })).sort((a, b) => a.label.localeCompare(b.label));
  return (
    <form onSubmit={(e) => void submit(e)} noValidate>
      <Stack gap="sm">
        <TextInput label={<Trans>Number</Trans>} maxLength={40} {...form.getInputProps('number')} />
        <TextInput label={<Trans>Name</Trans>} maxLength={200} {...form.getInputProps('name')} />
        <NativeSelect
          label={<Trans>Place</Trans>}
          data={[{ value: '', label: t`No place` }, ...places]}
          {...form.getInputProps('location')}
        />
        <Button type="submit" loading={busy} disabled={!online || !form.isDirty()}>
          <Trans>Save</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function Renew({ sheet, project, online }: { sheet: Sheet; project: Id; online: boolean }) {
  const { t, i18n } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const { engine } = useOpenProject();
  const drawings = useThings('drawings');
  const { list, add } = useUploads(project);
  const mine = list.at(-1);
  const drawing = mine && drawings.find((d) => d.id === mine.id);
  const waits = (drawing?.waiting ?? 0) > 0;
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (waits) setAsking(true);
  }, [waits]);
  const sent = mine?.part === 1;
  useEffect(() => {
    if (sent) engine.nudge(true);
  }, [sent, engine]);
  const percent = Math.round((mine?.part ?? 0) * 100);
  const busy = mine !== undefined && mine.failed === null && drawing?.state !== 'ready' && drawing?.state !== 'failed';
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={OFFERED}
        hidden
        data-testid="renew"
        onChange={(e) => {
          add(e.currentTarget.files ?? [], sheet.id);
          e.currentTarget.value = '';
        }}
      />
      <Button variant="default" onClick={() => input.current?.click()} disabled={!online || busy}>
        <Trans>Upload a new revision</Trans>
      </Button>
      {busy && (
        <p className="quiet" role="status">
          {sent ? <Trans>Being read</Trans> : <Trans>Uploading, {percent} %</Trans>}
        </p>
      )}
      {mine?.failed != null && <p role="alert">{errorText(mine.failed, i18n)}</p>}
      {drawing?.state === 'failed' && <p role="alert">{t`The file could not be read. All plans says why.`}</p>}
      {asking && drawing && waits && <PlacePages drawing={drawing} project={project} onClose={() => setAsking(false)} />}
    </>
  );
}
