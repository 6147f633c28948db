import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, FileButton, Progress } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { sendFile } from '@/api/upload';
import { Failed } from '@/features/signin/Failed';
import { toast } from '@/ui';
import type { Applied } from './apply';
import s from './Exchange.module.css';

export function Part({ title, lead, children }: { title: ReactNode; lead: ReactNode; children: ReactNode }) {
  return (
    <section className={s.part}>
      <h2>{title}</h2>
      <p className={s.lead}>{lead}</p>
      {children}
    </section>
  );
}

/** useRun runs one thing at a time and keeps how it failed. */
export function useRun() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

/** stays says what could not be taken back. */
export function stays(back: Applied): void {
  if (back.refused.size > 0)
    toast(<Plural value={back.refused.size} one="# row was changed since, and stays." other="# rows were changed since, and stay." />);
}

/** post sends a file for a look, and says how far it is. */
export function post<T>(path: string, file: File, onPart: (part: number) => void): Promise<T> {
  return sendFile<T>(path, file, { method: 'POST', type: 'application/octet-stream', onPart });
}

/** Chooser takes a file, and shows how far it has gone and that it is being read. */
export function Chooser({
  label,
  accept,
  busy,
  part,
  error,
  onFile,
}: {
  label: ReactNode;
  accept: string;
  busy: boolean;
  /** Of the upload, from 0 to 1; null when none is under way. */
  part: number | null;
  error: unknown;
  onFile: (f: File) => void;
}) {
  const { t } = useLingui();
  const reset = useRef<() => void>(null);
  return (
    <>
      <FileButton
        resetRef={reset}
        accept={accept}
        onChange={(f) => {
          reset.current?.(); // so that the same file can be chosen once more
          if (f) onFile(f);
        }}
      >
        {(props) => (
          <Button {...props} variant="default" disabled={busy}>
            {label}
          </Button>
        )}
      </FileButton>
      {part !== null && (
        <div className={s.progress}>
          <Progress value={part * 100} animated={part === 1} aria-label={t`Upload`} />
          <span className={s.state} role="status">
            {part < 1 ? <Trans>Sending the file</Trans> : <Trans>Reading the file</Trans>}
          </span>
        </div>
      )}
      <Failed error={error} />
    </>
  );
}
