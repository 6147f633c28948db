/** What a site has to do by the programme: what needs attention first, then now, then the next two weeks. All of it is in the address. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Id } from '@/api/types';
import { isMine, today, useMay, useMe, useProject, useSync, useThings } from '@/store';
import { type ShownActivity, useScheduled } from '@/store/activities';
import { EmptyState, LinkButton, Page, Panel, Skeleton } from '@/ui';
import { CardBody } from './ActivityCard';
import { ActivityDetail } from './ActivityDetail';
import s from './activities.module.css';
import { type ActivitySearch, type Bucket, bucketNames, bucketOf, buckets, byStart, finder, readActivitySearch, stateNames } from './words';

/** So many of a group are shown at first. */
const few = 30;

/** What waits for a manager's word is only for managers something to do. */
const nameOf = (b: Bucket, manager: boolean) => (b === 'sign' && !manager ? (stateNames[3] ?? bucketNames.sign) : bucketNames[b]);

export function ActivitiesPage() {
  const { t, i18n } = useLingui();
  const search = readActivitySearch(useSearch({ from: '/gate/p/$project/activities' }));
  const { project } = useParams({ from: '/gate/p/$project/activities' });
  const navigate = useNavigate();
  const zone = useProject().time_zone;
  const me = useMe();
  const guest = useMay('guest');
  const manager = useMay('manager');
  const programmes = useThings('programmes');
  const { online } = useSync();
  const { items, ready } = useScheduled();
  const all = guest && (search.all ?? manager);
  const day = today(zone);
  const set = (next: ActivitySearch, replace = true) =>
    void navigate({ to: '/p/$project/activities', params: { project }, search: next as never, replace });

  const { groups, total } = useMemo(() => {
    const fits = finder(search.q ?? '');
    const mine = items.filter((x) => (all || isMine(x.in_charge, me)) && fits(`${x.code} ${x.name} ${x.path.join(' ')}`));
    const groups = new Map<Bucket, ShownActivity[]>(buckets.map((b) => [b, []]));
    for (const x of mine) groups.get(bucketOf(x, day))?.push(x);
    for (const [b, list] of groups) list.sort(b === 'done' ? (p, q) => byStart(q, p) : byStart);
    return { groups, total: mine.length };
  }, [items, all, me, search.q, day]);
  const shown = search.only ? [search.only] : buckets.filter((b) => b !== 'done');
  const none = shown.every((b) => (groups.get(b)?.length ?? 0) === 0);

  return (
    <Page
      title={all ? t`Activities` : t`My activities`}
      subtitle={<Plural value={total} one="# activity" other="# activities" />}
      actions={
        guest && (
          <LinkButton variant="default" to="/p/$project/programme" params={{ project }} className={s.toProgramme}>
            <Trans>Programme</Trans>
          </LinkButton>
        )
      }
      panel={
        search.activity ? (
          <Panel label={t`Activity`} onClose={() => set({ ...search, activity: undefined } as ActivitySearch)}>
            <ActivityDetail
              key={search.activity}
              id={search.activity}
              onClose={() => set({ ...search, activity: undefined } as ActivitySearch)}
            />
          </Panel>
        ) : undefined
      }
    >
      <div className={s.side}>
        <div className={s.filters}>
          {guest && (
            <SegmentedControl
              size="sm"
              aria-label={t`Whose activities`}
              value={all ? 'all' : 'mine'}
              onChange={(v) => set({ ...search, all: v === 'all' })}
              data={[
                { value: 'mine', label: t({ message: 'Mine', context: 'activities' }) },
                { value: 'all', label: t({ message: 'All', context: 'activities' }) },
              ]}
            />
          )}
          <TextInput
            className={s.find}
            size="sm"
            type="search"
            aria-label={t`Find an activity`}
            placeholder={t`Name or code`}
            value={search.q ?? ''}
            onChange={(e) => set({ ...search, q: e.currentTarget.value || undefined } as ActivitySearch)}
          />
          <fieldset className={s.chips} aria-label={t`Which of them`}>
            {buckets.map((b) => {
              const n = groups.get(b)?.length ?? 0;
              const on = search.only === b;
              if (n === 0 && !on) return null;
              return (
                <button
                  key={b}
                  type="button"
                  className={s.chip}
                  data-bucket={b}
                  aria-pressed={on}
                  onClick={() => set({ ...search, only: on ? undefined : b } as ActivitySearch)}
                >
                  {i18n._(nameOf(b, manager))} <b>{i18n.number(n)}</b>
                </button>
              );
            })}
          </fieldset>
        </div>
        <div className={s.scroller}>
          {!ready && items.length === 0 ? (
            <Skeleton rows={10} />
          ) : programmes.length === 0 ? (
            <EmptyState title={<Trans>No programme yet</Trans>}>
              {manager ? (
                <Trans>Make or import a programme; its activities appear here for who is in charge of them.</Trans>
              ) : (
                <Trans>When a programme is made, what is in your charge appears here.</Trans>
              )}
            </EmptyState>
          ) : items.length === 0 && !online ? (
            <EmptyState title={<Trans>Not on this device yet</Trans>}>
              <Trans>The programme comes to this device as soon as there is a network.</Trans>
            </EmptyState>
          ) : none ? (
            <EmptyState
              title={search.q || search.only ? <Trans>Nothing found</Trans> : <Trans>Nothing to do</Trans>}
              action={
                search.q || search.only ? (
                  <Button variant="default" onClick={() => set({ ...(search.all !== undefined && { all: search.all }) })}>
                    <Trans>Show all again</Trans>
                  </Button>
                ) : undefined
              }
            >
              {all ? (
                <Trans>No activity of the programme is open.</Trans>
              ) : (
                <Trans>No open activity is in your charge, your company's or your role's.</Trans>
              )}
            </EmptyState>
          ) : (
            shown.map((b) => <Group key={b} bucket={b} list={groups.get(b) ?? []} open={search.activity} search={search} />)
          )}
        </div>
      </div>
    </Page>
  );
}

function Group({
  bucket,
  list,
  open,
  search,
}: {
  bucket: Bucket;
  list: readonly ShownActivity[];
  open: Id | undefined;
  search: ActivitySearch;
}) {
  const { i18n } = useLingui();
  const name = i18n._(nameOf(bucket, useMay('manager')));
  const { project } = useParams({ from: '/gate/p/$project/activities' });
  const [limit, setLimit] = useState(few);
  if (list.length === 0) return null;
  return (
    <section className={s.group} aria-label={name}>
      <h2 data-bucket={bucket}>
        {name} <em>{i18n.number(list.length)}</em>
      </h2>
      <ul>
        {list.slice(0, limit).map((x) => (
          <li key={x.id}>
            <Link
              className={s.card}
              data-open={x.id === open || undefined}
              to="/p/$project/activities"
              params={{ project }}
              search={{ ...search, activity: x.id } as never}
            >
              <CardBody x={x} />
            </Link>
          </li>
        ))}
      </ul>
      {list.length > limit && (
        <Button className={s.more} variant="default" size="compact-md" onClick={() => setLimit((n) => n + 100)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </section>
  );
}
