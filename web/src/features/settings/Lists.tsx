import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Badge, Button, Group, Modal, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call, Problem } from '@/api/client';
import type { Numbering, PointList } from '@/api/types';
import { Failed } from '@/features/signin/index';
import { atLeast, useCommands, useLists, useMay, useOpenProject, useProject } from '@/store';
import { toast } from '@/ui';
import { ListPeople } from './ListPeople';
import { Mover } from './Mover';
import s from './Settings.module.css';

/** What the next number looks like, by the list's own code and occurrence. */
export function example(numbering: Numbering, code: string, occurrence: number): string {
  const occurs = numbering === 'occurrence-sequence' || numbering === 'code-occurrence-sequence';
  const coded = numbering === 'code-sequence' || numbering === 'code-occurrence-sequence';
  const number = occurs ? `${occurrence}.${coded ? '' : '0'}7` : '7';
  return coded ? `${code || 'C'}-${number}` : number;
}

const occurs = (n: Numbering) => n === 'occurrence-sequence' || n === 'code-occurrence-sequence';

/** The lists of points: their numbers, and who knows of them. */
export function Lists() {
  const { t } = useLingui();
  const lists = useLists();
  const manager = useMay('manager');
  const { changeSetting } = useCommands();
  const [edit, setEdit] = useState<string>();
  const open = lists.find((x) => x.id === edit);
  const active = lists.filter((x) => !x.archived);
  const archived = lists.filter((x) => x.archived);
  const row = (x: PointList, i?: number) => {
    const may = atLeast(x.level, 'manager');
    const words = (
      <>
        <span className={s.strong}>
          {x.code} {x.name}
        </span>
        <span className="quiet">{example(x.numbering, x.code, x.occurrence)}</span>
        {x.closed && (
          <Badge variant="light" color="gray" tt="none">
            <Trans>Only its participants</Trans>
          </Badge>
        )}
      </>
    );
    return (
      <li key={x.id}>
        {may ? (
          <button type="button" className={s.main} onClick={() => setEdit(x.id)}>
            {words}
          </button>
        ) : (
          <span className={s.main}>{words}</span>
        )}
        {may && i !== undefined && (
          <Mover list={active} at={i} name={x.name} move={(id, order) => void changeSetting('lists', id, { order })} />
        )}
      </li>
    );
  };
  return (
    <>
      <p className="quiet">
        <Trans>
          A list groups points and numbers them. Everybody on the project sees it, or only those you put on it: to others it does not exist.
        </Trans>
      </p>
      <ul className={s.rows}>{active.map((x, i) => row(x, i))}</ul>
      {manager && (
        <Button variant="default" onClick={() => setEdit('new')}>
          <Trans>Add a list</Trans>
        </Button>
      )}
      {archived.length > 0 && (
        <>
          <h3>
            <Trans>Archived</Trans>
          </h3>
          <ul className={s.rows}>{archived.map((x) => row(x))}</ul>
        </>
      )}
      {edit === 'new' && <ListForm next={Math.max(0, ...lists.map((x) => x.order)) + 1} onClose={() => setEdit(undefined)} />}
      {open && <ListForm key={open.id} list={open} next={open.order} onClose={() => setEdit(undefined)} />}
      <span className="hidden-text" aria-live="polite">
        {lists.length === 0 && t`No list yet`}
      </span>
    </>
  );
}

function ListForm({ list, next, onClose }: { list?: PointList; next: number; onClose: () => void }) {
  const { t } = useLingui();
  const { putList, changeSetting, removeSetting } = useCommands();
  const { pool } = useOpenProject();
  const others = useLists().filter((x) => x.id !== list?.id);
  const used = list !== undefined && pool.list('points').some((p) => p.list_id === list.id);
  const administers = !list || list.level === 'administrator';
  const form = useForm({
    initialValues: {
      name: list?.name ?? '',
      code: list?.code ?? '',
      numbering: (list?.numbering ?? 'code-occurrence-sequence') as Numbering,
      closed: list?.closed ?? false,
    },
    validate: {
      name: (v) => (v.trim() ? null : t`Give it a name.`),
      code: (v) =>
        !/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,7}$/u.test(v.trim())
          ? t`One to eight letters or digits.`
          : others.some((x) => x.code.toLowerCase() === v.trim().toLowerCase())
            ? t`Another list has this code.`
            : null,
    },
  });
  const { numbering, code } = form.values;
  const occurrence = list?.occurrence ?? 1;
  const kinds: { value: Numbering; label: string }[] = [
    { value: 'code-occurrence-sequence', label: t`Code, occurrence and number` },
    { value: 'code-sequence', label: t`Code and number` },
    { value: 'occurrence-sequence', label: t`Occurrence and number` },
    { value: 'sequence', label: t`Number alone` },
  ];
  const submit = form.onSubmit(async (v) => {
    const fields = { name: v.name.trim(), code: v.code.trim(), numbering: v.numbering, closed: v.closed };
    if (list) {
      const changed = Object.fromEntries(Object.entries(fields).filter(([k, x]) => list[k as keyof PointList] !== x));
      if (Object.keys(changed).length > 0) await changeSetting('lists', list.id, changed);
    } else await putList({ ...fields, order: next });
    onClose();
  });
  const archive = async (archived: boolean) => {
    if (!list) return;
    await changeSetting('lists', list.id, { archived });
    toast(archived ? t`${list.name} is archived` : t`${list.name} takes points again`, () =>
      changeSetting('lists', list.id, { archived: !archived }),
    );
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={list ? list.name : t`New list`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Stack gap="sm">
          <TextInput label={<Trans>Name</Trans>} maxLength={200} data-autofocus {...form.getInputProps('name')} />
          <TextInput
            label={<Trans>Code</Trans>}
            description={<Trans>Short; it can begin the numbers.</Trans>}
            maxLength={8}
            {...form.getInputProps('code')}
          />
          <NativeSelect
            label={<Trans>Numbers</Trans>}
            description={t`As in ${example(numbering, code.trim(), occurrence)}. Points keep the number they have.`}
            data={kinds}
            {...form.getInputProps('numbering')}
          />
          {administers && (
            <Radio.Group
              label={<Trans>Who knows of it</Trans>}
              value={form.values.closed ? 'closed' : 'open'}
              onChange={(v) => form.setFieldValue('closed', v === 'closed')}
            >
              <Stack gap={6} mt={4}>
                <Radio value="open" label={<Trans>Everybody on the project</Trans>} />
                <Radio value="closed" label={<Trans>Only those on the list</Trans>} />
              </Stack>
            </Radio.Group>
          )}
          <Group justify="space-between">
            {list && !used ? (
              <Button variant="subtle" color="brick" onClick={() => void removeSetting('lists', list.id).then(onClose)}>
                <Trans>Remove</Trans>
              </Button>
            ) : list ? (
              <Button variant="subtle" onClick={() => void archive(!list.archived)}>
                {list.archived ? <Trans>Use again</Trans> : <Trans>Archive</Trans>}
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
      {list && list.version > 0 && occurs(list.numbering) && !list.archived && <Occurrence list={list} />}
      {list && list.version > 0 && <ListPeople list={list} />}
    </Modal>
  );
}

/** The next occurrence: a visit, a meeting. Old points keep their numbers. */
function Occurrence({ list }: { list: PointList }) {
  const { t } = useLingui();
  const project = useProject();
  const open = useOpenProject();
  const [busy, setBusy] = useState(false);
  const [unreported, setUnreported] = useState(false);
  const [error, setError] = useState<unknown>();
  const next = list.occurrence + 1;
  const begin = async (despite: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`/projects/${project.id}/lists/${list.id}/occurrence`, { method: 'POST', body: { running: list.occurrence, despite } });
      setUnreported(false);
      open.engine.nudge(true);
      toast(t`Occurrence ${next} has begun`);
    } catch (e) {
      if (e instanceof Problem && e.code === 'occurrence-unreported') setUnreported(true);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={s.part}>
      <h3>
        <Trans>Occurrence {list.occurrence}</Trans>
      </h3>
      <Failed error={error} />
      {unreported ? (
        <Alert color="orange" variant="light" role="alert">
          <p>
            <Trans>No report was made of occurrence {list.occurrence} yet.</Trans>
          </p>
          <Button size="compact-md" variant="default" loading={busy} onClick={() => void begin(true)}>
            <Trans>Begin {next} all the same</Trans>
          </Button>
        </Alert>
      ) : (
        <Button variant="default" loading={busy} onClick={() => void begin(false)}>
          <Trans>Begin occurrence {next}</Trans>
        </Button>
      )}
    </section>
  );
}
