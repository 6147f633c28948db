/** Several points at once: what is changed is chosen field by field, what is not ticked stays. */
import { Plural, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Drawer, Modal, SegmentedControl, Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CivilDate, Id, InCharge, Point, PointPatch } from '@/api/types';
import type { Row } from '@/db/db';
import { useStatuses } from '@/store';
import { type ChargeMode, chargeAfter } from './charge';
import { CategorySelect, DueInput, InChargeSelect, PlaceSelect } from './fields';
import s from './points.module.css';
import { allowed } from './StatusControl';

/** What is to be done to each point; null: leave it, it may not be changed so. */
export type Edit = (point: Row<Point>) => PointPatch | null;

type Chosen = 'status' | 'in_charge' | 'due' | 'category' | 'location' | 'urgent';

export function BulkEdit({
  points,
  wide,
  onClose,
  onApply,
}: {
  points: readonly Row<Point>[];
  wide: boolean;
  onClose: () => void;
  onApply: (edit: Edit) => void;
}) {
  const { t } = useLingui();
  const statuses = useStatuses();
  const [on, setOn] = useState<ReadonlySet<Chosen>>(new Set());
  const [status, setStatus] = useState<Id | null>(null);
  const [who, setWho] = useState<InCharge[]>([]);
  const [mode, setMode] = useState<ChargeMode>('replace');
  const [due, setDue] = useState<CivilDate | null>(null);
  const [category, setCategory] = useState<Id | null>(null);
  const [location, setLocation] = useState<Id | null>(null);
  const [urgent, setUrgent] = useState<'yes' | 'no'>('yes');

  const row = (name: Chosen, label: string, input: ReactNode) => (
    <div className={s.bulkRow}>
      <Checkbox
        size="sm"
        label={label}
        checked={on.has(name)}
        onChange={(e) => {
          const next = new Set(on);
          if (e.currentTarget.checked) next.add(name);
          else next.delete(name);
          setOn(next);
        }}
      />
      {on.has(name) && <div className={s.bulkInput}>{input}</div>}
    </div>
  );
  const edit: Edit = (p) => {
    const patch: PointPatch = {};
    if (on.has('status') && status && status !== p.status_id) {
      if (!allowed(statuses, p).some((x) => x.id === status)) return null;
      patch.status_id = status;
    }
    const fields = [...on].some((f) => f !== 'status');
    if (fields && !p.may.edit) return null;
    if (on.has('in_charge')) patch.in_charge = chargeAfter(p.in_charge, who, mode);
    if (on.has('due')) patch.due = due;
    if (on.has('category')) patch.category_id = category;
    if (on.has('location')) patch.location_id = location;
    if (on.has('urgent')) patch.urgent = urgent === 'yes';
    return patch;
  };
  const ready = on.size > 0 && (!on.has('status') || status !== null) && (!on.has('in_charge') || mode === 'replace' || who.length > 0);
  const title = t`Change several points`;
  const body = (
    <form
      className={s.bulk}
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) onApply(edit);
      }}
    >
      <p className="quiet">
        <Plural
          value={points.length}
          one="# point. What is not ticked stays as it is."
          other="# points. What is not ticked stays as it is."
        />
      </p>
      {row(
        'status',
        t`Status`,
        <Select
          aria-label={t`Status`}
          data={statuses.map((x) => ({ value: x.id, label: x.name }))}
          value={status}
          onChange={setStatus}
          allowDeselect={false}
          placeholder={t`Choose`}
        />,
      )}
      {row(
        'in_charge',
        t`In charge`,
        <>
          <SegmentedControl
            size="xs"
            aria-label={t`How those in charge change`}
            value={mode}
            onChange={(v) => setMode(v as ChargeMode)}
            data={[
              { value: 'replace', label: t`Replace` },
              { value: 'add', label: t`Add` },
              { value: 'remove', label: t`Take away` },
            ]}
          />
          <InChargeSelect aria-label={t`In charge`} value={who} onChange={setWho} />
        </>,
      )}
      {row('due', t`Due`, <DueInput aria-label={t`Due`} value={due} onChange={setDue} placeholder={t`No date`} />)}
      {row(
        'category',
        t`Category`,
        <CategorySelect aria-label={t`Category`} value={category} onChange={setCategory} placeholder={t`None`} />,
      )}
      {row('location', t`Where`, <PlaceSelect aria-label={t`Where`} value={location} onChange={setLocation} placeholder={t`Nowhere`} />)}
      {row(
        'urgent',
        t`Urgent`,
        <SegmentedControl
          size="xs"
          aria-label={t`Urgent`}
          value={urgent}
          onChange={(v) => setUrgent(v as 'yes' | 'no')}
          data={[
            { value: 'yes', label: t`yes` },
            { value: 'no', label: t`no` },
          ]}
        />,
      )}
      <Button type="submit" disabled={!ready} size={wide ? 'sm' : 'lg'}>
        <Plural value={points.length} one="Change # point" other="Change # points" />
      </Button>
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

/** A change of many that is on its way: how far, and which of them did not get through. */
export interface Batch {
  readonly what: 'changed' | 'moved' | 'relayed';
  readonly ids: readonly Id[];
  /** Left out, because they may not be changed so. */
  readonly left: number;
  readonly undo: () => Promise<void>;
}
