/** A programme's name, start and data date. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { newId } from '@/api/id';
import { programmes } from '@/api/programme';
import type { Id, Programme } from '@/api/types';
import { civilOf, fromCivil } from '@/engines/gantt';
import { Failed } from '@/features/signin/Failed';
import { today, useOpenProject, useProject } from '@/store';
import { toast } from '@/ui';
import { DueInput } from '../points/fields';

export function NewProgramme({
  programme,
  onClose,
  onMade,
}: {
  programme: Programme | undefined;
  onClose: () => void;
  onMade: (id: Id) => void;
}) {
  const { t } = useLingui();
  const open = useOpenProject();
  const zone = useProject().time_zone;
  const [name, setName] = useState(programme?.name ?? '');
  const [start, setStart] = useState<string | null>(programme ? civilOf(programme.start ?? Number.NaN) || null : today(zone));
  const [live, setLive] = useState(programme?.live ?? true);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!name.trim() || !start) return;
    setBusy(true);
    setError(undefined);
    try {
      if (!programme) {
        const id = newId();
        await programmes.put(open.id, id, { name: name.trim(), start: fromCivil(start) });
        open.engine.nudge();
        onMade(id);
      } else {
        const body: { name?: string; start?: number; live?: boolean } = {};
        if (name.trim() !== programme.name) body.name = name.trim();
        if (start !== civilOf(programme.start ?? Number.NaN)) body.start = fromCivil(start);
        if (live !== programme.live) body.live = live;
        await programmes.change(open.id, programme.id, body);
        open.engine.nudge();
        toast(t`Changed`);
      }
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={programme ? t`Name, start and forecast` : t`New programme`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t`Name`}
            value={name}
            maxLength={200}
            required
            data-autofocus
            onChange={(e) => setName(e.currentTarget.value)}
          />
          <DueInput label={t`First day`} value={start} onChange={setStart} clearable={false} required />
          {programme && (
            <Switch
              label={t`What is not done lies in the future`}
              description={t`The forecast puts it at today or later. Off: dates stay as they were planned.`}
              checked={live}
              onChange={(e) => setLive(e.currentTarget.checked)}
            />
          )}
          <Failed error={error} />
          <Button type="submit" loading={busy} disabled={!name.trim() || !start}>
            <Trans>Save</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
