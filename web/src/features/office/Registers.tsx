import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { send } from '@/api/client';
import { Block, save, take } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import s from './Office.module.css';

const formats = [
  ['html', 'HTML'],
  ['pdf', 'PDF'],
  ['xlsx', 'XLSX'],
  ['jsonld', 'JSON-LD'],
] as const;

/** Registers are the records of processing (GDPR 30), written from what the program does. */
export function Registers({ path, name }: { path: string; name: string }) {
  const { i18n } = useLingui();
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>();
  const download = async (format: string) => {
    setBusy(format);
    setError(undefined);
    try {
      const res = await send(`${path}?format=${format}&locale=${i18n.locale}`, { timeout: 120_000 });
      save(await take(res, () => undefined), `${name}.${format === 'jsonld' ? 'jsonld' : format}`);
    } catch (e) {
      setError(e);
    } finally {
      setBusy('');
    }
  };
  return (
    <Block
      title={<Trans>Register of processing</Trans>}
      lead={
        <Trans>
          What is processed, why, on which basis, for how long and for whom (GDPR 30): written from what the program does, in your language.
        </Trans>
      }
    >
      <Failed error={error} />
      <div className={s.two}>
        {formats.map(([format, label]) => (
          <Button key={format} variant="default" loading={busy === format} onClick={() => void download(format)}>
            {label}
          </Button>
        ))}
      </div>
    </Block>
  );
}
