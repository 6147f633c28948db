import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import type { Case, StepKind } from '@/api/office';
import { Failed } from '@/features/signin/index';
import { toast } from '@/ui';
import s from './Office.module.css';
import { useRefusals, useRights, useSteps } from './words';

/** Which steps need what: words to the person, one right, a ground. */
const needs: Partial<Record<StepKind, { text?: boolean; right?: boolean; ground?: boolean; rights?: boolean; into?: boolean }>> = {
  classify: { rights: true },
  'ask-identity': { text: true },
  extend: { text: true },
  answer: { text: true },
  execute: { right: true },
  decline: { right: true, ground: true, text: true },
  refuse: { ground: true, text: true },
  merge: { into: true },
};

/** What can be done now; what a step still needs, the server says. */
function possible(c: Case): StepKind[] {
  if (['done', 'refused', 'merged', 'withdrawn'].includes(c.state)) return [];
  const open = (c.rights ?? []).some((x) => x.state === 'open');
  const out: StepKind[] = [];
  if (!c.verified) out.push('identity-ok');
  if (open && c.verified) out.push('execute', 'answer', 'decline');
  if (open) out.push('refuse', 'classify');
  if (!c.verified && c.state !== 'identity') out.push('ask-identity');
  if (open && !c.extended) out.push('extend');
  if ((c.similar ?? []).length > 0) out.push('merge');
  return out;
}

/** What the record of a person holds that can be corrected by the office. */
const correctable = ['name', 'phone', 'function', 'email'] as const;

export function Steps({ of: c, path, done }: { of: Case; path: string; done: () => void }) {
  const { t } = useLingui();
  const steps = useSteps();
  const refusals = useRefusals();
  const names = useRights();
  const may = possible(c);
  const open = (c.rights ?? []).filter((x) => x.state === 'open');
  const [kind, setKind] = useState<StepKind | ''>('');
  const [text, setText] = useState('');
  const [right, setRight] = useState('');
  const [ground, setGround] = useState('not-applicable');
  const [rights, setRights] = useState((c.rights ?? []).map((x) => x.article));
  const [method, setMethod] = useState('known');
  const [field, setField] = useState<(typeof correctable)[number]>('name');
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const need = (kind && needs[kind]) || {};
  const which = right || open[0]?.article;
  const corrects = kind === 'execute' && which === 'A16';
  if (may.length === 0) return null;
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call(path, {
        method: 'POST',
        body: {
          kind,
          ...(need.text && { text: text.trim() }),
          ...(need.right && { right: which }),
          ...(need.ground && { ground }),
          ...(need.rights && { rights }),
          ...(need.into && { into_id: c.similar?.[0] }),
          ...(kind === 'identity-ok' && { method }),
          ...(corrects && { fields: { [field]: value.trim() } }),
        },
      });
      toast(t`Done`);
      setKind('');
      setText('');
      done();
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
        if (kind) void submit();
      }}
    >
      <Stack gap="sm">
        <Failed error={error} />
        <NativeSelect
          label={<Trans>Next step</Trans>}
          value={kind}
          onChange={(e) => setKind(e.currentTarget.value as StepKind | '')}
          data={[{ value: '', label: t`Choose` }, ...may.map((k) => ({ value: k, label: steps[k].name }))]}
          description={kind ? steps[kind].what : undefined}
        />
        {need.right && (
          <NativeSelect
            label={<Trans>Right</Trans>}
            value={which}
            onChange={(e) => setRight(e.currentTarget.value)}
            data={open.map((x) => ({ value: x.article, label: x.label }))}
          />
        )}
        {need.rights && (
          <Checkbox.Group label={<Trans>What the letter asks for</Trans>} value={rights} onChange={setRights}>
            <Stack gap={6} mt={6}>
              {Object.entries(names).map(([article, label]) => (
                <Checkbox key={article} value={article} label={label} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        {kind === 'identity-ok' && (
          <NativeSelect
            label={<Trans>How it is known</Trans>}
            value={method}
            onChange={(e) => setMethod(e.currentTarget.value)}
            data={[
              { value: 'known', label: t`The office knows the person` },
              { value: 'evidence', label: t`What was sent shows it` },
            ]}
          />
        )}
        {corrects && (
          <div className={s.two}>
            <NativeSelect
              label={<Trans>What is wrong</Trans>}
              value={field}
              onChange={(e) => setField(e.currentTarget.value as typeof field)}
              data={[
                { value: 'name', label: t`Name` },
                { value: 'phone', label: t`Phone` },
                { value: 'function', label: t`Function` },
                { value: 'email', label: t`E-mail` },
              ]}
            />
            <TextInput
              label={<Trans>What is right</Trans>}
              value={value}
              onChange={(e) => setValue(e.currentTarget.value)}
              maxLength={254}
            />
          </div>
        )}
        {need.ground && (
          <NativeSelect
            label={<Trans>Ground</Trans>}
            description={<Trans>Told to the person, with the ways to complain.</Trans>}
            value={ground}
            onChange={(e) => setGround(e.currentTarget.value)}
            data={Object.entries(refusals).map(([v, label]) => ({ value: v, label }))}
          />
        )}
        {need.text && (
          <Textarea
            label={<Trans>Words to the person</Trans>}
            description={<Trans>Read on the page of the request. The mail only says that there is something to read.</Trans>}
            value={text}
            maxLength={20000}
            minRows={3}
            onChange={(e) => setText(e.currentTarget.value)}
          />
        )}
        {kind && (
          <div className={s.two}>
            <Button type="submit" loading={busy} disabled={(need.text && !text.trim()) || (need.rights && rights.length === 0)}>
              {steps[kind].name}
            </Button>
            <Button variant="default" disabled={busy} onClick={() => setKind('')}>
              <Trans>Cancel</Trans>
            </Button>
          </div>
        )}
      </Stack>
    </form>
  );
}
