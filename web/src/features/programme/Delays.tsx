/** What moved the end: when, by whom, from which cause. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Delay, programmes } from '@/api/programme';
import type { Id } from '@/api/types';
import type { Network, Words } from '@/engines/gantt';
import { Failed } from '@/features/signin/Failed';
import { exact, useName, useOpenProject, useReader } from '@/store';
import { Skeleton } from '@/ui';
import s from './programme.module.css';
import { durationText } from './words';

export function DelayDialog({
  programme,
  net,
  words,
  onClose,
  onOpen,
}: {
  programme: Id;
  net: Network;
  words: Words;
  onClose: () => void;
  onOpen: (id: Id) => void;
}) {
  const { t, i18n } = useLingui();
  const project = useOpenProject();
  const name = useName();
  const reader = useReader();
  const [list, setList] = useState<Delay[]>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    programmes.delays(project.id, programme).then((x) => setList(x.items), setError);
  }, [project, programme]);
  const calendar = net.calendars[net.s.calendar];
  const by = (d: Delay) => {
    if (d.before === null || d.after === null) return '';
    const [a, b] = d.after > d.before ? [d.before, d.after] : [d.after, d.before];
    const work = calendar?.between(a, b) ?? b - a;
    return (d.after > d.before ? '+' : '−') + durationText(work, net.s.minutes_day, i18n.locale);
  };
  const causes: Record<string, string> = {
    edit: t`the programme was edited`,
    settings: t`its settings changed`,
    import: t`a file was imported`,
    progress: t`progress was reported`,
    problem: t`a problem was reported`,
    solved: t`a problem was solved`,
    'sign-off': t`it was signed off`,
    reject: t`it was rejected`,
    reopen: t`it was opened again`,
    block: t`a point blocks it`,
    point: t`a point changed`,
    time: t`time went by`,
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t`What moved the end`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Failed error={error} />
      {!list && error === undefined && <Skeleton rows={4} />}
      {list && list.length === 0 && (
        <p>
          <Trans>Nothing has moved the end so far.</Trans>
        </p>
      )}
      {list && list.length > 0 && (
        <ul className={s.delays}>
          {list.map((d) => {
            const i = net.at.get(d.thing_id);
            return (
              <li key={d.version + d.at}>
                <b className={s.by}>{by(d)}</b>
                <div>
                  {words.date(d.before ?? Number.NaN)} → {words.date(d.after ?? Number.NaN)} · {causes[d.kind] ?? d.kind}
                  {i !== undefined && (
                    <>
                      {' · '}
                      <button
                        type="button"
                        className={s.inline}
                        onClick={() => {
                          onClose();
                          onOpen(d.thing_id);
                        }}
                      >
                        {net.s.activities.name[i]}
                      </button>
                    </>
                  )}
                  <small>
                    {exact(d.at, reader)}
                    {d.kind !== 'time' && ` · ${name({ kind: 'person', id: d.actor_id })}`}
                  </small>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Modal>
  );
}
