import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { call, send } from '@/api/client';
import type { Choices as Answer, Choice } from '@/api/privacy';
import { Answered, type Asked, Block, Fold, save } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader } from '@/store';
import s from './Privacy.module.css';

/** Choices are switches, one a purpose, effective at once. Off is one tap, as on is. */
export function Choices({ asked }: { asked: Asked<Answer> }) {
  const objections = (asked.data?.items ?? []).filter((c) => c.kind === 'objection');
  return (
    <Block
      title={<Trans>Your choices</Trans>}
      lead={<Trans>Each works at once. Nothing else you do here depends on them.</Trans>}
      id="choices"
    >
      <Answered asked={asked} rows={3}>
        {(data) => (
          <>
            {data.gpc && (
              <p className={s.hint}>
                <Trans>Your browser says that you refuse tracking (Global Privacy Control). That counts here as a refusal.</Trans>
              </p>
            )}
            {(data.items ?? []).length === 0 && (
              <p className="quiet">
                <Trans>Nothing is done with your data that you could choose about.</Trans>
              </p>
            )}
            <List items={(data.items ?? []).filter((c) => c.kind === 'consent')} asked={asked} />
            {objections.length > 0 && (
              <Fold title={<Trans>What you may object to</Trans>} note={objections.length}>
                <List items={objections} asked={asked} />
              </Fold>
            )}
          </>
        )}
      </Answered>
    </Block>
  );
}

function List({ items, asked }: { items: Choice[]; asked: Asked<Answer> }) {
  if (items.length === 0) return null;
  return (
    <ul className={s.plain}>
      {items.map((c) => (
        <ChoiceRow key={`${c.purpose}/${c.who.kind}/${c.who.id}`} choice={c} asked={asked} />
      ))}
    </ul>
  );
}

/** mark is a hash of what was shown, so that it can be told later what was agreed to. Browsers give it on safe connections only. */
async function mark(...shown: string[]): Promise<{ ui?: string }> {
  if (!globalThis.crypto?.subtle) return {};
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(shown.join('\n')));
  return { ui: [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, '0')).join('') };
}

function ChoiceRow({ choice, asked }: { choice: Choice; asked: Asked<Answer> }) {
  const { t } = useLingui();
  const r = useReader();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = async (given: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`/me/choices/${encodeURIComponent(choice.purpose)}`, {
        method: 'PUT',
        body: { given, text_version: choice.text_version, who: choice.who, ...(await mark(choice.label, choice.text)) },
      });
      asked.again();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const receipt = async () => {
    setError(undefined);
    try {
      save(await (await send(`/me/choices/receipts/${choice.consent_id}`)).blob(), `receipt-${choice.purpose}.jsonld`);
    } catch (e) {
      setError(e);
    }
  };
  return (
    <li className={s.choice}>
      <Switch
        size="md"
        labelPosition="left"
        checked={choice.given}
        disabled={busy}
        onChange={(e) => void change(e.currentTarget.checked)}
        label={choice.controller ? `${choice.label} · ${choice.controller}` : choice.label}
        description={choice.text}
        classNames={{ body: s.switch, labelWrapper: s.switchLabel }}
      />
      <Failed error={error} />
      <div className={s.small}>
        {choice.changed_at && (
          <span className="quiet">
            {choice.given ? <Trans>On since {exact(choice.changed_at, r)}</Trans> : <Trans>Off since {exact(choice.changed_at, r)}</Trans>}
          </span>
        )}
        {choice.consent_id && (
          <Button size="compact-sm" variant="subtle" onClick={() => void receipt()} aria-label={t`Receipt: ${choice.label}`}>
            <Trans>Receipt</Trans>
          </Button>
        )}
      </div>
    </li>
  );
}
