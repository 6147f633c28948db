/** Locations from a building model. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Id } from '@/api/types';
import { refusalText } from '@/app/errors';
import { useProject } from '@/store';
import { toast } from '@/ui';
import { type Applied, apply, type Write } from './apply';
import { Chooser, Part, post, stays, useRun } from './parts';
import { type Item, Review } from './Review';

interface Place {
  id: Id;
  parent_id: Id | null;
  kind: 'building' | 'level' | 'room';
  name: string;
  code: string;
  order: number;
  here: boolean;
  version?: number;
  name_now?: string;
  code_now?: string;
}
interface Model {
  schema: string;
  places: Place[];
  left_out: number;
}

const indent = { building: 0, level: 1, room: 2 } as const;

function differs(p: Place): boolean {
  return p.here && (p.name !== p.name_now || (p.code !== '' && p.code !== (p.code_now ?? '')));
}

function write(project: Id, p: Place): Write {
  const path = `/api/v1/projects/${project}/locations/${p.id}`;
  if (!p.here)
    return {
      key: p.id,
      method: 'PUT',
      path,
      body: { parent_id: p.parent_id, kind: p.kind, name: p.name, code: p.code, order: p.order },
    };
  const body: Record<string, unknown> = { base: p.version, name: p.name };
  const back: Record<string, unknown> = { name: p.name_now };
  if (p.code !== '') {
    body.code = p.code;
    back.code = p.code_now ?? '';
  }
  return { key: p.id, method: 'PATCH', path, body, back };
}

export function Ifc() {
  const { i18n, t } = useLingui();
  const project = useProject();
  const { busy, error, run } = useRun();
  const [part, setPart] = useState<number | null>(null);
  const [model, setModel] = useState<Model>();
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [applied, setApplied] = useState<Applied>();
  const [sent, setSent] = useState(0);
  const look = (f: File) =>
    void run(async () => {
      setModel(undefined);
      setApplied(undefined);
      setPart(0);
      try {
        const m = await post<Model>(`/projects/${project.id}/ifc`, f, setPart);
        // What is called otherwise here was perhaps renamed here: it stays, unless it is chosen.
        setOff(new Set(m.places.filter(differs).map((p) => p.id)));
        setModel(m);
      } finally {
        setPart(null);
      }
    });
  const items = (model?.places ?? []).map((p): Item => {
    const refused = applied?.refused.get(p.id);
    const state = !p.here ? 'new' : differs(p) ? 'changed' : 'unchanged';
    return {
      key: p.id,
      title: [p.code, p.name].filter(Boolean).join(' '),
      indent: indent[p.kind],
      state: applied?.done.has(p.id) ? 'done' : refused ? 'wrong' : applied && state !== 'unchanged' ? 'left' : state,
      changes: differs(p)
        ? [
            {
              label: t`Name`,
              before: [p.code_now, p.name_now].filter(Boolean).join(' '),
              after: [p.code, p.name].filter(Boolean).join(' '),
            },
          ]
        : undefined,
      why: refused ? refusalText(refused, i18n) : undefined,
    };
  });
  const take = () =>
    void run(async () => {
      const writes = (model?.places ?? []).filter((p) => (!p.here || differs(p)) && !off.has(p.id)).map((p) => write(project.id, p));
      setSent(0);
      const out = await apply(writes, setSent);
      setApplied(out);
      if (out.done.size > 0)
        toast(<Plural value={out.done.size} one="# location was taken over." other="# locations were taken over." />, async () => {
          stays(await apply(out.undo));
          setModel(undefined);
          setApplied(undefined);
        });
    });
  return (
    <Part
      title={<Trans>Locations from a building model</Trans>}
      lead={
        <Trans>
          Buildings, storeys and spaces of an IFC model become buildings, levels and rooms. You see them first. The same model again makes
          nothing twice.
        </Trans>
      }
    >
      <Chooser label={<Trans>Choose an IFC file</Trans>} accept=".ifc,.ifczip" busy={busy} part={part} error={error} onFile={look} />
      {model && (
        <>
          {model.left_out > 0 && (
            <p>
              <Plural
                value={model.left_out}
                one="# part of the model has no place here."
                other="# parts of the model have no place here."
              />
            </p>
          )}
          <Review items={items} unchanged={0} off={off} setOff={setOff} busy={busy} done={sent} onApply={take} />
        </>
      )}
    </Part>
  );
}
