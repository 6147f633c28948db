import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo, useState } from 'react';
import type { Category, Id, InCharge, InChargeKind, Location } from '@/api/types';
import { personName, useCategories, useCommands, useLocations, useName, usePeople, useThings } from '@/store';
import { EmptyState } from '@/ui';
import { Mover } from './Mover';
import s from './Settings.module.css';

type Kind = 'locations' | 'categories';
type Node = Location | Category;

const steps = {
  locations: ['building', 'level', 'room'],
  categories: ['category', 'sub-category', 'subject'],
} as const;

/** useKindNames are the three steps of each tree in words. */
function useKindNames(): Record<Node['kind'], { name: string; add: string }> {
  const { t } = useLingui();
  return {
    building: { name: t`Building`, add: t`Add a building` },
    level: { name: t`Level of the building`, add: t`Add a level` },
    room: { name: t`Room`, add: t`Add a room` },
    category: { name: t`Category`, add: t`Add a category` },
    'sub-category': { name: t`Sub-category`, add: t`Add a sub-category` },
    subject: { name: t`Standard subject`, add: t`Add a subject` },
  };
}

/** Tree edits places (building, level, room) or categories (category, sub-category, subject): three steps, in order. */
export function Tree({ kind }: { kind: Kind }) {
  const locations = useLocations();
  const categories = useCategories();
  const list: readonly Node[] = kind === 'locations' ? locations : categories;
  const names = useKindNames();
  const [edit, setEdit] = useState<{ node?: Node; parent: Id | null; kind: Node['kind'] }>();
  const below = useMemo(() => {
    const by = new Map<Id | null, Node[]>();
    const ids = new Set(list.map((n) => n.id));
    for (const n of list) {
      const key = n.parent_id && ids.has(n.parent_id) ? n.parent_id : null;
      by.set(key, [...(by.get(key) ?? []), n]);
    }
    return by;
  }, [list]);
  const top = steps[kind][0];
  return (
    <>
      {list.length === 0 && (
        <EmptyState title={kind === 'locations' ? <Trans>No locations yet</Trans> : <Trans>No categories yet</Trans>}>
          {kind === 'locations' ? (
            <Trans>Building, level, room: a point says in words where it is, also without a plan.</Trans>
          ) : (
            <Trans>
              Category, sub-category, standard subject: the subjects become the choices when someone makes a point, and a category can say
              who is in charge.
            </Trans>
          )}
        </EmptyState>
      )}
      <Branch kind={kind} nodes={below.get(null) ?? []} below={below} edit={setEdit} depth={0} />
      <Button variant="default" onClick={() => setEdit({ parent: null, kind: top })}>
        {names[top].add}
      </Button>
      {edit && (
        <Form
          key={edit.node?.id ?? 'new'}
          tree={kind}
          {...edit}
          next={Math.max(0, ...(below.get(edit.parent) ?? []).map((n) => n.order)) + 1}
          hasBelow={edit.node !== undefined && (below.get(edit.node.id)?.length ?? 0) > 0}
          onClose={() => setEdit(undefined)}
        />
      )}
    </>
  );
}

interface BranchProps {
  kind: Kind;
  nodes: Node[];
  below: Map<Id | null, Node[]>;
  edit: (e: { node?: Node; parent: Id | null; kind: Node['kind'] }) => void;
  depth: number;
}

function Branch({ kind, nodes, below, edit, depth }: BranchProps) {
  const names = useKindNames();
  const who = useName();
  const { changeSetting } = useCommands();
  if (nodes.length === 0) return null;
  return (
    <ul className={depth === 0 ? s.tree : s.branch}>
      {nodes.map((n, i) => {
        const at = (steps[kind] as readonly string[]).indexOf(n.kind);
        const child = steps[kind][at + 1];
        const charge = 'in_charge' in n ? (n.in_charge ?? []).map(who).join(', ') : '';
        return (
          <li key={n.id}>
            <div className={s.node}>
              <button type="button" className={s.main} onClick={() => edit({ node: n, parent: n.parent_id, kind: n.kind })}>
                {'code' in n && n.code && <span className="mono quiet">{n.code}</span>}
                <span className={s[n.kind === 'building' || n.kind === 'category' ? 'strong' : 'plain']}>{n.name}</span>
                {charge && <span className="quiet">{charge}</span>}
              </button>
              {child && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={`${names[child].add}: ${n.name}`}
                  onClick={() => edit({ parent: n.id, kind: child })}
                >
                  {names[child].add}
                </Button>
              )}
              <Mover list={nodes} at={i} name={n.name} move={(id, order) => void changeSetting(kind, id, { order })} />
            </div>
            <Branch kind={kind} nodes={below.get(n.id) ?? []} below={below} edit={edit} depth={depth + 1} />
          </li>
        );
      })}
    </ul>
  );
}

interface FormProps {
  tree: Kind;
  node?: Node;
  parent: Id | null;
  kind: Node['kind'];
  next: number;
  hasBelow: boolean;
  onClose: () => void;
}

const refs = (list: readonly InCharge[] | undefined) => (list ?? []).map((c) => `${c.kind}:${c.id}`);

function Form({ tree, node, parent, kind, next, hasBelow, onClose }: FormProps) {
  const { t, i18n } = useLingui();
  const names = useKindNames();
  const people = usePeople();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const points = useThings('points');
  const { putSetting, changeSetting, removeSetting } = useCommands();
  const place = tree === 'locations';
  const used = node !== undefined && points.some((p) => (place ? p.location_id : p.category_id) === node.id);
  const form = useForm({
    initialValues: {
      name: node?.name ?? '',
      code: node && 'code' in node ? node.code : '',
      in_charge: node && 'in_charge' in node ? refs(node.in_charge) : [],
    },
    validate: { name: (v) => (v.trim() ? null : t`Give it a name.`) },
  });
  const submit = form.onSubmit(async (v) => {
    const in_charge = v.in_charge.map((x): InCharge => {
      const [k, id] = x.split(':');
      return { kind: k as InChargeKind, id: id ?? '' };
    });
    if (place) {
      const fields = { name: v.name.trim(), code: v.code.trim() };
      if (node) await changeSetting('locations', node.id, fields);
      else await putSetting('locations', { ...fields, parent_id: parent, kind: kind as Location['kind'], order: next });
    } else {
      const fields = { name: v.name.trim(), in_charge };
      if (node) await changeSetting('categories', node.id, fields);
      else await putSetting('categories', { ...fields, parent_id: parent, kind: kind as Category['kind'], order: next });
    }
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={node?.name ?? names[kind].name} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Stack gap="sm">
          <TextInput label={<Trans>Name</Trans>} maxLength={120} data-autofocus {...form.getInputProps('name')} />
          {place ? (
            <TextInput
              label={<Trans>Code</Trans>}
              description={<Trans>As on the plans: 2.05</Trans>}
              maxLength={20}
              {...form.getInputProps('code')}
            />
          ) : (
            <MultiSelect
              label={<Trans>In charge</Trans>}
              description={<Trans>Proposed when someone makes a point of this category.</Trans>}
              searchable
              data={[
                { group: t`Companies`, items: companies.map((c) => ({ value: `company:${c.id}`, label: c.name })) },
                { group: t`Roles`, items: roles.map((r) => ({ value: `role:${r.id}`, label: r.name })) },
                {
                  group: t`People`,
                  items: people
                    .filter((p) => (!p.former && !p.limited) || form.values.in_charge.includes(`person:${p.id}`))
                    .map((p) => ({ value: `person:${p.id}`, label: personName(p, i18n) })),
                },
              ]}
              {...form.getInputProps('in_charge')}
            />
          )}
          <Group justify="space-between">
            {node ? (
              <Button
                variant="subtle"
                color="brick"
                disabled={used || hasBelow}
                title={used ? t`Points use this` : hasBelow ? t`Others stand below it` : undefined}
                onClick={() => void removeSetting(tree, node.id).then(onClose)}
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
