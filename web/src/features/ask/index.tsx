/** What pages that ask the server each time share: the asking, the password once more, taking a file along. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, PasswordInput } from '@mantine/core';
import { type ReactNode, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react';
import { call, Unreachable } from '@/api/client';
import { Failed } from '@/features/signin/Failed';
import { SecondInstead } from '@/features/signin/SecondInstead';
import { ErrorState, Skeleton } from '@/ui';
import s from '../privacy/Privacy.module.css';

export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  again: () => void;
  set: (data: T) => void;
}

/** useAsk asks the server, and once more when the network is back. Nothing is kept: what is shown is what the server holds now. */
export function useAsk<T>(path: string | null): Asked<T> {
  const [data, set] = useState<T>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn asks again
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    call<T>(path, { signal: stop.signal }).then(
      (d) => {
        set(d);
        setError(undefined);
      },
      (e) => {
        if (!stop.signal.aborted) setError(e);
      },
    );
    return () => stop.abort();
  }, [path, turn]);
  const failed = error !== undefined;
  useEffect(() => {
    if (!failed) return;
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [failed, again]);
  return { data, error, again, set };
}

/** Answered shows what was asked for, or that it is on its way, or why it cannot be shown. */
export function Answered<T>({ asked, rows = 5, children }: { asked: Asked<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error === undefined) return <Skeleton rows={rows} />;
  if (asked.error instanceof Unreachable) return <NoNetwork again={asked.again} />;
  return <ErrorState error={asked.error} retry={asked.again} safe={<Trans>Nothing was changed.</Trans>} />;
}

function NoNetwork({ again }: { again: () => void }) {
  return (
    <div className={s.offline} role="alert">
      <b>
        <Trans>This needs a network</Trans>
      </b>
      <p>
        <Trans>It is asked of the server each time, so that it is never old. Nothing was changed.</Trans>
      </p>
      <Button variant="default" onClick={again}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}

/** Confirm asks for the password once more, and then does what the button says. The other button is as large, and does nothing. */
export function Confirm({
  why,
  label,
  busy,
  error,
  other,
  focus = false,
  onCancel,
  onConfirmed,
}: {
  why: ReactNode;
  label: ReactNode;
  busy: boolean;
  error: unknown;
  other: ReactNode;
  /** Whether the field takes the focus when it appears: not where there is something to read first. */
  focus?: boolean;
  onCancel: () => void;
  onConfirmed: () => Promise<void> | void;
}) {
  const { t } = useLingui();
  const [password, setPassword] = useState('');
  const [checking, setChecking] = useState(false);
  const [wrong, setWrong] = useState<unknown>();
  const [empty, setEmpty] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  const submit = async () => {
    setEmpty(!password);
    if (!password) return;
    setChecking(true);
    setWrong(undefined);
    try {
      await call('/me/confirm', { method: 'POST', body: { password } });
    } catch (e) {
      setWrong(e);
      setChecking(false);
      return;
    }
    setChecking(false);
    setPassword('');
    await onConfirmed();
  };
  return (
    <form
      className={s.confirm}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Failed error={wrong ?? error} />
      <PasswordInput
        label={<Trans>Your password</Trans>}
        description={why}
        autoComplete="current-password"
        name="password"
        ref={field}
        error={empty && !password ? t`Enter your password.` : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t`Show the password`, tabIndex: 0, 'aria-hidden': false }}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Group grow gap="sm">
        <Button type="submit" variant={focus ? 'filled' : 'default'} size="md" loading={checking || busy}>
          {label}
        </Button>
        <Button type="button" variant="default" size="md" disabled={checking || busy} onClick={onCancel}>
          {other}
        </Button>
      </Group>
      <SecondInstead disabled={checking || busy} failed={setWrong} done={async () => onConfirmed()} />
    </form>
  );
}

/** useReturn gives the focus back to the button that opened something, once that is closed. */
export function useReturn(open: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !open) button.current?.focus();
    was.current = open;
  }, [open]);
  return button;
}

/** Fold is a part that opens in its place. */
export function Fold({ title, note, open, children }: { title: ReactNode; note?: ReactNode; open?: boolean; children: ReactNode }) {
  return (
    <details className={s.fold} open={open}>
      <summary>
        <span>{title}</span>
        {note !== undefined && <span className={s.note}>{note}</span>}
      </summary>
      <div className={s.folded}>{children}</div>
    </details>
  );
}

/** Block is one card of the page, named by its heading. */
export function Block({ title, lead, children, id }: { title: ReactNode; lead?: ReactNode; children?: ReactNode; id?: string }) {
  const heading = useId();
  return (
    <section className={s.block} aria-labelledby={heading} id={id}>
      <h2 id={heading}>{title}</h2>
      {lead !== undefined && <p className={s.lead}>{lead}</p>}
      {children}
    </section>
  );
}

export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** take reads an answer to its end and says how far it is, in bytes. */
export async function take(res: Response, progress: (bytes: number) => void): Promise<Blob> {
  const type = res.headers.get('content-type') ?? 'application/octet-stream';
  if (!res.body) return res.blob();
  const reader = res.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let n = 0;
  for (;;) {
    let step: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
    try {
      step = await reader.read();
    } catch {
      throw new Unreachable('cut-off');
    }
    if (step.done) return new Blob(parts, { type });
    parts.push(step.value);
    n += step.value.byteLength;
    progress(n);
  }
}
