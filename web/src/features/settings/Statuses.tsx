import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, ColorInput, Group, Modal, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { Status, StatusColour, StatusShape } from '@/api/types';
import { useCommands, useStatuses, useThings } from '@/store';
import { EmptyState, StatusTag } from '@/ui';
import { Mover } from './Mover';
import s from './Settings.module.css';

const named = ['open', 'progress', 'review', 'done', 'idle'] as const;
const shapes: StatusShape[] = ['circle', 'square', 'diamond', 'triangle', 'ring'];

/** Statuses in their order: colour and shape together, so that colour is never alone. */
export function Statuses() {
  const { t } = useLingui();
  const list = useStatuses();
  const points = useThings('points');
  const { changeSetting } = useCommands();
  const [edit, setEdit] = useState<Status | 'new'>();
  const used = (id: string) => points.filter((p) => p.status_id === id).length;
  return (
    <>
      {list.length === 0 && (
        <EmptyState title={<Trans>No statuses yet</Trans>}>
          <Trans>A point goes from status to status until one closes it.</Trans>
        </EmptyState>
      )}
      <ul className={s.rows}>
        {list.map((x, i) => (
          <li key={x.id}>
            <button type="button" className={s.main} onClick={() => setEdit(x)}>
              <StatusTag status={x} />
              <span className="quiet">
                {[x.closes && t`closes the point`, x.managers_only && t`for managers`].filter(Boolean).join(' · ')}
              </span>
            </button>
            <span className="quiet">{used(x.id) || ''}</span>
            <Mover list={list} at={i} name={x.name} move={(id, order) => void changeSetting('statuses', id, { order })} />
          </li>
        ))}
      </ul>
      <Button variant="default" onClick={() => setEdit('new')}>
        <Trans>Add a status</Trans>
      </Button>
      {edit && (
        <Form
          status={edit === 'new' ? undefined : edit}
          next={Math.max(0, ...list.map((x) => x.order)) + 1}
          used={edit !== 'new' && used(edit.id) > 0}
          onClose={() => setEdit(undefined)}
        />
      )}
    </>
  );
}

function Form({ status, next, used, onClose }: { status?: Status; next: number; used: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const { putSetting, changeSetting, removeSetting } = useCommands();
  const own = status?.colour.startsWith('#') ?? false;
  const colourNames: Record<string, string> = {
    open: t`Red`,
    progress: t`Orange`,
    review: t`Blue`,
    done: t`Green`,
    idle: t`Grey`,
    own: t`Another`,
  };
  const shapeNames: Record<StatusShape, string> = {
    circle: t`Circle`,
    square: t`Square`,
    diamond: t`Diamond`,
    triangle: t`Triangle`,
    ring: t`Ring`,
  };
  const form = useForm({
    initialValues: {
      name: status?.name ?? '',
      pick: own ? 'own' : (status?.colour ?? 'progress'),
      hex: own ? (status?.colour as string) : '#7a3e9d',
      shape: (status?.shape ?? 'circle') as StatusShape,
      closes: status?.closes ?? false,
      managers_only: status?.managers_only ?? false,
    },
    validate: {
      name: (v) => (v.trim() ? null : t`Give it a name.`),
      hex: (v, all) => (all.pick !== 'own' || /^#[0-9a-f]{6}$/i.test(v) ? null : t`Choose a colour.`),
    },
  });
  const { pick, hex, shape, name } = form.values;
  const colour = (pick === 'own' ? hex.toLowerCase() : pick) as StatusColour;
  const submit = form.onSubmit(async ({ name, shape, closes, managers_only }) => {
    const fields = { name: name.trim(), colour, shape, closes, managers_only };
    if (status) {
      const changed = Object.fromEntries(Object.entries(fields).filter(([k, v]) => status[k as keyof Status] !== v));
      if (Object.keys(changed).length > 0) await changeSetting('statuses', status.id, changed);
    } else await putSetting('statuses', { ...fields, order: next });
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={status ? status.name : t`New status`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Stack gap="sm">
          <TextInput label={<Trans>Name</Trans>} maxLength={60} data-autofocus {...form.getInputProps('name')} />
          <NativeSelect
            label={<Trans>Colour</Trans>}
            data={[...named, 'own'].map((value) => ({ value, label: colourNames[value] ?? value }))}
            {...form.getInputProps('pick')}
          />
          {pick === 'own' && <ColorInput label={<Trans>Its own colour</Trans>} withEyeDropper={false} {...form.getInputProps('hex')} />}
          <Radio.Group label={<Trans>Shape</Trans>} {...form.getInputProps('shape')}>
            <Group gap="md" mt={4}>
              {shapes.map((x) => (
                <Radio key={x} value={x} label={shapeNames[x]} />
              ))}
            </Group>
          </Radio.Group>
          <Checkbox label={<Trans>Closes the point</Trans>} {...form.getInputProps('closes', { type: 'checkbox' })} />
          <Checkbox label={<Trans>Only managers may set it</Trans>} {...form.getInputProps('managers_only', { type: 'checkbox' })} />
          <div>
            <StatusTag status={{ name: name || t`Name`, colour, shape }} />
          </div>
          <Group justify="space-between">
            {status ? (
              <Button
                variant="subtle"
                color="brick"
                disabled={used}
                title={used ? t`Points have this status` : undefined}
                onClick={() => void removeSetting('statuses', status.id).then(onClose)}
              >
                <Trans>Remove</Trans>
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit">
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
