/** What can be done with saved views: open one, save, share, delete. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { View } from '@/api/types';
import { useCommands, useMay, useThings } from '@/store';
import { type Opener, toast, useBegin } from '@/ui';
import { searchOf, viewQuery } from './search';
import type { ViewsProps } from './Views';

const SaveView = lazy(() => import('./SaveView').then((m) => ({ default: m.SaveView })));

export default function ViewsMenu({ search, columns, onChange, button }: ViewsProps & { button: Opener }) {
  const { t } = useLingui();
  const commands = useCommands();
  const manager = useMay('manager');
  const { ref, opened, setOpened } = useBegin();
  const views = useThings('views')
    .filter((v) => !/(^|&)programme=/.test(v.query))
    .sort((a, b) => a.name.localeCompare(b.name));
  const [saving, setSaving] = useState<View | 'new' | null>(null);
  const query = viewQuery(search, columns);
  const now = views.find((v) => v.id === search.view);
  const changed = now !== undefined && now.query !== query;
  const may = (v: View) => !v.shared || manager;
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
      <Menu.Item key={v.id} onClick={() => onChange({ ...searchOf(v.query), view: v.id })} fw={v.id === search.view ? 600 : undefined}>
        {v.name}
      </Menu.Item>
    ));
  return (
    <>
      <Menu opened={opened} onChange={setOpened} shadow="md" position="bottom-start" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <button type="button" ref={ref} {...button} />
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
