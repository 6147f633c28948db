/** On a phone: what is due, by time. Now first, then week by week, and what is done at the end. */
import { useLingui } from '@lingui/react/macro';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { Id } from '@/api/types';
import { day, kinds, type Network, type Words } from '@/engines/gantt';
import { useName } from '@/store';
import s from './programme.module.css';
import { StateTag } from './StateMark';
import { durationText, inWords, shownState, stateNames } from './words';

type Item = { kind: 'title'; title: string } | { kind: 'activity'; i: number };

const weekStart = (t: number) => Math.floor((t - 2 * day) / (7 * day)) * 7 * day + 2 * day;

export function PhoneList({
  net,
  stamp,
  keep,
  words,
  onOpen,
  open,
}: {
  net: Network;
  stamp: number;
  keep: ((i: number) => boolean) | undefined;
  words: Words;
  onOpen: (id: Id) => void;
  open: Id | undefined;
}) {
  const { t, i18n } = useLingui();
  const name = useName();
  const scroller = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that the same network holds other dates
  const items = useMemo(() => {
    const now = net.now;
    const late: number[] = [];
    const busy: number[] = [];
    const coming: number[] = [];
    const done: number[] = [];
    for (let i = 0; i < net.n; i++) {
      if (net.kind[i] === kinds.summary || net.kind[i] === kinds.band || (keep && !keep(i))) continue;
      const st = net.state[i];
      if (st === 4 || (net.percent[i] ?? 0) >= 100) done.push(i);
      else if (st === 2 || net.behind[i] === 1) late.push(i);
      else if (st === 1 || st === 3 || (net.start[i] as number) <= now) busy.push(i);
      else coming.push(i);
    }
    const byStart = (a: number, b: number) => (net.start[a] as number) - (net.start[b] as number) || a - b;
    const out: Item[] = [];
    const put = (title: string, list: number[]) => {
      if (list.length === 0) return;
      out.push({ kind: 'title', title });
      for (const i of list) out.push({ kind: 'activity', i });
    };
    put(t`Needs attention`, late.sort(byStart));
    put(t`Now`, busy.sort(byStart));
    const weeks = Map.groupBy(coming.sort(byStart), (i) => weekStart(net.start[i] as number));
    for (const [w, list] of weeks) put(`${words.label('week', w)} · ${words.date(w)}`, list);
    put(
      t`Done`,
      done.sort((a, b) => byStart(b, a)),
    );
    return out;
  }, [net, stamp, keep, words, t]);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (k) => (items[k]?.kind === 'title' ? 38 : 88),
    overscan: 8,
  });
  const a = net.s.activities;
  return (
    <div className={s.phoneScroller} ref={scroller}>
      <ul className={s.cards} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((v) => {
          const item = items[v.index];
          if (!item) return null;
          return (
            <li
              key={v.key}
              data-index={v.index}
              ref={virtual.measureElement}
              className={s.cardSlot}
              style={{ transform: `translateY(${v.start}px)` }}
            >
              {item.kind === 'title' ? (
                <h2 className={s.cardTitle}>{item.title}</h2>
              ) : (
                <button
                  type="button"
                  className={s.card}
                  data-open={a.id[item.i] === open || undefined}
                  onClick={() => onOpen(a.id[item.i] as Id)}
                >
                  <span className={s.cardName}>{a.name[item.i]}</span>
                  <span className={s.cardTop}>
                    <StateTag state={shownState(net, item.i)}>{inWords(stateNames[shownState(net, item.i)], i18n)}</StateTag>
                    <span>{Math.round(net.percent[item.i] ?? 0)} %</span>
                    {net.critical[item.i] === 1 && <span className={s.criticalTag}>{t`Critical`}</span>}
                  </span>
                  <span className={s.cardFoot}>
                    {words.date(net.start[item.i] as number)} · {durationText(a.duration[item.i], net.s.minutes_day, i18n.locale)}
                    {(a.in_charge[item.i] ?? []).length > 0 && ` · ${(a.in_charge[item.i] ?? []).map((c) => name(c)).join(', ')}`}
                  </span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
