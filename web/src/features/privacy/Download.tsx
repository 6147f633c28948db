import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { send } from '@/api/client';
import { Block, Confirm, save, take, useReturn } from '@/features/ask';
import s from './Privacy.module.css';

type Step = 'idle' | 'asking' | 'running' | 'done';

/** Download takes everything along: one file with data.json for programs, index.html for people, photos and files. */
export function Download() {
  const { i18n } = useLingui();
  const [step, setStep] = useState<Step>('idle');
  const [error, setError] = useState<unknown>();
  const [bytes, setBytes] = useState(0);
  const button = useReturn(step === 'asking' || step === 'running');
  const run = async () => {
    setStep('running');
    setError(undefined);
    setBytes(0);
    try {
      const res = await send(`/me/privacy/archive?locale=${i18n.locale}`, { timeout: 900_000 });
      save(await take(res, setBytes), `plumbline-${new Date().toISOString().slice(0, 10)}.zip`);
      setStep('done');
    } catch (e) {
      setError(e);
      setStep('asking');
    }
  };
  const size = new Intl.NumberFormat(i18n.locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 }).format(
    Math.ceil(bytes / 1000),
  );
  return (
    <Block
      title={<Trans>Take your data along</Trans>}
      lead={<Trans>One file, at once: pages to read, the same for programs (JSON), and your photos and files.</Trans>}
    >
      {step === 'asking' || step === 'running' ? (
        <Confirm
          why={<Trans>Asked once more, so that nobody else takes it from an open screen.</Trans>}
          label={<Trans>Download</Trans>}
          other={<Trans>Cancel</Trans>}
          focus
          busy={step === 'running'}
          error={error}
          onCancel={() => setStep('idle')}
          onConfirmed={run}
        />
      ) : (
        <Button ref={button} variant="default" size="md" fullWidth onClick={() => setStep('asking')}>
          <Trans>Download my data</Trans>
        </Button>
      )}
      <p className={s.also}>
        <a href={`/api/v1/me/privacy/report?locale=${i18n.locale}`} target="_blank" rel="noreferrer">
          <Trans>Read or print it</Trans>
        </a>
        <a href={`/api/v1/me/privacy/report?format=pdf&locale=${i18n.locale}`} download>
          PDF
        </a>
      </p>
      <p className={s.said} role="status">
        {step === 'running' && <Trans>Making the file: {size}</Trans>}
        {step === 'done' && <Trans>Downloaded: {size}. Keep it where only you can read it.</Trans>}
      </p>
    </Block>
  );
}
