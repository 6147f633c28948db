/** What of a project lies on this device: a person chooses sheets or all of them, sees what they take, and takes them off again. */
import { plural } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, NativeSelect, Progress, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Sheet } from '@/api/types';
import { lasting } from '@/app/install';
import { useLoaded, useOpenProject, useProject, useSheets, useSync } from '@/store';
import { EmptyState, Page, Section, Skeleton, toast } from '@/ui';
import { type Ahead, aheadOf } from './ahead';
import { size } from './bytes';
import s from './Device.module.css';
import { chosen, type Doing, type Keeper, type KeeperState, keeperOf } from './keeper';
import { sheetTitle } from './sheets';

function useKeeper(): { keeper: Keeper; state: KeeperState } {
  const keeper = keeperOf(useOpenProject());
  useEffect(() => void keeper.start().catch(() => undefined), [keeper]); // closed meanwhile
  return { keeper, state: useSyncExternalStore(keeper.subscribe, keeper.state) };
}

export function DevicePage() {
  const { t } = useLingui();
  const { name } = useProject();
  const { keeper, state } = useKeeper();
  const sheets = useSheets();
  const loaded = useLoaded();
  return (
    <Page title={t`On this device`} subtitle={name} reading>
      {!loaded || !state.ready ? (
        <Skeleton />
      ) : (
        <>
          <Whole keeper={keeper} state={state} sheets={sheets} />
          <Section title={<Trans>Sheets</Trans>}>
            {sheets.length === 0 ? (
              <EmptyState title={<Trans>No plans yet</Trans>}>
                <Trans>Sheets that a manager uploads can be chosen here.</Trans>
              </EmptyState>
            ) : (
              <ul className={s.rows}>
                {sheets.map((x) => (
                  <Row key={x.id} sheet={x} keeper={keeper} state={state} />
                ))}
              </ul>
            )}
            <Earlier keeper={keeper} state={state} sheets={sheets} />
          </Section>
          <Pictures />
        </>
      )}
    </Page>
  );
}

interface Part {
  keeper: Keeper;
  state: KeeperState;
}

/** Whole is the project as one, how far it is, and how much room there is. */
function Whole({ keeper, state, sheets }: Part & { sheets: readonly Sheet[] }) {
  const { t, i18n } = useLingui();
  const { online } = useSync();
  const all = sheets.reduce((n, x) => n + (x.revision?.bytes ?? 0), 0);
  const here = [...state.saved.values()].reduce((n, x) => n + x.bytes, 0);
  const want = sheets.filter((x) => chosen(state.choice, x.id));
  const due = want.reduce((n, x) => n + (x.revision?.bytes ?? 0), 0);
  const done = want.reduce((n, x) => n + part(x, state) * (x.revision?.bytes ?? 0), 0);
  const busy = [...state.doing.values()].some((d) => d.state !== 'failed');
  const failed = [...state.doing.values()].filter((d) => d.state === 'failed').length;
  return (
    <Section title={<Trans>This project</Trans>}>
      <Switch
        className={s.whole}
        labelPosition="left"
        label={t`Keep all plans here`}
        description={t`${plural(sheets.length, { one: '# sheet', other: '# sheets' })}, ${size(all, i18n)} in all. New sheets and revisions come by themselves when there is a network.`}
        checked={state.choice.all}
        onChange={(e) => {
          const on = e.currentTarget.checked;
          void keeper.keepAll(on);
          if (on) void lasting();
        }}
        disabled={sheets.length === 0}
      />
      {busy && (
        <div className={s.progress}>
          <Progress value={due > 0 ? (100 * done) / due : 0} aria-label={t`Fetching plans`} />
          <span role="status" className="quiet">
            {online ? (
              <Trans>
                {size(done, i18n)} of {size(due, i18n)} fetched
              </Trans>
            ) : (
              <Trans>Waiting for a network</Trans>
            )}
          </span>
        </div>
      )}
      {failed > 0 && (
        <p role="alert">
          <Trans>Some sheets could not be fetched.</Trans>{' '}
          <Button size="compact-sm" variant="default" onClick={() => keeper.retry()}>
            <Trans>Try again</Trans>
          </Button>
        </p>
      )}
      <Room here={here} />
      <p className="quiet">
        <Trans>Points and people are here already, as far as this device holds them. A plan that you open is kept too.</Trans>
      </p>
    </Section>
  );
}

/** Room is what plans take, what the browser would still give, and whether it promised to leave it. */
function Room({ here }: { here: number }) {
  const { i18n } = useLingui();
  const [free, setFree] = useState<number | null>(null);
  const [kept, setKept] = useState<boolean | undefined>();
  const [asked, setAsked] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is here is a reason to look again
  useEffect(() => {
    let live = true;
    void navigator.storage?.estimate?.().then(
      (e) => live && setFree(e.quota === undefined ? null : Math.max(0, e.quota - (e.usage ?? 0))),
      () => undefined,
    );
    void navigator.storage?.persisted?.().then(
      (p) => live && setKept(p),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [here]);
  const ask = async () => {
    setKept((await lasting()) ?? false);
    setAsked(true);
  };
  return (
    <dl className={s.room}>
      <dt>
        <Trans>Plans on this device</Trans>
      </dt>
      <dd data-testid="plans-size">{size(here, i18n)}</dd>
      {free !== null && (
        <>
          <dt>
            <Trans>Room that is left</Trans>
          </dt>
          <dd>{size(free, i18n)}</dd>
        </>
      )}
      {kept !== undefined && (
        <>
          <dt>
            <Trans>When the device gets full</Trans>
          </dt>
          <dd>
            {kept ? (
              <Trans>The browser leaves this alone</Trans>
            ) : asked ? (
              <Trans>The browser may throw this away; installing the app helps</Trans>
            ) : (
              <>
                <Trans>The browser may throw this away</Trans>{' '}
                <Button size="compact-sm" variant="default" onClick={() => void ask()}>
                  <Trans>Ask it not to</Trans>
                </Button>
              </>
            )}
          </dd>
        </>
      )}
    </dl>
  );
}

/** part is how much of a sheet's newest revision is here, from 0 to 1. */
function part(sheet: Sheet, state: KeeperState): number {
  if (sheet.revision && state.saved.has(sheet.revision.id)) return 1;
  const d = state.doing.get(sheet.id);
  return d?.state === 'saving' ? d.part : 0;
}

function Row({ sheet, keeper, state }: Part & { sheet: Sheet }) {
  const { t, i18n } = useLingui();
  const title = sheetTitle(sheet);
  const yes = chosen(state.choice, sheet.id);
  const here = sheet.revision && state.saved.get(sheet.revision.id);
  const { project_id: project } = sheet;
  return (
    <li data-kept={here ? 'true' : undefined}>
      <span className={s.name}>
        <Link to="/p/$project/plans/$sheet" params={{ project, sheet: sheet.id }}>
          {title}
        </Link>
        <span className="quiet">
          {size(here?.bytes ?? sheet.revision?.bytes ?? 0, i18n)} · <How here={!!here} yes={yes} doing={state.doing.get(sheet.id)} />
        </span>
      </span>
      {here && !yes && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t`Remove ${title} from this device`}
          onClick={() => void keeper.drop([here.key])}
        >
          <Trans>Remove</Trans>
        </Button>
      )}
      <Switch
        aria-label={t`Keep ${title} on this device`}
        checked={yes}
        onChange={(e) => {
          const on = e.currentTarget.checked;
          void keeper.keep(sheet.id, on);
          if (on) void lasting();
        }}
      />
    </li>
  );
}

/** How a sheet stands, in words. */
function How({ here, yes, doing }: { here: boolean; yes: boolean; doing: Doing | undefined }) {
  const { online } = useSync();
  if (here) return yes ? <Trans>on this device</Trans> : <Trans>on this device, since it was opened</Trans>;
  if (doing?.state === 'saving') {
    const percent = Math.round(doing.part * 100);
    return <Trans>fetching, {percent} %</Trans>;
  }
  if (doing?.state === 'failed') {
    switch (doing.reason) {
      case 'no-space':
        return <Trans>no room left on this device: remove something, then try again</Trans>;
      case 'offline':
        return <Trans>comes when there is a network</Trans>;
      case 'damaged':
        return <Trans>came damaged: try again</Trans>;
      default:
        return <Trans>the server did not give it: try again later</Trans>;
    }
  }
  if (yes) return online ? <Trans>waiting for its turn</Trans> : <Trans>comes when there is a network</Trans>;
  return <Trans>not here</Trans>;
}

/** Earlier is revisions that are no longer the newest, and sheets that are gone. */
function Earlier({ keeper, state, sheets }: Part & { sheets: readonly Sheet[] }) {
  const { i18n } = useLingui();
  const newest = new Set(sheets.flatMap((x) => x.revision?.id ?? []));
  const old = [...state.saved.values()].filter((x) => !newest.has(x.key));
  if (old.length === 0) return null;
  const bytes = old.reduce((n, x) => n + x.bytes, 0);
  return (
    <p className={s.line}>
      <span>
        <Trans>Earlier revisions: {size(bytes, i18n)}</Trans>
      </span>
      <Button size="compact-sm" variant="default" onClick={() => void keeper.drop(old.map((x) => x.key))}>
        <Trans>Remove earlier revisions</Trans>
      </Button>
    </p>
  );
}

/** Pictures are the copies of photos that were looked at. */
function Pictures() {
  const { t, i18n } = useLingui();
  const open = useOpenProject();
  const { photos } = open;
  const ahead = aheadOf(open);
  const state = useSyncExternalStore(ahead.subscribe, ahead.state);
  useEffect(() => void ahead.start().catch(() => undefined), [ahead]); // closed meanwhile
  const [bytes, set] = useState<number>();
  const look = useCallback(
    () =>
      void photos.bytes().then(set, () => {
        // Closed meanwhile.
      }),
    [photos],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is here is a reason to look again
  useEffect(look, [look, state.busy, state.choice]);
  return (
    <Section title={<Trans>Photos</Trans>}>
      <NativeSelect
        className={s.ahead}
        label={<Trans>Fetch photos ahead</Trans>}
        description={
          state.photos === 0 ? (
            <Trans>Of the points on the sheets that you keep here. Choose sheets first.</Trans>
          ) : (
            <Plural
              value={state.photos}
              one="# photo, of the points on the sheets that you keep here."
              other="# photos, of the points on the sheets that you keep here."
            />
          )
        }
        value={state.choice}
        disabled={!state.ready || (state.photos === 0 && state.choice === 'none')}
        onChange={(e) => {
          const choice = e.currentTarget.value as Ahead;
          void ahead.choose(choice);
          if (choice !== 'none') void lasting();
        }}
        data={[
          { value: 'none', label: t`No` },
          { value: 'thumb', label: t`Small, about ${size(state.bytes.thumb, i18n)}` },
          { value: 'full', label: t`Whole, ${size(state.bytes.full, i18n)}` },
        ]}
      />
      {state.choice !== 'none' && state.photos > 0 && (
        <div className={s.progress}>
          {state.busy && <Progress value={(100 * state.here) / state.photos} aria-label={t`Fetching photos`} />}
          <span role="status" className="quiet">
            <Trans>
              {state.here} of {state.photos} are here
            </Trans>
          </span>
        </div>
      )}
      {state.failed !== '' && (
        <p role="alert">
          {state.failed === 'no-space' ? (
            <Trans>No room left on this device: remove something, then try again.</Trans>
          ) : state.failed === 'offline' ? (
            <Trans>The rest comes when there is a network.</Trans>
          ) : (
            <Trans>Some photos could not be fetched.</Trans>
          )}{' '}
          <Button size="compact-sm" variant="default" onClick={() => void ahead.again()}>
            <Trans>Try again</Trans>
          </Button>
        </p>
      )}
      <p className={s.line}>
        <span>
          <Trans>Copies of photos on this device: {bytes === undefined || state.busy ? '…' : size(bytes, i18n)}</Trans>
        </span>
        {!!bytes && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() =>
              void ahead
                .choose('none') // what is fetched ahead would come back
                .then(() => photos.forget())
                .then(() => {
                  look();
                  toast(t`Copies of photos removed`);
                })
            }
          >
            <Trans>Remove copies</Trans>
          </Button>
        )}
      </p>
      <p className="quiet">
        <Trans>
          Those that were looked at go by themselves when there are too many, the oldest first. Photos that are still to be sent stay.
        </Trans>
      </p>
    </Section>
  );
}
