/** One point: what it is, where it stands, and what happened. Every field is changed where it is read. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, CloseButton, Menu, Switch, Textarea, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Id, Point, PointPatch, Status } from '@/api/types';
import { PointBlocks } from '@/app/site';
import type { Row } from '@/db/db';
import {
  civil,
  today,
  useCommands,
  useConflictsOf,
  useLists,
  useName,
  useOpenProject,
  usePoint,
  usePointAway,
  useProject,
  useReader,
  useSheet,
  useThing,
  writable,
} from '@/store';
import { PersonChip, Skeleton, toast } from '@/ui';
import { Conflicts } from './Conflicts';
import { CategorySelect, DueInput, InChargeSelect, PlaceSelect } from './fields';
import { HistoryFeed } from './HistoryFeed';
import { Kin } from './Kin';
import { ListField } from './ListField';
import { carries } from './lists';
import { Pending } from './Pending';
import { Photos } from './photos';
import s from './points.module.css';
import { StatusControl } from './StatusControl';
import type { Carry } from './ToList';
import { categoryPath, fieldName, placeText } from './words';

const ToList = lazy(() => import('./ToList').then((m) => ({ default: m.ToList })));

export interface PointDetailProps {
  id: Id;
  onClose: () => void;
  /** Where the point is shown on its plan already, the way there is left out. */
  onPlan?: boolean;
}

export function PointDetail({ id, onClose, onPlan = false }: PointDetailProps) {
  const point = usePoint(id);
  const { t } = useLingui();
  const asking = usePointAway(id);
  if (!point) {
    return (
      <div className={s.detail}>
        <div className={s.detailTop}>
          <span className={s.grow} />
          <CloseButton onClick={onClose} aria-label={t`Close`} />
        </div>
        {asking ? (
          <Skeleton rows={6} />
        ) : (
          <p className="quiet">
            <Trans>This point is not here. It was deleted, or it is no longer yours to see.</Trans>
          </p>
        )}
      </div>
    );
  }
  return <Detail key={id} point={point} onClose={onClose} onPlan={onPlan} />;
}

function Detail({ point, onClose, onPlan }: { point: Row<Point>; onClose: () => void; onPlan: boolean }) {
  const { t, i18n } = useLingui();
  const commands = useCommands();
  const lists = useLists();
  const conflicts = useConflictsOf(point.id);
  const change = async (patch: PointPatch) => {
    const undo = await commands.updatePoint(point.id, patch, point.version);
    const [field = ''] = Object.keys(patch);
    const what = fieldName(field, i18n);
    toast(t`Changed: ${what}`, undo);
  };
  const [carrying, setCarrying] = useState(false);
  const wide = useMediaQuery('(min-width: 768px)', true, { getInitialValueInEffect: false }) ?? true;
  const carry = async (what: Carry, to: Id) => {
    setCarrying(false);
    const { undo } = await (what === 'move' ? commands.movePoints([point], to) : commands.relayPoints([point], to));
    const called = lists.find((l) => l.id === to)?.name ?? '';
    toast(what === 'move' ? t`Now on ${called}; it gets a new number` : t`A copy is on ${called}`, undo);
  };
  const setStatus = async (status: Status) => {
    const undo = await commands.updatePoint(point.id, { status_id: status.id });
    toast(t`Now: ${status.name}`, undo);
  };

  return (
    <article className={s.detail} aria-label={point.subject}>
      <div className={s.detailTop}>
        <span className={s.number}>{point.number ?? '–'}</span>
        <Pending point={point} />
        <span className={s.grow} />
        <DetailMenu point={point} onClose={onClose} onPlan={onPlan} onRelay={() => setCarrying(true)} />
        <CloseButton onClick={onClose} aria-label={t`Close`} />
      </div>
      <TextField
        label={t`Subject`}
        value={point.subject}
        may={point.may.edit}
        required
        onSave={(subject) => void change({ subject })}
        show={<h2 className={s.subject}>{point.subject}</h2>}
      />
      <StatusControl point={point} onChange={(x) => void setStatus(x)} />
      {conflicts.length > 0 && <Conflicts point={point} conflicts={conflicts} />}
      <Fields point={point} onChange={(patch) => void change(patch)} onPlan={onPlan} />
      <TextField
        label={t`Description`}
        value={point.description}
        may={point.may.edit}
        onSave={(description) => void change({ description })}
        show={
          point.description ? (
            <p className={s.description}>{point.description}</p>
          ) : point.may.edit ? (
            <span className="quiet">
              <Trans>Add a description</Trans>
            </span>
          ) : null
        }
      />
      <Kin point={point} />
      <PointBlocks point={point} />
      <Photos point={point} />
      <HistoryFeed point={point} />
      <Suspense fallback={null}>
        {carrying && (
          <ToList points={[point]} wide={wide} first="relay" onClose={() => setCarrying(false)} onApply={(w, to) => void carry(w, to)} />
        )}
      </Suspense>
    </article>
  );
}

function DetailMenu({ point, onClose, onPlan, onRelay }: { point: Row<Point>; onClose: () => void; onPlan: boolean; onRelay: () => void }) {
  const { t } = useLingui();
  const commands = useCommands();
  const project = useProject();
  const navigate = useNavigate();
  const sheet = point.pin?.sheet_id;
  const lists = useLists();
  const elsewhere = carries(point, lists) && writable(lists).some((l) => l.id !== point.list_id);
  const copy = async () => {
    const url = new URL(`/p/${project.id}/points`, window.location.origin);
    url.searchParams.set('point', point.id);
    try {
      await navigator.clipboard.writeText(url.href);
      toast(t`Link copied`);
    } catch {
      toast(url.href);
    }
  };
  const remove = async () => {
    onClose();
    const undo = await commands.deletePoint(point.id);
    toast(t`Point deleted`, undo);
  };
  return (
    <Menu shadow="md" position="bottom-end" transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t`More`}>
          <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
            <circle cx="3" cy="8" r="1.5" />
            <circle cx="8" cy="8" r="1.5" />
            <circle cx="13" cy="8" r="1.5" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void copy()}>
          <Trans>Copy link</Trans>
        </Menu.Item>
        {sheet && !onPlan && (
          <Menu.Item
            onClick={() =>
              void navigate({ to: '/p/$project/plans/$sheet', params: { project: project.id, sheet }, search: { point: point.id } })
            }
          >
            <Trans>Show on plan</Trans>
          </Menu.Item>
        )}
        {elsewhere && (
          <Menu.Item onClick={onRelay}>
            <Trans>Relay to another list</Trans>
          </Menu.Item>
        )}
        {point.may.delete && (
          <Menu.Item color="brick" onClick={() => void remove()}>
            <Trans>Delete</Trans>
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A line of the description list that becomes an input when pressed. */
function Field({
  label,
  may,
  show,
  children,
}: {
  label: string;
  may: boolean;
  show: ReactNode;
  children: (close: () => void) => ReactNode;
}) {
  const { t } = useLingui();
  const [editing, setEditing] = useState(false);
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {editing ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves the input without closing the panel
          <div
            onKeyDown={(e) => {
              if (e.key !== 'Escape') return;
              e.preventDefault();
              e.stopPropagation();
              setEditing(false);
            }}
          >
            {children(() => setEditing(false))}
          </div>
        ) : may ? (
          <UnstyledButton className={s.value} onClick={() => setEditing(true)} title={t`Change`}>
            {show}
            <span className="hidden-text">
              <Trans>Change {label}</Trans>
            </span>
          </UnstyledButton>
        ) : (
          <span className={s.value}>{show}</span>
        )}
      </dd>
    </>
  );
}

function Fields({ point, onChange, onPlan }: { point: Point; onChange: (p: PointPatch) => void; onPlan: boolean }) {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const project = useProject();
  const reader = useReader();
  const name = useName();
  const status = useThing('statuses', point.status_id);
  const sheet = useSheet(point.pin?.sheet_id);
  const may = point.may.edit;
  const none = <span className="quiet">–</span>;
  const late = point.due !== null && !status?.closes && point.due < today(project.time_zone);
  return (
    <dl className={s.fields}>
      <Field label={t`Where`} may={may} show={placeText(point.location_id, pool) || none}>
        {(close) => (
          <PlaceSelect
            aria-label={t`Where`}
            size="sm"
            autoFocus
            defaultDropdownOpened
            value={point.location_id}
            onChange={(location_id) => {
              onChange({ location_id });
              close();
            }}
            onBlur={close}
          />
        )}
      </Field>
      <Field
        label={t`In charge`}
        may={may}
        show={
          point.in_charge.length ? (
            <span className={s.chips}>
              {point.in_charge.map((c) => (
                <PersonChip key={`${c.kind}:${c.id}`} who={c} />
              ))}
            </span>
          ) : (
            none
          )
        }
      >
        {(close) => (
          <InChargeSelect
            aria-label={t`In charge`}
            size="sm"
            autoFocus
            value={point.in_charge}
            onChange={(in_charge) => onChange({ in_charge })}
            onBlur={close}
          />
        )}
      </Field>
      <Field
        label={t`Due`}
        may={may}
        show={
          point.due ? (
            <span className={late ? s.late : undefined}>
              {civil(point.due, reader)}
              {late && <Trans>, overdue</Trans>}
            </span>
          ) : (
            none
          )
        }
      >
        {(close) => (
          <DueInput
            aria-label={t`Due`}
            size="sm"
            autoFocus
            value={point.due}
            onChange={(due) => {
              onChange({ due });
              close();
            }}
            onBlur={close}
          />
        )}
      </Field>
      <Field label={t`Category`} may={may} show={categoryPath(point.category_id, pool) || none}>
        {(close) => (
          <CategorySelect
            aria-label={t`Category`}
            size="sm"
            autoFocus
            defaultDropdownOpened
            value={point.category_id}
            onChange={(category_id) => {
              onChange({ category_id });
              close();
            }}
            onBlur={close}
          />
        )}
      </Field>
      <dt>
        <Trans>Urgent</Trans>
      </dt>
      <dd>
        {may ? (
          <Switch
            className={s.switch}
            size="sm"
            checked={point.urgent}
            onChange={(e) => onChange({ urgent: e.currentTarget.checked })}
            aria-label={t`Urgent`}
          />
        ) : point.urgent ? (
          <Trans>yes</Trans>
        ) : (
          <Trans>no</Trans>
        )}
      </dd>
      {sheet && !onPlan && (
        <>
          <dt>
            <Trans>Plan</Trans>
          </dt>
          <dd>
            <Link
              className={s.link}
              to="/p/$project/plans/$sheet"
              params={{ project: project.id, sheet: sheet.id }}
              search={{ point: point.id }}
            >
              {[sheet.number, sheet.name].filter(Boolean).join(' ')}
            </Link>
          </dd>
        </>
      )}
      <dt>
        <Trans>List</Trans>
      </dt>
      <dd>
        <ListField point={point} />
      </dd>
      <dt>
        <Trans>Made by</Trans>
      </dt>
      <dd>{name(point.author_id)}</dd>
    </dl>
  );
}

/** A text that becomes a text area; Enter or leaving saves, Escape does not. */
function TextField({
  label,
  value,
  may,
  required = false,
  onSave,
  show,
}: {
  label: string;
  value: string;
  may: boolean;
  required?: boolean;
  onSave: (v: string) => void;
  show: ReactNode;
}) {
  const { t } = useLingui();
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    if (!may) return <div>{show}</div>;
    return (
      <UnstyledButton className={s.text} onClick={() => setDraft(value)} title={t`Change`}>
        {show}
        <span className="hidden-text">
          <Trans>Change {label}</Trans>
        </span>
      </UnstyledButton>
    );
  }
  const save = () => {
    const text = draft.trim();
    setDraft(null);
    if (text !== value && (text || !required)) onSave(text);
  };
  return (
    <div className={s.textEdit}>
      <Textarea
        aria-label={label}
        autosize
        minRows={required ? 1 : 3}
        maxRows={12}
        maxLength={required ? 200 : 10_000}
        autoFocus
        value={draft}
        onChange={(e) => setDraft(e.currentTarget.value)}
        onBlur={save}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            e.preventDefault();
            e.stopPropagation();
            setDraft(null);
          } else if (e.key === 'Enter' && (required || e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            save();
          }
        }}
      />
      {!required && (
        <Button size="compact-sm" onMouseDown={(e) => e.preventDefault()} onClick={save}>
          <Trans>Save</Trans>
        </Button>
      )}
    </div>
  );
}
