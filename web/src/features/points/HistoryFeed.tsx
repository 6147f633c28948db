/** Comments and what changed, newest first, with the box to write in. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { HistoryEntry, Point } from '@/api/types';
import { ago, exact, useCommands } from '@/store';
import { useWords } from './Conflicts';
import { useHistory } from './history';
import s from './points.module.css';
import { fieldName, fieldValue, type Words } from './words';

export function HistoryFeed({ point }: { point: Point }) {
  const { t } = useLingui();
  const words = useWords();
  const history = useHistory(point);
  return (
    <section className={s.feed} aria-label={t`Comments and history`}>
      {point.may.comment && <CommentBox point={point} />}
      {history.events.map((e) => (
        <div key={e.key} className={s.event}>
          <p className={s.who}>
            <b>{e.actor ? words.name(e.actor) : 'Plumbline'}</b>{' '}
            <time dateTime={e.at} title={exact(e.at, words.reader)}>
              {ago(e.at, words.reader)}
            </time>
          </p>
          {e.kind === 'comment' ? <p className={s.comment}>{e.text}</p> : <EntryText entry={e.entry} words={words} />}
        </div>
      ))}
      {history.partial && (
        <p className="quiet">
          <Trans>The changes are shown when there is a network.</Trans>
        </p>
      )}
      {history.more && (
        <Button size="compact-sm" variant="subtle" onClick={history.loadMore}>
          <Trans>Show earlier</Trans>
        </Button>
      )}
    </section>
  );
}

function EntryText({ entry, words }: { entry: HistoryEntry; words: Words }) {
  if (entry.kind === 'changed') {
    return (
      <ul className={s.changes}>
        {entry.fields.map((f) => (
          <li key={f.name}>
            {fieldName(f.name, words.i18n)}: {fieldValue(f.name, f.before, words)} → {fieldValue(f.name, f.after, words)}
          </li>
        ))}
      </ul>
    );
  }
  const origin = entry.kind === 'created' && entry.fields.find((f) => f.name === 'origin_id');
  if (origin) {
    const of = fieldValue(origin.name, origin.after, words);
    return (
      <p className={s.changes}>
        <Trans>made this point as a relay of {of}</Trans>
      </p>
    );
  }
  if (entry.kind === 'moved') return <Moved entry={entry} words={words} />;
  const text: Record<Exclude<HistoryEntry['kind'], 'changed' | 'moved'>, ReactNode> = {
    created: <Trans>made this point</Trans>,
    commented: <Trans>commented</Trans>,
    'photo-added': <Trans>added a photo</Trans>,
    marked: <Trans>drew on a picture</Trans>,
    'photo-removed': <Trans>removed a photo</Trans>,
    deleted: <Trans>deleted this point</Trans>,
    restored: <Trans>brought this point back</Trans>,
  };
  return <p className={s.changes}>{text[entry.kind]}</p>;
}

/** From which list and number to which; what the reader may not know of is left out. */
function Moved({ entry, words }: { entry: HistoryEntry; words: Words }) {
  const at = (side: 'before' | 'after') => {
    const value = (name: string) => entry.fields.find((f) => f.name === name)?.[side];
    const list = words.pool.get('lists', value('list_id') as string | undefined)?.name;
    return [value('number'), list].filter((x): x is string => typeof x === 'string').join(' ');
  };
  const [from, to] = [at('before'), at('after')];
  return (
    <p className={s.changes}>
      <Trans>moved to another list</Trans>
      {(from || to) && `: ${from || '–'} → ${to || '–'}`}
    </p>
  );
}

function CommentBox({ point }: { point: Point }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [text, setText] = useState('');
  const send = () => {
    const clean = text.trim();
    if (!clean) return;
    setText('');
    void commands.addComment(point.id, clean);
  };
  return (
    <form
      className={s.commentBox}
      onSubmit={(e) => {
        e.preventDefault();
        send();
      }}
    >
      <Textarea
        aria-label={t`Comment`}
        placeholder={t`Write a comment`}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={10_000}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            send();
          }
        }}
      />
      {text.trim() !== '' && (
        <Button type="submit" size="compact-sm">
          <Trans>Send</Trans>
        </Button>
      )}
    </form>
  );
}
