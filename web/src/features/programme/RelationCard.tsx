/** A relation that was tapped: what it is, its kind and its lag. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { type Edit, lagUnits, linkKinds } from '@/api/programme';
import type { Id } from '@/api/types';
import type { Network } from '@/engines/gantt';
import s from './programme.module.css';
import { durationText, inWords, linkNames, readDuration } from './words';

/** lagText of a relation: "+2 d", "50 %". */
export function useLagText(): (lag: number, unit: number, perDay: number) => string {
  const { t, i18n } = useLingui();
  return (lag, unit, perDay) => {
    if (lag === 0) return '';
    const sign = lag > 0 ? '+' : '';
    if (unit === 2) return `${sign}${lag} %`;
    const text = sign + durationText(lag, unit === 1 ? 1440 : perDay, i18n.locale);
    return unit === 1 ? t`${text} elapsed` : text;
  };
}

export function RelationForm({ net, k, onEdit }: { net: Network; k: number; onEdit: (list: Edit[], undo?: string) => void }) {
  const { t, i18n } = useLingui();
  const from = net.s.activities.id[net.from[k] as number] as Id;
  const to = net.s.activities.id[net.to[k] as number] as Id;
  const was = linkKinds[net.link[k] as number] ?? 'FS';
  const unitWas = lagUnits[net.unit[k] as number] ?? 'working';
  const per = (unit: string) => (unit === 'elapsed' ? 1440 : net.s.minutes_day);
  const [kind, setKind] = useState<string>(was);
  const [unit, setUnit] = useState<string>(unitWas);
  const [lag, setLag] = useState(unitWas === 'percent' ? String(net.lag[k]) : durationText(net.lag[k], per(unitWas), i18n.locale));
  const value = unit === 'percent' ? Number(lag.replace(',', '.').replace('%', '')) : readDuration(lag, per(unit), i18n.locale);
  const bad = value === null || !Number.isFinite(value);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (bad) return;
        const list: Edit[] = [];
        if (kind !== was) list.push({ do: 'unlink', from, to, link: was });
        list.push({ do: 'link', from, to, link: kind as 'FS', lag: value, unit: unit as 'working' });
        onEdit(list, t`Relation changed`);
      }}
    >
      <NativeSelect
        size="xs"
        label={t`Kind`}
        value={kind}
        onChange={(e) => setKind(e.currentTarget.value)}
        data={linkKinds.map((v, i) => ({ value: v, label: inWords(linkNames[i], i18n) }))}
      />
      <Group gap={6} align="flex-end" wrap="nowrap" mt={6}>
        <TextInput
          size="xs"
          label={t`Lag`}
          value={lag}
          error={bad && t`For example 2 d or 4 h`}
          onChange={(e) => setLag(e.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          aria-label={t`Unit of the lag`}
          value={unit}
          onChange={(e) => setUnit(e.currentTarget.value)}
          data={[
            { value: 'working', label: t`working time` },
            { value: 'elapsed', label: t`elapsed time` },
            { value: 'percent', label: t`% of the duration` },
          ]}
        />
      </Group>
      <Group gap={6} mt={10}>
        <Button type="submit" size="compact-sm" disabled={bad}>
          <Trans>Change</Trans>
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="brick"
          onClick={() => onEdit([{ do: 'unlink', from, to, link: was }], t`Relation removed`)}
        >
          <Trans>Remove the relation</Trans>
        </Button>
      </Group>
    </form>
  );
}

export function RelationCard({
  net,
  k,
  x,
  y,
  mayEdit,
  onEdit,
  onClose,
}: {
  net: Network;
  k: number;
  x: number;
  y: number;
  mayEdit: boolean;
  onEdit: (list: Edit[], undo?: string) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useLingui();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const lag = useLagText();
  useEffect(() => {
    box.current?.focus();
  }, []);
  const names = net.s.activities.name;
  return (
    <div
      ref={box}
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      className={s.relationCard}
      style={{ left: Math.max(8, x - 130), top: y + 12 }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') {
          e.preventDefault();
          e.stopPropagation();
          onClose();
        } else if (e.key === 'Delete' && e.target === box.current && mayEdit) {
          onEdit(
            [
              {
                do: 'unlink',
                from: net.s.activities.id[net.from[k] as number] as Id,
                to: net.s.activities.id[net.to[k] as number] as Id,
                link: linkKinds[net.link[k] as number] ?? 'FS',
              },
            ],
            t`Relation removed`,
          );
        }
      }}
    >
      <p id={id}>
        <b>{names[net.from[k] as number]}</b> → <b>{names[net.to[k] as number]}</b>
      </p>
      {mayEdit ? (
        <RelationForm net={net} k={k} onEdit={onEdit} />
      ) : (
        <p>
          {inWords(linkNames[net.link[k] as number], i18n)} {lag(net.lag[k] as number, net.unit[k] as number, net.s.minutes_day)}
        </p>
      )}
    </div>
  );
}
