import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Drawer, Group } from '@mantine/core';
import type { ConflictRow, OutboxEntry } from '@/db/db';
import { ago, civil, useCommands, useConflicts, useName, useOpenProject, useOutbox, useReader, useSync } from '@/store';
import { useSyncText } from '@/ui';
import { refusalText } from './errors';
import s from './Waiting.module.css';

export const fieldNames: Record<string, MessageDescriptor> = {
  subject: msg`Subject`,
  description: msg`Description`,
  status_id: msg`Status`,
  category_id: msg`Category`,
  location_id: msg`Location`,
  in_charge: msg`In charge`,
  due: msg`Due`,
  urgent: msg`Urgent`,
  pin: msg`Place on the plan`,
  list_id: msg`List`,
  name: msg`Name`,
  code: msg`Code`,
  order: msg`Order`,
  colour: msg`Colour`,
  shape: msg`Shape`,
  numbering: msg`Numbers`,
  closed: msg`Who knows of it`,
  archived: msg`Archived`,
};

/** fieldName is a field as people call it. The server names some without "_id". */
export function fieldName(field: string, i18n: I18n): string {
  const m = fieldNames[field] ?? fieldNames[`${field}_id`];
  return m ? i18n._(m) : field;
}

/** Waiting shows all that is not safely on the server: what needs a decision first, then what is on its way. */
export default function Waiting({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const st = useSync();
  const text = useSyncText()(st);
  const conflicts = useConflicts();
  const outbox = useOutbox();
  const project = useOpenProject();
  const refused = outbox.filter((e) => e.state === 'rejected');
  const waiting = outbox.filter((e) => e.state === 'waiting');
  return (
    <Drawer opened onClose={onClose} position="right" title={text} closeButtonProps={{ 'aria-label': t`Close` }}>
      <div className={s.list}>
        {conflicts.map((c) => (
          <Conflict key={c.key} c={c} />
        ))}
        {refused.map((e) => (
          <Refused key={e.id} e={e} />
        ))}
        {waiting.length > 0 && (
          <section>
            <h3>
              <Trans>On their way</Trans>
            </h3>
            <p className="quiet">
              {st.online ? (
                <Trans>These are sent as soon as the server takes them. Keep the app open until all is saved.</Trans>
              ) : (
                <Trans>These are kept on this device and sent when there is a network. They survive closing the app.</Trans>
              )}
            </p>
            <ul>
              {waiting.map((e) => (
                <li key={e.id}>
                  <What e={e} />
                </li>
              ))}
            </ul>
            <Button variant="default" onClick={() => project.engine.nudge(true)}>
              <Trans>Send now</Trans>
            </Button>
          </section>
        )}
        {conflicts.length + outbox.length === 0 && (
          <p className="quiet">
            <Trans>Everything you wrote is on the server.</Trans>
          </p>
        )}
      </div>
    </Drawer>
  );
}

function What({ e }: { e: OutboxEntry }) {
  const { t, i18n } = useLingui();
  const r = useReader();
  const { pool } = useOpenProject();
  const row = pool.get(e.kind, e.thing) as { subject?: string; name?: string; title?: string } | undefined;
  const put = e.op.type === 'put' ? (e.op.value as { subject?: string; name?: string; title?: string }) : undefined;
  const on = 'on' in e.op ? (e.op.on as { name?: string }).name : undefined;
  const title = row?.subject ?? row?.name ?? row?.title ?? put?.subject ?? put?.name ?? put?.title ?? on ?? '';
  const what = {
    put: t`New`,
    patch:
      e.op.type === 'patch'
        ? Object.keys(e.op.fields)
            .map((f) => fieldName(f, i18n))
            .join(', ')
        : '',
    delete: t`Removed`,
    restore: t`Brought back`,
    mark: t`Drawing`,
    lay: t`Laid onto the sheet`,
    lift: t`Taken off the sheet`,
    move: t`To another list`,
    parent: t`Part of another point`,
    relate: t`Related to another point`,
    unrelate: t`No longer related`,
    'add-comment': t`Comment`,
    'add-photo': t`Photo`,
    'remove-photo': t`Photo removed`,
    report: t`Report`,
    'report-photo': t`Photo`,
    block: t`Blocked by a point`,
    unblock: t`No longer blocked by a point`,
  }[e.op.type];
  return (
    <>
      <b>{title}</b>
      <span className="quiet">
        {' '}
        {what} · {ago(e.at, r)}
      </span>
    </>
  );
}

function Refused({ e }: { e: OutboxEntry }) {
  const { i18n } = useLingui();
  const { retry, discard } = useCommands();
  return (
    <section className={s.card}>
      <h3>
        <Trans>Not taken by the server</Trans>
      </h3>
      <p>
        <What e={e} />
      </p>
      <p>{refusalText(e.fields?.[0]?.code ?? e.code, i18n)}</p>
      <Group gap="xs">
        <Button size="compact-md" variant="default" onClick={() => void retry(e.seq ?? 0)}>
          <Trans>Send again</Trans>
        </Button>
        <Button size="compact-md" variant="subtle" color="brick" onClick={() => void discard(e.seq ?? 0)}>
          <Trans>Discard my change</Trans>
        </Button>
      </Group>
    </section>
  );
}

/** useFieldValue shows a field's value in words. */
export function useFieldValue(): (field: string, value: unknown) => string {
  const { t } = useLingui();
  const { pool } = useOpenProject();
  const name = useName();
  const r = useReader();
  return (field, value) => {
    if (value === null || value === undefined || value === '') return t`none`;
    const id = String(value);
    switch (field.replace(/_id$/, '')) {
      case 'status':
        return pool.get('statuses', id)?.name ?? t`Unknown`;
      case 'category':
        return pool.get('categories', id)?.name ?? t`Unknown`;
      case 'location':
        return pool.get('locations', id)?.name ?? t`Unknown`;
      case 'list':
        return pool.get('lists', id)?.name ?? t`Unknown`;
      case 'in_charge':
        return Array.isArray(value) ? value.map(name).join(', ') || t`none` : t`none`;
      case 'due':
        return civil(id, r);
      case 'urgent':
        return value ? t`yes` : t`no`;
      case 'pin':
        return t`another place`;
      default:
        return typeof value === 'object' ? JSON.stringify(value) : id;
    }
  };
}

function Conflict({ c }: { c: ConflictRow }) {
  const { i18n } = useLingui();
  const { resolveConflict } = useCommands();
  const name = useName();
  const r = useReader();
  const { pool } = useOpenProject();
  const show = useFieldValue();
  const row = pool.get(c.kind, c.thing) as { subject?: string; name?: string } | undefined;
  const who = name(c.actor_id);
  const when = c.at ? ago(c.at, r) : '';
  return (
    <section className={s.card}>
      <h3>{row?.subject ?? row?.name}</h3>
      <p>
        <Trans>
          {who} changed {fieldName(c.field, i18n)} too, {when}.
        </Trans>
      </p>
      <dl className={s.sides}>
        <dt>
          <Trans>Theirs</Trans>
        </dt>
        <dd>{show(c.field, c.theirs)}</dd>
        <dt>
          <Trans>Mine</Trans>
        </dt>
        <dd>{show(c.field, c.mine)}</dd>
      </dl>
      <Group gap="xs">
        <Button size="compact-md" variant="default" onClick={() => void resolveConflict(c.thing, c.field, 'theirs')}>
          <Trans>Keep theirs</Trans>
        </Button>
        <Button size="compact-md" variant="default" onClick={() => void resolveConflict(c.thing, c.field, 'mine')}>
          <Trans>Take mine</Trans>
        </Button>
      </Group>
    </section>
  );
}
