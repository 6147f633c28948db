/** Points as BCF, both ways. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { send } from '@/api/client';
import type { Id } from '@/api/types';
import { refusalText } from '@/app/errors';
import { save } from '@/features/ask';
import { Failed } from '@/features/signin/Failed';
import { useMay, useProject, useThings } from '@/store';
import { toast } from '@/ui';
import { apply, type Write } from './apply';
import { Chooser, Part, post, useRun } from './parts';
import { type Item, Review } from './Review';

export function Bcf() {
  const project = useProject();
  const manager = useMay('manager');
  return (
    <>
      <Out id={project.id} />
      {manager && <In id={project.id} />}
    </>
  );
}

function Out({ id }: { id: Id }) {
  const { t } = useLingui();
  const { busy, error, run } = useRun();
  const lists = useThings('lists');
  const [which, setWhich] = useState('closed=false');
  const [version, setVersion] = useState('3.0');
  return (
    <Part
      title={<Trans>Points as a BCF file</Trans>}
      lead={
        <Trans>
          For programs that work with building models. Comments and photos come along; people are codes, so that no name leaves. Up to 1,000
          points.
        </Trans>
      }
    >
      <Group gap="sm" align="end">
        <NativeSelect
          label={<Trans>Which points</Trans>}
          value={which}
          onChange={(e) => setWhich(e.currentTarget.value)}
          data={[
            { value: 'closed=false', label: t`Open points` },
            { value: 'closed=false&mine=true', label: t`Open points in my charge` },
            { value: 'closed=true', label: t`Closed points` },
            { value: 'closed=any', label: t`All points` },
            ...lists.map((l) => ({ value: `closed=any&list=${l.id}`, label: t`All of the list ${l.name}` })),
          ]}
        />
        <NativeSelect
          label={<Trans>Version</Trans>}
          value={version}
          onChange={(e) => setVersion(e.currentTarget.value)}
          data={[
            { value: '3.0', label: 'BCF 3.0' },
            { value: '2.1', label: 'BCF 2.1' },
          ]}
        />
        <Button
          variant="default"
          loading={busy}
          onClick={() =>
            void run(async () => {
              const res = await send(`/projects/${id}/bcf?version=${version}&filter=${encodeURIComponent(which)}`, { timeout: 600_000 });
              save(await res.blob(), 'points.bcf');
            })
          }
        >
          <Trans>Download BCF</Trans>
        </Button>
      </Group>
      <Failed error={error} />
    </Part>
  );
}

interface Topic {
  guid: string;
  title: string;
  state: 'new' | 'changed' | 'unchanged' | 'made' | 'updated' | 'skipped';
  code: string;
  point_id: Id;
  changes?: { field: string; before: string; after: string }[];
  comments: number;
  photos: number;
  /** How what it changed on a point that was here is taken back. */
  back?: { base: number; fields: Record<string, unknown>; photos: Id[] };
}
interface Imported {
  version: string;
  topics: Topic[];
  notes: number;
}

const fields: Record<string, MessageDescriptor> = {
  subject: msg`Subject`,
  description: msg`Description`,
  status: msg`Status`,
  due: msg`Due`,
  urgent: msg`Urgent`,
};
const states = { new: 'new', changed: 'changed', unchanged: 'unchanged', made: 'done', updated: 'done', skipped: 'wrong' } as const;
/** What an undo leaves: points that somebody changed since, and points with comments that came in. */
interface Stays {
  points: number;
  comments: number;
}

const count = <T,>(all: readonly T[], which: (x: T) => boolean) => all.filter(which).length;

/** taken are the writes that take back what became of a topic. */
function taken(project: Id, x: Topic): Write[] {
  const path = `/api/v1/projects/${project}/points/${x.point_id}`;
  if (x.state === 'made') return [{ key: x.point_id, method: 'DELETE', path }];
  const writes: Write[] = (x.back?.photos ?? []).map((ph) => ({
    key: `${x.point_id} ${ph}`,
    method: 'DELETE',
    path: `${path}/photos/${ph}`,
  }));
  if (x.back && Object.keys(x.back.fields).length > 0)
    writes.unshift({ key: x.point_id, method: 'PATCH', path, body: { base: x.back.base, ...x.back.fields } });
  return writes;
}

/** How many topics are named in one address. */
const atOnce = 100;

function In({ id }: { id: Id }) {
  const { t, i18n } = useLingui();
  const { busy, error, run } = useRun();
  const [part, setPart] = useState<number | null>(null);
  const [file, setFile] = useState<File>();
  const [seen, setSeen] = useState<Imported>();
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [stays, setStays] = useState<Stays>();
  const sending = async (query: string, f: File) => {
    setPart(0);
    try {
      return await post<Imported>(`/projects/${id}/bcf?${query}`, f, setPart);
    } finally {
      setPart(null);
    }
  };
  const look = (f: File) =>
    void run(async () => {
      setSeen(undefined);
      setStays(undefined);
      setOff(new Set());
      setFile(f);
      setSeen(await sending('look=true', f));
    });
  const yesNo = (v: string) => (v === 'true' ? t`yes` : v === 'false' ? t`no` : v);
  const items = (seen?.topics ?? []).map(
    (x, i): Item => ({
      key: `${x.guid} ${i}`,
      title: x.title,
      state: x.code === 'not-chosen' ? 'left' : states[x.state],
      note: (
        <>
          <Plural value={x.comments} one="# comment" other="# comments" />, <Plural value={x.photos} one="# photo" other="# photos" />
        </>
      ),
      changes: x.changes?.map((c) => ({
        label: fields[c.field] ? i18n._(fields[c.field] as MessageDescriptor) : c.field,
        before: yesNo(c.before),
        after: yesNo(c.after),
      })),
      why:
        x.code === '' || x.code === 'not-chosen' ? undefined : x.code === 'topic-twice' ? (
          <Trans>This topic stands in the file twice.</Trans>
        ) : (
          refusalText(x.code, i18n)
        ),
    }),
  );
  const take = () =>
    void run(async () => {
      if (!file || !seen) return;
      const open = seen.topics.flatMap((x, i) => (x.state === 'new' || x.state === 'changed' ? [{ x, key: `${x.guid} ${i}` }] : []));
      const chosen = open.filter((o) => !off.has(o.key)).map((o) => o.x.guid);
      const parts: Imported[] = [];
      if (chosen.length === open.length) parts.push(await sending('', file));
      else
        for (let i = 0; i < chosen.length; i += atOnce)
          parts.push(await sending(`topics=${encodeURIComponent(chosen.slice(i, i + atOnce).join(','))}`, file));
      const became = new Map<number, Topic>();
      for (const p of parts)
        p.topics.forEach((x, i) => {
          if (x.state === 'made' || x.state === 'updated' || (x.state === 'skipped' && x.code !== 'not-chosen')) became.set(i, x);
        });
      setSeen({
        ...seen,
        topics: seen.topics.map(
          (x, i) => became.get(i) ?? (x.state === 'new' || x.state === 'changed' ? { ...x, state: 'skipped', code: 'not-chosen' } : x),
        ),
      });
      const done = [...became.values()].filter((x) => x.state === 'made' || x.state === 'updated');
      if (done.length > 0)
        toast(<Plural value={done.length} one="# point was taken over." other="# points were taken over." />, () =>
          run(async () => {
            const { kept } = await apply(done.flatMap((x) => taken(id, x)));
            setSeen(undefined);
            setFile(undefined);
            setStays({
              points: new Set(kept.map((k) => k.split(' ')[0])).size,
              comments: count(done, (x) => x.state === 'updated' && x.comments > 0),
            });
          }),
        );
    });
  return (
    <Part
      title={<Trans>Points from a BCF file</Trans>}
      lead={
        <Trans>
          BCF 2.0, 2.1 or 3.0. You see first what would change. A topic that came in before is brought up to date, never made twice. Names
          of people in the file are not taken over.
        </Trans>
      }
    >
      <Chooser
        label={<Trans>Choose a BCF file</Trans>}
        accept=".bcf,.bcfzip,application/zip"
        busy={busy}
        part={part}
        error={error}
        onFile={look}
      />
      {stays && (
        <p role="status">
          <Trans>Taken back.</Trans>{' '}
          {stays.points > 0 && (
            <Plural
              value={stays.points}
              one="# point was changed by somebody since: what they changed stays."
              other="# points were changed by somebody since: what they changed stays."
            />
          )}{' '}
          {stays.comments > 0 && (
            <Plural
              value={stays.comments}
              one="# point keeps its new comments: comments are never taken back."
              other="# points keep their new comments: comments are never taken back."
            />
          )}
        </p>
      )}
      {seen && (
        <>
          {seen.notes > 0 && (
            <p>
              <Trans>Some of the file was not as it should be, and is read as well as it can be.</Trans>
            </p>
          )}
          <Review items={items} unchanged={0} off={off} setOff={setOff} busy={busy} onApply={take} />
        </>
      )}
    </Part>
  );
}
