import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useActions } from '@/actions/react';
import { useMay, useMaybeProject } from '@/store';
import { forgetUndo, toast, undoLast } from '@/ui';

const Palette = lazy(() => import('./Palette'));
const Help = lazy(() => import('./Help'));
const Waiting = lazy(() => import('./Waiting'));

/** Commands holds what can be done from anywhere, and the three windows that these open. */
export function Commands() {
  const project = useMaybeProject();
  return (
    <>
      <AppCommands />
      {project && <ProjectCommands id={project.id} />}
    </>
  );
}

function AppCommands() {
  const navigate = useNavigate();
  const { t } = useLingui();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useActions([
    { id: 'palette', name: msg`Search and commands`, section: 'app', keys: 'mod+k', silent: true, run: () => setPalette(true) },
    {
      id: 'undo',
      name: msg`Undo the last change`,
      section: 'app',
      keys: 'mod+z',
      run: () => void undoLast().then((done) => toast(done ? t`Undone` : t`There is nothing to undo`)),
    },
    { id: 'help', name: msg`Keyboard shortcuts`, section: 'app', keys: '?', run: () => setHelp(true) },
    {
      id: 'go-account',
      name: msg`Account`,
      section: 'go',
      keys: 'g a',
      words: msg`profile language time zone sign out`,
      run: () => void navigate({ to: '/account' }),
    },
    {
      id: 'go-privacy',
      name: msg`Your data`,
      section: 'go',
      keys: 'g y',
      words: msg`privacy download export erase delete consent rights`,
      run: () => void navigate({ to: '/account/privacy' }),
    },
    { id: 'go-projects', name: msg`All projects`, section: 'go', keys: 'g j', run: () => void navigate({ to: '/projects' }) },
    { id: 'light', name: msg`Light colours`, section: 'view', words: msg`theme day`, run: () => setColorScheme('light') },
    { id: 'dark', name: msg`Dark colours`, section: 'view', words: msg`theme night`, run: () => setColorScheme('dark') },
    {
      id: 'scheme',
      name: msg`Switch between light and dark`,
      section: 'view',
      keys: 'mod+j',
      silent: true,
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
  ]);
  return (
    <Suspense fallback={null}>
      {palette && <Palette onClose={() => setPalette(false)} />}
      {help && <Help onClose={() => setHelp(false)} />}
    </Suspense>
  );
}

function ProjectCommands({ id }: { id: string }) {
  const navigate = useNavigate();
  const params = { project: id };
  const contributor = useMay('contributor');
  const [waiting, setWaiting] = useState(false);
  const { i18n } = useLingui();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each project has its own
  useEffect(() => forgetUndo, [id]);
  useActions(
    [
      { id: 'go-today', name: msg`Today`, section: 'go', keys: 'g t', run: () => void navigate({ to: '/p/$project/today', params }) },
      {
        id: 'go-plans',
        name: msg`Plans`,
        section: 'go',
        keys: 'g d',
        words: msg`drawings sheets`,
        run: () => void navigate({ to: '/p/$project/plans', params }),
      },
      {
        id: 'go-points',
        name: msg`Points`,
        section: 'go',
        keys: 'g i',
        words: msg`remarks snags list`,
        run: () => void navigate({ to: '/p/$project/points', params }),
      },
      {
        id: 'go-mine',
        name: msg`Points in my charge`,
        section: 'go',
        keys: 'g m',
        run: () => void navigate({ to: '/p/$project/points', params, search: { mine: true } }),
      },
      {
        id: 'go-overdue',
        name: msg`Overdue points`,
        section: 'go',
        keys: 'g o',
        run: () => void navigate({ to: '/p/$project/points', params, search: { overdue: true } }),
      },
      { id: 'go-reports', name: msg`Reports`, section: 'go', keys: 'g r', run: () => void navigate({ to: '/p/$project/reports', params }) },
      {
        id: 'go-programme',
        name: msg`Programme`,
        section: 'go',
        keys: 'g l',
        words: msg`gantt activities planning`,
        run: () => void navigate({ to: '/p/$project/programme', params }),
      },
      {
        id: 'go-activities',
        name: msg`Activities`,
        section: 'go',
        keys: 'g j',
        words: msg`progress report problem programme`,
        run: () => void navigate({ to: '/p/$project/activities', params }),
      },
      { id: 'go-device', name: msg`On this device`, section: 'go', run: () => void navigate({ to: '/p/$project/device', params }) },
      { id: 'go-people', name: msg`People`, section: 'go', keys: 'g p', run: () => void navigate({ to: '/p/$project/people', params }) },
      {
        id: 'go-exchange',
        name: msg`Import and export`,
        section: 'go',
        words: msg`BCF IFC XLSX CSV calendar exchange`,
        run: () => void navigate({ to: '/p/$project/exchange', params }),
      },
      {
        id: 'go-settings',
        name: msg`Project settings`,
        section: 'go',
        keys: 'g s',
        run: () => void navigate({ to: '/p/$project/settings', params }),
      },
      {
        id: 'waiting',
        name: msg`What is not sent yet`,
        section: 'app',
        keys: 'g w',
        words: msg`outbox conflicts offline sync`,
        run: () => setWaiting(true),
      },
      ...(contributor
        ? ([
            {
              id: 'new-point',
              name: msg`New point`,
              section: 'make',
              keys: 'c',
              run: () => void navigate({ to: '/p/$project/points', params, search: { new: true } }),
            },
            {
              id: 'new-report',
              name: msg`New report`,
              section: 'make',
              run: () => void navigate({ to: '/p/$project/reports', params, search: { new: true } }),
            },
          ] as const)
        : []),
    ],
    [contributor, id, i18n.locale],
  );
  return <Suspense fallback={null}>{waiting && <Waiting onClose={() => setWaiting(false)} />}</Suspense>;
}
