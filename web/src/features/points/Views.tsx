/** Saved views: a name for what is filtered, sorted, grouped and shown. One's own, or shared with the project by a manager. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useActions } from '@/actions/react';
import { useThings } from '@/store';
import { later, Opening } from '@/ui';
import s from './points.module.css';
import { type PointSearch, searchOf, viewQuery } from './search';

export interface ViewsProps {
  search: PointSearch;
  columns: string;
  onChange: (next: PointSearch) => void;
}

const ViewsMenu = later<ViewsProps>(() => import('./ViewsMenu'));

export function Views(props: ViewsProps) {
  const { search, columns, onChange } = props;
  const { t } = useLingui();
  // Those of the programme are shown there.
  const views = useThings('views').filter((v) => !/(^|&)programme=/.test(v.query));
  const now = views.find((v) => v.id === search.view);
  const changed = now !== undefined && now.query !== viewQuery(search, columns);
  useActions(
    views.map((v) => ({
      id: `view.${v.id}`,
      name: t`View: ${v.name}`,
      section: 'view' as const,
      run: () => onChange({ ...searchOf(v.query), view: v.id }),
    })),
    [views.map((v) => v.id + v.name + v.query).join()],
  );
  const face = now ? (
    <>
      <Trans>View</Trans> <b>{now.name}</b>
      {changed && <span title={t`Changed since it was saved`}>*</span>}
    </>
  ) : (
    <Trans>Views</Trans>
  );
  return <Opening of={ViewsMenu} gives={props} button={{ className: s.chip, 'data-on': now !== undefined || undefined, children: face }} />;
}
