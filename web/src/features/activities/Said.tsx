/** What was reported and said of an activity, the newest first, with its photos. */

import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Modal, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Activity, ActivityReport } from '@/api/activity';
import type { Comment, Photo } from '@/api/types';
import { ago, civil, exact, useCommands, useName, usePhoto, useReader } from '@/store';
import { PersonChip } from '@/ui';
import { Thumb } from '../points/photos';
import s from './activities.module.css';
import { endDay, reportNames } from './words';

type Item = { at: string; report: ActivityReport } | { at: string; comment: Comment };

export function Said({ activity: a, whole }: { activity: Activity; whole: boolean }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [text, setText] = useState('');
  const [photo, setPhoto] = useState<Photo | null>(null);
  const items = useMemo(() => {
    const all: Item[] = [
      ...a.reports.map((report) => ({ at: report.at, report })),
      ...a.comments.map((comment) => ({ at: comment.at, comment })),
    ];
    return all.sort((x, y) => (x.at < y.at ? 1 : -1));
  }, [a.reports, a.comments]);
  const send = async () => {
    const words = text.trim();
    if (!words) return;
    setText('');
    await commands.commentOn(a, words);
  };
  return (
    <section className={s.part} aria-label={t`What was said`}>
      <h3>
        <Trans>What was said</Trans>
      </h3>
      {a.may.report && whole && (
        <form
          className={s.comment}
          onSubmit={(e) => {
            e.preventDefault();
            void send();
          }}
        >
          <Textarea
            className={s.grow}
            aria-label={t`Comment`}
            placeholder={t`Write a comment`}
            autosize
            minRows={1}
            maxRows={8}
            maxLength={10_000}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          {text.trim() && (
            <Button type="submit">
              <Trans>Send</Trans>
            </Button>
          )}
        </form>
      )}
      {!whole && (
        <p className="quiet">
          <Trans>What was said comes when there is a network.</Trans>
        </p>
      )}
      <ul className={s.said}>
        {items.map((x) => (
          <li key={'report' in x ? x.report.id : x.comment.id}>
            {'report' in x ? <ReportLine r={x.report} onPhoto={setPhoto} /> : <CommentLine c={x.comment} />}
          </li>
        ))}
      </ul>
      {photo && <Large photo={photo} onClose={() => setPhoto(null)} />}
    </section>
  );
}

function Who({ id, at }: { id: string; at: string }) {
  const name = useName();
  const reader = useReader();
  return (
    <span className={s.whoSaid}>
      <PersonChip who={id} bare />
      <b>{name(id)}</b>
      <time dateTime={at} title={exact(at, reader)} className="quiet">
        {ago(at, reader)}
      </time>
    </span>
  );
}

function ReportLine({ r, onPhoto }: { r: ActivityReport; onPhoto: (p: Photo) => void }) {
  const { t, i18n } = useLingui();
  const reader = useReader();
  const until = endDay(r.until);
  return (
    <>
      <Who id={r.author_id} at={r.at} />
      <span>
        <b className={s.kind} data-kind={r.kind}>
          {i18n._(reportNames[r.kind] as MessageDescriptor)}
          {r.kind === 'progress' && r.percent !== null && ` ${Math.round(r.percent)} %`}
        </b>
        {r.reason && ` · ${r.reason}`}
        {until && (
          <span className="quiet">
            {' · '}
            <Trans>until {civil(until, reader)}</Trans>
          </span>
        )}
      </span>
      {r.text && <p className={s.words}>{r.text}</p>}
      {(r.photos ?? []).length > 0 && (
        <span className={s.pictures}>
          {r.photos.map((p, i) => (
            <Thumb key={p.id} photo={p} label={t`Photo ${i + 1}`} onOpen={() => onPhoto(p)} />
          ))}
        </span>
      )}
    </>
  );
}

function CommentLine({ c }: { c: Comment }) {
  return (
    <>
      <Who id={c.author_id} at={c.at} />
      <p className={s.words}>{c.text}</p>
    </>
  );
}

function Large({ photo, onClose }: { photo: Photo; onClose: () => void }) {
  const { t } = useLingui();
  const reader = useReader();
  const full = usePhoto(photo.id, 'full', photo.width);
  const small = usePhoto(photo.id, 'thumb', photo.width);
  const url = full ?? small;
  return (
    <Modal.Root opened onClose={onClose} fullScreen transitionProps={{ duration: 80 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t`Photo`} className={s.large}>
        <div className={s.largeBar}>
          <span>{exact(photo.taken_at ?? photo.at, reader)}</span>
          <CloseButton variant="transparent" c="white" onClick={onClose} aria-label={t`Close`} data-autofocus />
        </div>
        {url ? (
          <img src={url} alt={t`As it was seen on site`} />
        ) : (
          <p>
            <Trans>This photo is not on this device. It comes when there is a network.</Trans>
          </p>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}
