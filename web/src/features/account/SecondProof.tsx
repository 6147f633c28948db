/** What somebody proves themselves with besides the password: codes from an app, passkeys, recovery codes. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Code, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import { save } from '@/features/ask';
import { Failed } from '@/features/signin/Failed';
import { canPasskey, makePasskey } from '@/features/signin/passkey';
import { ago, exact, useReader } from '@/store';
import s from './Account.module.css';
import { Again, useProving } from './proving';
import { Row } from './Row';

interface Factor {
  id: string;
  kind: 'totp' | 'passkey';
  name: string;
  created_at: string;
  used_at?: string;
}

export interface Factors {
  items: Factor[];
  recovery_codes: number;
  passkeys: boolean;
}

interface Fresh {
  id: string;
  secret: string;
  size: number;
  path: string;
}

export function SecondProof({ factors, again }: { factors: Factors; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const proving = useProving();
  const [fresh, setFresh] = useState<Fresh>();
  const [naming, setNaming] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const added = (got: { recovery_codes: string[] }) => {
    setFresh(undefined);
    setNaming(false);
    setCodes(got.recovery_codes);
    again();
  };
  const remove = (f: Factor) =>
    proving.run(async () => {
      await call(`/account/factors/${f.id}`, { method: 'DELETE' });
      again();
    });
  const passkey = (name: string) =>
    proving.run(async () => {
      const { step, options } = await call<{ step: string; options: unknown }>('/account/factors/passkeys', { method: 'POST' });
      const credential = await makePasskey(options);
      added(await call(`/account/factors/passkeys/${newId()}`, { method: 'POST', body: { step, name, credential } }));
    });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {factors.items.length === 0 ? (
          <Trans>Besides your password, you prove yourself with something that you have. Then a password of 8 characters is enough.</Trans>
        ) : (
          <Trans>When you sign in, you are asked for one of these too. A password of 8 characters is enough.</Trans>
        )}
      </Text>
      {!proving.waiting && <Failed error={proving.error} />}
      {factors.items.length > 0 && (
        <ul className={s.sessions}>
          {factors.items.map((f) => (
            <Row
              key={f.id}
              title={f.name}
              note={
                <span title={exact(f.used_at ?? f.created_at, r)}>
                  {f.kind === 'totp' ? <Trans>Codes from an app</Trans> : <Trans>Passkey</Trans>}
                  {' · '}
                  {f.used_at ? <Trans>last used {ago(f.used_at, r)}</Trans> : <Trans>never used</Trans>}
                </span>
              }
            >
              <Button size="compact-md" variant="default" aria-label={t`Remove ${f.name}`} onClick={() => void remove(f)}>
                <Trans>Remove</Trans>
              </Button>
            </Row>
          ))}
          <Row title={<Trans>Recovery codes</Trans>} note={<Plural value={factors.recovery_codes} one="# is left" other="# are left" />}>
            <Button
              size="compact-md"
              variant="default"
              onClick={() => void proving.run(async () => added(await call('/account/recovery-codes', { method: 'POST' })))}
            >
              <Trans>Make new ones</Trans>
            </Button>
          </Row>
        </ul>
      )}
      <Group gap="sm">
        <Button
          variant="default"
          loading={proving.busy}
          onClick={() => void proving.run(async () => setFresh(await call<Fresh>('/account/factors/codes', { method: 'POST' })))}
        >
          <Trans>Add codes from an app</Trans>
        </Button>
        {factors.passkeys && canPasskey() && (
          <Button variant="default" loading={proving.busy} onClick={() => setNaming(true)}>
            <Trans>Add a passkey</Trans>
          </Button>
        )}
      </Group>
      <Again proving={proving} />
      <Modal
        opened={fresh !== undefined}
        onClose={() => setFresh(undefined)}
        title={t`Codes from an app`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {fresh && <NewCodes fresh={fresh} added={added} />}
      </Modal>
      <Modal opened={naming} onClose={() => setNaming(false)} title={t`Add a passkey`} closeButtonProps={{ 'aria-label': t`Close` }}>
        <Named
          why={<Trans>What you call it, to tell it from others. Nobody else sees it.</Trans>}
          label={<Trans>Make the passkey</Trans>}
          busy={proving.busy}
          submit={(name) => {
            setNaming(false);
            void passkey(name);
          }}
        />
      </Modal>
      <Modal opened={codes.length > 0} onClose={() => setCodes([])} title={t`Recovery codes`} closeButtonProps={{ 'aria-label': t`Close` }}>
        <Stack gap="sm">
          <p>
            <Trans>
              Keep these where you find them without this device. Each lets you in once when everything else is lost. They are shown now,
              and never again.
            </Trans>
          </p>
          <Code block>{codes.join('\n')}</Code>
          <Group grow>
            <CopyButton value={codes.join('\n')}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? t`Copied` : t`Copy`}
                </Button>
              )}
            </CopyButton>
            <Button
              variant="default"
              onClick={() => save(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }), 'plumbline-recovery.txt')}
            >
              <Trans>Save as a file</Trans>
            </Button>
          </Group>
          <Button onClick={() => setCodes([])}>
            <Trans>I have kept them</Trans>
          </Button>
        </Stack>
      </Modal>
    </Stack>
  );
}

function Named({ why, label, busy, submit }: { why: ReactNode; label: ReactNode; busy: boolean; submit: (name: string) => void }) {
  const [name, setName] = useState('');
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        if (name.trim()) submit(name.trim());
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={<Trans>Name</Trans>}
          description={why}
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={!name.trim()}>
          {label}
        </Button>
      </Stack>
    </form>
  );
}

function NewCodes({ fresh, added }: { fresh: Fresh; added: (got: { recovery_codes: string[] }) => void }) {
  const { t } = useLingui();
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      added(await call(`/account/factors/codes/${fresh.id}`, { method: 'POST', body: { code: code.trim(), name: name.trim() } }));
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Stack gap="sm">
        <p>
          <Trans>Scan this with an app that makes codes, or type the key into it.</Trans>
        </p>
        <svg
          className={s.qr}
          viewBox={`-4 -4 ${fresh.size + 8} ${fresh.size + 8}`}
          role="img"
          aria-label={t`QR code of the key below`}
          shapeRendering="crispEdges"
        >
          <rect x="-4" y="-4" width={fresh.size + 8} height={fresh.size + 8} fill="#fff" />
          <path d={fresh.path} fill="#000" />
        </svg>
        <Code block className={s.key}>
          {fresh.secret.match(/.{1,4}/g)?.join(' ')}
        </Code>
        <Failed error={error} />
        <TextInput
          label={<Trans>Name</Trans>}
          description={<Trans>What you call it, to tell it from others. Nobody else sees it.</Trans>}
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <TextInput
          label={<Trans>Code</Trans>}
          description={<Trans>The six digits that the app shows now.</Trans>}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(e) => setCode(e.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={!name.trim() || !code.trim()}>
          <Trans>Turn it on</Trans>
        </Button>
      </Stack>
    </form>
  );
}
