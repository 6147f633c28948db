/** Baselines: the dates as they once were, taken under a name, any number, shown below the bars. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { newId } from '@/api/id';
import { type Baseline, type BaselineDates, programmes } from '@/api/programme';
import type { Id } from '@/api/types';
import type { BaselineBars, Network } from '@/engines/gantt';
import { Failed } from '@/features/signin/Failed';
import { exact, useOpenProject, useReader } from '@/store';
import { Skeleton, toast } from '@/ui';
import s from './programme.module.css';

const nothing: readonly BaselineBars[] = [];

/** useBaselines are the dates of the shown ones, laid on the activities that are here. */
export function useBaselines(programme: Id, net: Network | null, shown: readonly Id[]): readonly BaselineBars[] {
  const project = useOpenProject();
  const [kept, set] = useState<ReadonlyMap<Id, BaselineDates>>(new Map());
  useEffect(() => {
    let live = true;
    for (const id of shown) {
      if (kept.has(id)) continue;
      programmes.baseline(project.id, programme, id).then(
        (b) => live && set((now) => new Map(now).set(id, b)),
        () => undefined, // removed meanwhile, or no connection: then it is not shown
      );
    }
    return () => {
      live = false;
    };
  }, [project, programme, shown, kept]);
  return useMemo(() => {
    if (!net || shown.length === 0) return nothing;
    return shown.flatMap((id): BaselineBars[] => {
      const b = kept.get(id);
      if (!b) return [];
      const start = new Float64Array(net.n).fill(Number.NaN);
      const finish = new Float64Array(net.n).fill(Number.NaN);
      b.activities.forEach((a, k) => {
        const i = net.at.get(a);
        if (i === undefined) return;
        start[i] = b.start[k] ?? Number.NaN;
        finish[i] = b.finish[k] ?? Number.NaN;
      });
      return [{ start, finish }];
    });
  }, [net, shown, kept]);
}

export function BaselineDialog({
  programme,
  shown,
  onShown,
  mayEdit,
  onClose,
}: {
  programme: Id;
  shown: readonly Id[];
  onShown: (ids: Id[]) => void;
  mayEdit: boolean;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const project = useOpenProject();
  const reader = useReader();
  const [list, setList] = useState<Baseline[]>();
  const [error, setError] = useState<unknown>();
  const [name, setName] = useState('');
  const load = useCallback(() => programmes.baselines(project.id, programme).then((x) => setList(x.items), setError), [project, programme]);
  useEffect(() => void load(), [load]);
  const run = async (what: () => Promise<unknown>) => {
    setError(undefined);
    try {
      await what();
      await load();
    } catch (e) {
      setError(e);
    }
  };
  const take = () =>
    run(async () => {
      const id = newId();
      await programmes.putBaseline(project.id, programme, id, name.trim());
      setName('');
      onShown([...shown, id]);
      toast(t`Baseline taken`, () => programmes.removeBaseline(project.id, programme, id).then(load));
    });
  return (
    <Modal opened onClose={onClose} title={t`Baselines`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <p className={s.lead}>
        <Trans>A baseline keeps the dates of today. Shown, it lies below the bars.</Trans>
      </p>
      <Failed error={error} />
      {!list && error === undefined && <Skeleton rows={3} />}
      {list && list.length === 0 && (
        <p>
          <Trans>There is none yet.</Trans>
        </p>
      )}
      <ul className={s.baselines}>
        {(list ?? []).map((b) => (
          <li key={b.id}>
            <Checkbox
              label={b.name}
              description={exact(b.at, reader)}
              checked={shown.includes(b.id)}
              onChange={(e) => onShown(e.currentTarget.checked ? [...shown, b.id] : shown.filter((x) => x !== b.id))}
            />
            {mayEdit && (
              <RemoveBaseline
                name={b.name}
                onRemove={() =>
                  void run(async () => {
                    await programmes.removeBaseline(project.id, programme, b.id);
                    onShown(shown.filter((x) => x !== b.id));
                  })
                }
              />
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (name.trim()) void take();
          }}
        >
          <Group align="flex-end" gap="sm" wrap="nowrap">
            <TextInput label={t`Name`} value={name} maxLength={80} onChange={(e) => setName(e.currentTarget.value)} className={s.grow} />
            <Button type="submit" disabled={!name.trim()}>
              <Trans>Take a baseline</Trans>
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}

/** Its dates cannot be had again: it is asked twice. */
function RemoveBaseline({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useLingui();
  const [sure, setSure] = useState(false);
  return sure ? (
    <Group gap={6} wrap="nowrap">
      <Button size="compact-sm" color="brick" onClick={onRemove}>
        <Trans>Remove for good</Trans>
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setSure(false)}>
        <Trans>Keep</Trans>
      </Button>
    </Group>
  ) : (
    <Button size="compact-sm" variant="subtle" color="brick" aria-label={t`Remove ${name}`} onClick={() => setSure(true)}>
      <Trans>Remove</Trans>
    </Button>
  );
}
