import { Trans, useLingui } from '@lingui/react/macro';
import { Tabs } from '@mantine/core';
import { atLeast, useLoaded, useMay, useProject, useThings } from '@/store';
import { EmptyState, Page, Skeleton } from '@/ui';
import { Lists } from './Lists';
import { Roles } from './Roles';
import s from './Settings.module.css';
import { Statuses } from './Statuses';
import { Tree } from './Tree';

/** The project's own words: statuses, places, categories, roles. Managers set them; participants are on the people page. */
export function SettingsPage() {
  const { t } = useLingui();
  const project = useProject();
  const manager = useMay('manager');
  const lists = useThings('lists').some((l) => atLeast(l.level, 'manager')); // of a list alone, perhaps
  const may = manager || lists;
  const loaded = useLoaded();
  return (
    <Page title={t`Project settings`} subtitle={project.name} reading>
      {!loaded ? (
        <Skeleton rows={8} />
      ) : !may ? (
        <EmptyState title={<Trans>Managers set these</Trans>}>
          <Trans>Statuses, locations and categories are set by the project's managers. An administrator can make you one.</Trans>
        </EmptyState>
      ) : (
        <Tabs key={String(manager)} defaultValue={manager ? 'statuses' : 'lists'} keepMounted={false}>
          <Tabs.List className={s.tabs} aria-label={t`Project settings`}>
            {manager && (
              <Tabs.Tab value="statuses">
                <Trans>Statuses</Trans>
              </Tabs.Tab>
            )}
            <Tabs.Tab value="lists">
              <Trans>Lists</Trans>
            </Tabs.Tab>
            {manager && (
              <>
                <Tabs.Tab value="locations">
                  <Trans>Locations</Trans>
                </Tabs.Tab>
                <Tabs.Tab value="categories">
                  <Trans>Categories</Trans>
                </Tabs.Tab>
                <Tabs.Tab value="roles">
                  <Trans>Roles</Trans>
                </Tabs.Tab>
              </>
            )}
          </Tabs.List>
          <Tabs.Panel value="statuses">
            <Statuses />
          </Tabs.Panel>
          <Tabs.Panel value="lists">
            <Lists />
          </Tabs.Panel>
          <Tabs.Panel value="locations">
            <Tree kind="locations" />
          </Tabs.Panel>
          <Tabs.Panel value="categories">
            <Tree kind="categories" />
          </Tabs.Panel>
          <Tabs.Panel value="roles">
            <Roles />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}
