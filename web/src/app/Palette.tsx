import '@mantine/spotlight/styles.css';
import { useLingui } from '@lingui/react/macro';
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useAllActions } from '@/actions/react';
import type { Action } from '@/actions/registry';
import { useMaybeProject } from '@/store';
import { Keys } from './Keys';
import { sectionNames } from './sections';

const [store, spotlight] = createSpotlight();

/** Palette finds commands and, in a project, its points and sheets. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const actions = useAllActions();
  const project = useMaybeProject();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  useEffect(() => spotlight.open(), []);

  const groups = useMemo(() => {
    const name = (a: Action) => (typeof a.name === 'string' ? a.name : i18n._(a.name));
    const out: (SpotlightActionGroupData | SpotlightActionData)[] = [];
    const q = query.trim().toLowerCase();
    const params = { project: project?.id ?? '' };
    if (project && q.length > 1) {
      const points = project.pool
        .list('points')
        .filter((p) => p.subject.toLowerCase().includes(q) || p.number?.toLowerCase().includes(q))
        .slice(0, 8);
      if (points.length > 0)
        out.push({
          group: t`Points`,
          actions: points.map((p) => ({
            id: p.id,
            label: p.subject,
            description: p.number ?? undefined,
            onClick: () => void navigate({ to: '/p/$project/points', params, search: { point: p.id } }),
          })),
        });
      const sheets = project.pool
        .list('sheets')
        .filter((s) => `${s.number} ${s.name}`.toLowerCase().includes(q))
        .slice(0, 6);
      if (sheets.length > 0)
        out.push({
          group: t`Plans`,
          actions: sheets.map((s) => ({
            id: s.id,
            label: `${s.number} ${s.name}`.trim(),
            onClick: () => void navigate({ to: '/p/$project/plans/$sheet', params: { ...params, sheet: s.id } }),
          })),
        });
    }
    for (const section of ['make', 'go', 'view', 'app'] as const) {
      const list = actions.filter((a) => a.section === section && !a.silent);
      if (list.length === 0) continue;
      out.push({
        group: i18n._(sectionNames[section]),
        actions: list.map((a) => ({
          id: a.id,
          label: name(a),
          keywords: a.words ? i18n._(a.words) : undefined,
          rightSection: a.keys ? <Keys keys={a.keys} /> : undefined,
          onClick: a.run,
        })),
      });
    }
    return out;
  }, [actions, i18n, t, query, project, navigate]);

  return (
    <Spotlight
      store={store}
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      limit={30}
      nothingFound={t`Nothing found`}
      attributes={{ content: { 'aria-label': t`Search and commands` } }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      searchProps={{ placeholder: t`Search points, plans and commands`, 'aria-label': t`Search points, plans and commands` }}
      transitionProps={{ duration: 80 }}
    />
  );
}
