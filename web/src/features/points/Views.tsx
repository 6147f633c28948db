/** Saved views: a name for what is filtered, sorted, grouped and shown. One's own, or shared with the project by a manager. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useActions } from '@/actions/react';
import type { View } from '@/api/types';
import { useCommands, useMay, useThings } from '@/store';
import { toast } from '@/ui';
import s from './points.module.css';
import { type PointSearch, searchOf, viewQuery } from './search';

const SaveView = lazy(() => import('./SaveView').then((m) => ({ default: m.SaveView })));

export function Views({ search, columns, onChange }: { search: PointSearch; columns: string; onChange: (next: PointSearch) => void }) {
  const { t } = useLingui();
  const commands = useCommands();
  const manager = useMay('manager');
  const views = [...useThings('views')].sort((a, b) => a.name.localeCompare(b.name));
  const [saving, setSaving] = useState<View | 'new' | null>(null);
  const query = viewQuery(search, columns);
  const now = views.find((v) => v.id === search.view);
  const changed = now !== undefined && now.query !== query;
  const may = (v: View) => !v.shared || manager;
  const open = (v: View) => onChange({ ...searchOf(v.query), view: v.id });
  useActions(
    views.map((v) => ({
      id: `view.${v.id}`,
      name: t`View: ${v.name}`,
      section: 'view' as const,
      run: () => open(v),
    })),
    [views.map((v) => v.id + v.name + v.query).join()],
  );
  const remove = async (v: View) => {
    if (search.view === v.id) onChange({ ...search, view: undefined });
    await commands.removeSetting('views', v.id);
    toast(t`View deleted`, () => commands.putView({ name: v.name, query: v.query, shared: v.shared }));
  };
  const update = async (v: View) => {
    const was = v.query;
    await commands.changeSetting('views', v.id, { query });
    toast(t`View changed`, () => commands.changeSetting('views', v.id, { query: was }));
  };
  const [own, shared] = [views.filter((v) => !v.shared), views.filter((v) => v.shared)];
  const items = (list: readonly View[]) =>
    list.map((v) => (
      <Menu.Item key={v.id} onClick={() => open(v)} fw={v.id === search.view ? 600 : undefined}>
        {v.name}
      </Menu.Item>
    ));
  return (
    <>
      <Menu shadow="md" position="bottom-start" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <button type="button" className={s.chip} data-on={now !== undefined || undefined}>
            {now ? (
              <>
                <Trans>View</Trans> <b>{now.name}</b>
                {changed && <span title={t`Changed since it was saved`}>*</span>}
              </>
            ) : (
              <Trans>Views</Trans>
            )}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {own.length > 0 && <Menu.Label>{t`Mine`}</Menu.Label>}
          {items(own)}
          {shared.length > 0 && <Menu.Label>{t`Shared with the project`}</Menu.Label>}
          {items(shared)}
          {views.length > 0 && <Menu.Divider />}
          {now && changed && may(now) && (
            <Menu.Item onClick={() => void update(now)}>
              <Trans>Keep the changes in “{now.name}”</Trans>
            </Menu.Item>
          )}
          <Menu.Item onClick={() => setSaving('new')}>
            <Trans>Save this view</Trans>
          </Menu.Item>
          {now && may(now) && (
            <>
              <Menu.Item onClick={() => setSaving(now)}>
                <Trans>Rename or share</Trans>
              </Menu.Item>
              <Menu.Item color="brick" onClick={() => void remove(now)}>
                <Trans>Delete “{now.name}”</Trans>
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {saving && (
          <SaveView
            view={saving === 'new' ? null : saving}
            manager={manager}
            onClose={() => setSaving(null)}
            onSave={async (name, share) => {
              const it = saving;
              setSaving(null);
              if (it === 'new') {
                const id = await commands.putView({ name, query, shared: share });
                onChange({ ...search, view: id });
                toast(t`View saved`, () => commands.removeSetting('views', id));
                return;
              }
              await commands.changeSetting('views', it.id, { name, ...(share !== it.shared && { shared: share }) });
              toast(t`View changed`, () => commands.changeSetting('views', it.id, { name: it.name, shared: it.shared }));
            }}
          />
        )}
      </Suspense>
    </>
  );
}
