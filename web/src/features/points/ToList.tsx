/** One or more points to another list: moved there, or a copy of each made there. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Drawer, Modal, NativeSelect, Radio } from '@mantine/core';
import { useState } from 'react';
import type { Id, Point } from '@/api/types';
import { useLists, writable } from '@/store';
import { carries } from './lists';
import s from './points.module.css';

export type Carry = 'move' | 'relay';

export function ToList({
  points,
  wide,
  first = 'move',
  onClose,
  onApply,
}: {
  points: readonly Point[];
  wide: boolean;
  first?: Carry;
  onClose: () => void;
  onApply: (what: Carry, list: Id) => void;
}) {
  const { t } = useLingui();
  const lists = useLists();
  const [what, setWhat] = useState<Carry>(first);
  const [to, setTo] = useState<Id | null>(null);
  const goes = points.filter((p) => carries(p, lists));
  // A list on which all of them stand already is no other list.
  const data = writable(lists)
    .filter((l) => goes.some((p) => p.list_id !== l.id))
    .map((l) => ({ value: l.id, label: `${l.code} ${l.name}` }));
  const n = to ? goes.filter((p) => p.list_id !== to).length : goes.length;
  const left = points.length - n;
  const title = t`To another list`;
  const body = (
    <form
      className={s.bulk}
      onSubmit={(e) => {
        e.preventDefault();
        if (to) onApply(what, to);
      }}
    >
      <Radio.Group aria-label={t`How`} value={what} onChange={(v) => setWhat(v as Carry)}>
        <div className={s.ways}>
          <Radio
            value="move"
            label={t`Move`}
            description={t`Leaves its list and gets a number of the other. Who reads only the old list no longer sees it.`}
          />
          <Radio
            value="relay"
            label={t`Relay`}
            description={t`A copy with the text and the photos as they are now, with its own number and status. Comments and those in charge stay behind. Who sees only one of the two learns nothing of the other.`}
          />
        </div>
      </Radio.Group>
      <NativeSelect
        label={t`List`}
        data={[{ value: '', label: t`Choose` }, ...data]}
        value={to ?? ''}
        onChange={(e) => setTo(e.currentTarget.value || null)}
      />
      {left > 0 && (
        <p className="quiet" role="status">
          <Plural
            value={left}
            one="# point stays out: it is there already, or it is not yours to carry."
            other="# points stay out: they are there already, or they are not yours to carry."
          />
        </p>
      )}
      <Button type="submit" disabled={!to || n === 0} size={wide ? 'sm' : 'lg'}>
        {what === 'move' ? (
          <Plural value={n} one="Move # point" other="Move # points" />
        ) : (
          <Plural value={n} one="Relay # point" other="Relay # points" />
        )}
      </Button>
      {data.length === 0 && (
        <p className="quiet">
          <Trans>There is no other list on which you may make points.</Trans>
        </p>
      )}
    </form>
  );
  return wide ? (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t`Close` }} transitionProps={{ duration: 80 }}>
      {body}
    </Modal>
  ) : (
    <Drawer opened onClose={onClose} position="bottom" size="auto" title={title} closeButtonProps={{ 'aria-label': t`Close` }}>
      {body}
    </Drawer>
  );
}
