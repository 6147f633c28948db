/** What holds the work up: a reason in one touch, words, photos, and until when. */

import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Textarea, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Activity } from '@/api/activity';
import { useCommands, useThings } from '@/store';
import { dayMinutes } from '@/store/scheduled';
import { toast } from '@/ui';
import { NotAPicture, PHOTO_TYPES, type Picture, prepare } from '../capture/photo';
import { DueInput } from '../points/fields';
import s from './activities.module.css';
import { reasonsOf, usualReasons } from './words';

interface Shot extends Picture {
  readonly url: string;
}

export function Problem({ activity: a, onDone }: { activity: Activity; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const commands = useCommands();
  const known = useThings('activities');
  const [reason, setReason] = useState('');
  const [text, setText] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const [shots, setShots] = useState<Shot[]>([]);
  const [busy, setBusy] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const urls = useRef<string[]>([]);
  useEffect(
    () => () => {
      for (const u of urls.current) URL.revokeObjectURL(u);
    },
    [],
  );
  const reasons = useMemo(() => {
    const before = reasonsOf(known.flatMap((x) => x.reports ?? []));
    const usual = usualReasons.map((m) => i18n._(m as MessageDescriptor));
    return [...new Set([...before, ...usual])].slice(0, 8);
  }, [known, i18n]);
  const add = async (files: FileList | null) => {
    const list = [...(files ?? [])];
    setBusy((n) => n + list.length);
    for (const file of list) {
      try {
        const picture = await prepare(file);
        const url = URL.createObjectURL(picture.blob);
        urls.current.push(url);
        setShots((now) => [...now, { ...picture, url }]);
      } catch (e) {
        if (!(e instanceof NotAPicture)) throw e;
        toast(t`${file.name} is not a picture that can be read here.`);
      } finally {
        setBusy((n) => n - 1);
      }
    }
  };
  const send = async () => {
    const photos = shots.map((x) => ({ blob: x.blob, width: x.width, height: x.height, ...(x.takenAt && { takenAt: x.takenAt }) }));
    // The end of that day.
    const end = until === null ? null : dayMinutes(until) + 1440;
    const undo = await commands.report(a, { kind: 'problem', reason: reason.trim(), text: text.trim(), until: end }, photos);
    toast(t`Problem reported`, undo);
    onDone();
  };
  return (
    <form
      className={s.detail}
      aria-label={t`Report a problem`}
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      <div className={s.detailTop}>
        <span className={s.path}>{a.name}</span>
        <span className={s.grow} />
        <CloseButton onClick={onDone} aria-label={t`Cancel`} />
      </div>
      <h2 className={s.name}>
        <Trans>What holds it up?</Trans>
      </h2>
      <fieldset className={s.reasons} aria-label={t`Reasons`}>
        {reasons.map((r) => (
          <button key={r} type="button" className={s.reason} aria-pressed={reason === r} onClick={() => setReason(reason === r ? '' : r)}>
            {r}
          </button>
        ))}
      </fieldset>
      <TextInput
        size="md"
        label={t`Reason`}
        maxLength={200}
        value={reason}
        onChange={(e) => setReason(e.currentTarget.value)}
        autoComplete="off"
      />
      <div className={s.shots}>
        {shots.map((x, i) => (
          <span key={x.url} className={s.shot}>
            {x.width > 0 ? <img src={x.url} alt={t`Added, ${i + 1}`} /> : <span>{t`Photo ${i + 1}`}</span>}
            <CloseButton size="sm" aria-label={t`Take photo ${i + 1} off`} onClick={() => setShots((now) => now.filter((y) => y !== x))} />
          </span>
        ))}
        <button type="button" className={s.addShot} disabled={busy > 0} onClick={() => input.current?.click()}>
          {busy > 0 ? <Trans>Getting ready</Trans> : <Trans>Add photo</Trans>}
        </button>
        <input
          ref={input}
          type="file"
          accept={PHOTO_TYPES}
          multiple
          hidden
          onChange={(e) => {
            void add(e.currentTarget.files);
            e.currentTarget.value = '';
          }}
        />
      </div>
      <Textarea
        size="md"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        label={t`In your words`}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <DueInput size="md" label={t`Until when, if you know`} placeholder={t`Not known`} value={until} onChange={setUntil} />
      <Button type="submit" size="lg" fullWidth disabled={busy > 0 || (!reason.trim() && !text.trim())}>
        <Trans>Report the problem</Trans>
      </Button>
    </form>
  );
}
