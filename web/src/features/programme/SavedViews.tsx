/** Filters, groups and picture of the programme under a name: one's own, or the project's. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useCommands, useMay, useThings } from '@/store';
import { toast } from '@/ui';
import { type ProgrammeSearch, readSearch, viewQuery } from './choice';
import s from './programme.module.css';

const SaveView = lazy(() => import('../points/SaveView').then((m) => ({ default: m.SaveView })));

export function SavedViews({ search, set }: { search: ProgrammeSearch; set: (next: ProgrammeSearch, replace?: boolean) => void }) {
  const commands = useCommands();
  const { t } = useLingui();
  const manager = useMay('manager');
  const [saving, setSaving] = useState(false);
  const views = useThings('views')
    .filter((v) => /(^|&)programme=/.test(v.query))
    .sort((a, b) => a.name.localeCompare(b.name));
  const now = views.find((v) => v.id === search.view);
  const query = viewQuery(search);
  const changed = now !== undefined && now.query !== query;
  const remove = async (id: string) => {
    const v = views.find((x) => x.id === id);
    if (!v) return;
    set({ ...search, view: undefined });
    await commands.removeSetting('views', id);
    toast(t`View deleted`, () => commands.putView({ name: v.name, query: v.query, shared: v.shared }));
  };
  return (
    <>
      <Menu shadow="md" position="bottom-start" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <button type="button" className={s.chip} data-on={now !== undefined || undefined}>
            {now ? (
              <>
                <b>{now.name}</b>
                {changed && <span title={t`Changed since it was saved`}>*</span>}
              </>
            ) : (
              <Trans>Views</Trans>
            )}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map((v) => (
            <Menu.Item
              key={v.id}
              fw={v.id === search.view ? 600 : undefined}
              onClick={() => {
                const next = readSearch(Object.fromEntries(new URLSearchParams(v.query)));
                set({ ...next, programme: next.programme === 'gantt' ? undefined : next.programme, id: search.id, view: v.id });
              }}
            >
              {v.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          {now && changed && (!now.shared || manager) && (
            <Menu.Item
              onClick={() => {
                const was = now.query;
                void commands.changeSetting('views', now.id, { query });
                toast(t`View changed`, () => commands.changeSetting('views', now.id, { query: was }));
              }}
            >
              <Trans>Keep the changes in “{now.name}”</Trans>
            </Menu.Item>
          )}
          <Menu.Item onClick={() => setSaving(true)}>
            <Trans>Save this view</Trans>
          </Menu.Item>
          {now && (!now.shared || manager) && (
            <Menu.Item color="brick" onClick={() => void remove(now.id)}>
              <Trans>Delete “{now.name}”</Trans>
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {saving && (
          <SaveView
            view={null}
            manager={manager}
            onClose={() => setSaving(false)}
            onSave={async (name, shared) => {
              setSaving(false);
              const id = await commands.putView({ name, query, shared });
              set({ ...search, view: id });
              toast(t`View saved`, () => commands.removeSetting('views', id));
            }}
          />
        )}
      </Suspense>
    </>
  );
}
