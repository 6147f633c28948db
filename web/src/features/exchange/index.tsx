import { Trans, useLingui } from '@lingui/react/macro';
import { Tabs } from '@mantine/core';
import { useLoaded, useMay, useProject } from '@/store';
import { Page, Skeleton } from '@/ui';
import { Bcf } from './Bcf';
import { Calendar } from './Calendar';
import s from './Exchange.module.css';
import { Ifc } from './Ifc';
import { Tables } from './Tables';

/** What comes in and goes out in the formats of other programs. Managers bring in, contributors take out, a calendar is for everybody. */
export function ExchangePage() {
  const { t } = useLingui();
  const project = useProject();
  const loaded = useLoaded();
  const contributor = useMay('contributor');
  const manager = useMay('manager');
  return (
    <Page title={t`Import and export`} subtitle={project.name} reading>
      {!loaded ? (
        <Skeleton rows={8} />
      ) : (
        <Tabs key={`${contributor} ${manager}`} defaultValue={contributor ? 'tables' : 'calendar'} keepMounted={false}>
          <Tabs.List className={s.tabs} aria-label={t`Import and export`}>
            {contributor && (
              <>
                <Tabs.Tab value="tables">
                  <Trans>Spreadsheets</Trans>
                </Tabs.Tab>
                <Tabs.Tab value="bcf">BCF</Tabs.Tab>
              </>
            )}
            {manager && <Tabs.Tab value="ifc">IFC</Tabs.Tab>}
            <Tabs.Tab value="calendar">
              <Trans>Calendar</Trans>
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="tables">
            <Tables />
          </Tabs.Panel>
          <Tabs.Panel value="bcf">
            <Bcf />
          </Tabs.Panel>
          <Tabs.Panel value="ifc">
            <Ifc />
          </Tabs.Panel>
          <Tabs.Panel value="calendar">
            <Calendar />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}
