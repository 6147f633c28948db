/** A file of another program: what it would change, row by row, before anything is changed. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, FileButton, Group, Modal, Progress, SegmentedControl } from '@mantine/core';
import { useRef, useState } from 'react';
import { newId } from '@/api/id';
import { type ImportChange, type ImportLook, programmes } from '@/api/programme';
import type { Id, Programme } from '@/api/types';
import { sendFile } from '@/api/upload';
import { fromCivil } from '@/engines/gantt';
import { today, useOpenProject, useProject } from '@/store';
import { toast } from '@/ui';
import s from './programme.module.css';
import { codeText, fieldName, whyText } from './words';

type Into = 'new' | 'here';

export function ImportDialog({
  programme,
  onClose,
  onDone,
}: {
  programme: Programme | undefined;
  onClose: () => void;
  onDone: (id: Id) => void;
}) {
  const { t, i18n } = useLingui();
  const open = useOpenProject();
  const zone = useProject().time_zone;
  const [into, setInto] = useState<Into>(programme ? 'here' : 'new');
  const [part, setPart] = useState<number | null>(null);
  const [look, setLook] = useState<ImportLook>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  /** A programme that was made for the file, and goes again when the file is not taken. */
  const made = useRef<Id | null>(null);
  const reset = useRef<() => void>(null);

  const drop = async () => {
    const id = made.current;
    made.current = null;
    if (id) await programmes.remove(open.id, id).catch(() => undefined);
  };
  const close = () => {
    void drop().then(() => open.engine.nudge());
    onClose();
  };
  const choose = async (file: File) => {
    setError(undefined);
    setLook(undefined);
    if (/\.mpp$/i.test(file.name)) return setError('mpp');
    setPart(0);
    try {
      await drop();
      let id = programme?.id;
      if (into === 'new' || !id) {
        id = newId();
        await programmes.put(open.id, id, {
          name: file.name.replace(/\.[^.]+$/, '').slice(0, 200) || t`Programme`,
          start: fromCivil(today(zone)),
        });
        made.current = id;
      }
      setLook(
        await sendFile<ImportLook>(
          `/projects/${open.id}/programmes/${id}/imports?name=${encodeURIComponent(file.name.slice(0, 200))}`,
          file,
          {
            method: 'POST',
            type: 'application/octet-stream',
            onPart: setPart,
          },
        ),
      );
    } catch (e) {
      setError(e);
      await drop();
    } finally {
      setPart(null);
    }
  };
  const approve = async () => {
    const id = made.current ?? programme?.id;
    if (!look || !id) return;
    setBusy(true);
    setError(undefined);
    try {
      await programmes.approve(open.id, id, look.import);
      made.current = null;
      open.engine.nudge();
      toast(t`The programme was imported`);
      onDone(id);
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} size="xl" title={t`Import a programme`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <p className={s.lead}>
        <Trans>
          Microsoft Project XML, Primavera XER or P6 XML, XLSX or CSV. You see first what changes. Progress, messages, points and relations
          of activities that stay are never lost.
        </Trans>
      </p>
      {programme && (
        <SegmentedControl
          mb="md"
          size="sm"
          fullWidth
          disabled={part !== null || busy}
          value={into}
          onChange={(v) => {
            setInto(v as Into);
            setLook(undefined);
            void drop();
          }}
          data={[
            { value: 'here', label: t`Renew “${programme.name}”` },
            { value: 'new', label: t`As a new programme` },
          ]}
        />
      )}
      <FileButton
        resetRef={reset}
        accept=".xml,.xer,.xlsx,.csv,.mpp"
        onChange={(f) => {
          reset.current?.();
          if (f) void choose(f);
        }}
      >
        {(props) => (
          <Button {...props} variant={look ? 'default' : 'filled'} disabled={part !== null || busy}>
            {look ? <Trans>Choose another file</Trans> : <Trans>Choose a file</Trans>}
          </Button>
        )}
      </FileButton>
      {part !== null && (
        <div className={s.upload}>
          <Progress value={part * 100} animated={part === 1} aria-label={t`Upload`} />
          <span role="status">{part < 1 ? <Trans>Sending the file</Trans> : <Trans>Reading the file</Trans>}</span>
        </div>
      )}
      {error !== undefined && (
        <p role="alert" className={s.bad}>
          {error === 'mpp' ? (
            <Trans>
              Microsoft Project's own .mpp cannot be read. In Project choose File, Save As, and XML Format (*.xml); then import that.
            </Trans>
          ) : (
            whyText(error, i18n)
          )}
        </p>
      )}
      {look && (
        <section aria-label={t`What the file changes`}>
          <p role="status" className={s.said}>
            <Counts look={look} />
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <ul className={s.changes} tabIndex={0}>
            {look.changes.map((x) => (
              <Change key={x.kind + x.id} item={x} />
            ))}
          </ul>
          {look.not_computed && (
            <p role="alert" className={s.bad}>
              {codeText(look.not_computed.code, i18n) ?? look.not_computed.detail}{' '}
              <Trans>It can be taken over, but has no dates until this is put right.</Trans>
            </p>
          )}
          {look.not_honoured.length > 0 && (
            <details className={s.said}>
              <summary>
                <Plural
                  value={look.not_honoured.length}
                  one="# thing in the file has no place here"
                  other="# things in the file have no place here"
                />
              </summary>
              <ul>
                {look.not_honoured.map((x) => (
                  <li key={x}>{x}</li>
                ))}
              </ul>
            </details>
          )}
          <Group gap="sm" mt="md">
            <Button loading={busy} onClick={() => void approve()}>
              <Trans>Take it over</Trans>
            </Button>
            <Button variant="default" disabled={busy} onClick={close}>
              <Trans>Leave everything as it is</Trans>
            </Button>
          </Group>
        </section>
      )}
    </Modal>
  );
}

function Counts({ look }: { look: ImportLook }) {
  const c = look;
  if (c.added + c.changed + c.gone === 0)
    return (
      <b>
        <Trans>Nothing changes.</Trans>
      </b>
    );
  return (
    <>
      {c.added > 0 && (
        <>
          <Plural value={c.added} one="# activity is new." other="# activities are new." />{' '}
        </>
      )}
      {c.changed > 0 && (
        <>
          <Plural value={c.changed} one="# changes." other="# change." />{' '}
        </>
      )}
      {c.moved > 0 && (
        <>
          <Plural value={c.moved} one="# has other dates." other="# have other dates." />{' '}
        </>
      )}
      {c.gone > 0 && <Plural value={c.gone} one="# is gone from the file." other="# are gone from the file." />}
    </>
  );
}

function Change({ item }: { item: ImportChange }) {
  const { i18n } = useLingui();
  return (
    <li data-change={item.kind}>
      <span className={s.changeKind}>
        {item.kind === 'new' ? <Trans>New</Trans> : item.kind === 'gone' ? <Trans>Gone</Trans> : <Trans>Changed</Trans>}
      </span>
      <span>
        {item.code && <span className="mono">{item.code} </span>}
        {item.name}
        {item.fields.map((f) => (
          <small key={f.field}>
            {fieldName(f.field, i18n)}: <del>{f.from || '–'}</del> → <ins>{f.to || '–'}</ins>
          </small>
        ))}
      </span>
    </li>
  );
}
