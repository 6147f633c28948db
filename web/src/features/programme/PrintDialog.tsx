/** Paper, direction, time and how many pages wide: then the browser prints, or saves a PDF. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, NativeSelect, NumberInput, SegmentedControl, Stack } from '@mantine/core';
import { getNonce } from 'get-nonce';
import { useMemo, useState } from 'react';
import { type BaselineBars, civilOf, day, fromCivil, type Layout, type Network, type Words } from '@/engines/gantt';
import { DueInput } from '../points/fields';
import type { Look } from './choice';
import { paperColours } from './colours';
import { mostPages, type Paper, pageCount, papers, print, sheets } from './print';
import s from './programme.module.css';
import { useCells } from './useCells';
import { columnNames } from './words';

const own = 'own';

export function PrintDialog({
  net,
  layout,
  name,
  look,
  baselines,
  words,
  onClose,
}: {
  net: Network;
  layout: Layout;
  name: string;
  look: Look;
  baselines: readonly BaselineBars[];
  words: Words;
  onClose: () => void;
}) {
  const { t, i18n } = useLingui();
  const cells = useCells(net, words);
  const [first, last] = useMemo(() => net.bounds(), [net]);
  const [paper, setPaper] = useState<Paper | typeof own>('a3');
  const [wide, setWide] = useState(true);
  const [mm, setMm] = useState<[number, number]>([900, 600]);
  const [from, setFrom] = useState<string | null>(civilOf(first));
  const [to, setTo] = useState<string | null>(civilOf(last));
  const [across, setAcross] = useState(1);
  const size: [number, number] = paper === own ? mm : wide ? [papers[paper][1], papers[paper][0]] : [papers[paper][0], papers[paper][1]];
  const pages = pageCount({ height: size[1], across, layout });
  const bad = !from || !to || to < from || pages > mostPages || size[0] < 100 || size[1] < 100;
  const go = () => {
    if (bad || !from || !to) return;
    print(
      sheets({
        net,
        layout,
        name,
        width: size[0],
        height: size[1],
        across,
        from: fromCivil(from),
        to: fromCivil(to) + day,
        columns: look.columns
          .slice(0, 5)
          .map((c) => ({ id: c.id, title: i18n._(columnNames[c.id]), width: c.id === 'name' ? 210 : Math.min(c.width, 80) })),
        text: cells,
        words,
        shown: look,
        baselines,
        colours: paperColours(),
        labels: { today: t`Today`, dataDate: t`Data date` },
        foot: (page, of) => t`Page ${page} of ${of}`,
      }),
      getNonce(),
    );
  };
  return (
    <Modal opened onClose={onClose} title={t`Print or save as PDF`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Stack gap="sm">
        <NativeSelect
          label={t`Paper`}
          value={paper}
          onChange={(e) => setPaper(e.currentTarget.value as Paper)}
          data={[
            ...(['a4', 'a3', 'a2', 'a1', 'a0'] as const).map((v) => ({ value: v, label: v.toUpperCase() })),
            { value: 'letter', label: 'Letter' },
            { value: 'tabloid', label: 'Tabloid' },
            { value: own, label: t`A size of your own` },
          ]}
        />
        {paper === own ? (
          <Group grow>
            <NumberInput label={t`Width, mm`} min={100} max={5000} value={mm[0]} onChange={(v) => setMm([Number(v) || 0, mm[1]])} />
            <NumberInput label={t`Height, mm`} min={100} max={5000} value={mm[1]} onChange={(v) => setMm([mm[0], Number(v) || 0])} />
          </Group>
        ) : (
          <SegmentedControl
            value={wide ? 'wide' : 'high'}
            onChange={(v) => setWide(v === 'wide')}
            data={[
              { value: 'wide', label: t`Landscape` },
              { value: 'high', label: t`Portrait` },
            ]}
          />
        )}
        <Group grow>
          <DueInput label={t`From`} value={from} onChange={setFrom} clearable={false} />
          <DueInput label={t`To`} value={to} onChange={setTo} clearable={false} />
        </Group>
        <NumberInput
          label={t`Pages wide`}
          description={t`The time is cut into so many pages, each with its heading.`}
          min={1}
          max={20}
          value={across}
          onChange={(v) => setAcross(Math.max(1, Math.min(20, Number(v) || 1)))}
        />
        <p role="status" className={s.said}>
          <Plural value={pages} one="# page" other="# pages" />
          {pages > mostPages && (
            <>
              {' · '}
              <Trans>That is too many: take larger paper, or filter the activities.</Trans>
            </>
          )}
        </p>
        <Button onClick={go} disabled={bad}>
          <Trans>Print</Trans>
        </Button>
        <p className={s.lead}>
          <Trans>
            In the browser's window choose “Save as PDF” for a file. What is filtered, folded and shown is printed as you see it.
          </Trans>
        </p>
      </Stack>
    </Modal>
  );
}
