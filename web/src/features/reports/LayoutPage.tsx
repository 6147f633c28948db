import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Checkbox, ColorInput, FileButton, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call, Problem } from '@/api/client';
import type { ReportFact, ReportStyle, ReportStyleState } from '@/api/types';
import { fieldErrors } from '@/app/errors';
import { Answered, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { useSession } from '@/store';
import { EmptyState, Page, toast } from '@/ui';
import { contrast, least } from './contrast';
import s from './Layout.module.css';

const all: ReportFact[] = [
  'where',
  'in-charge',
  'due',
  'category',
  'list',
  'created',
  'closed',
  'description',
  'plan',
  'photos',
  'comments',
];

/** How the organisation's reports look: each choice is shown at once on a page that the server sets as it sets reports. */
export function LayoutPage() {
  const { t } = useLingui();
  const { org } = useParams({ from: '/gate/o/$org/reports' });
  const { organisations } = useSession();
  const mine = organisations.find((o) => o.id === org);
  const may = mine !== undefined && mine.role !== 'member';
  const asked = useAsk<ReportStyleState>(may ? `/organisations/${org}/report-style` : null);
  return (
    <Page title={t`Layout of reports`} subtitle={mine?.name}>
      <div className={s.page}>
        {may ? (
          <Answered asked={asked}>{(data) => <Form org={org} style={data} set={asked.set} again={asked.again} />}</Answered>
        ) : (
          <EmptyState title={<Trans>Managers of the organisation set these</Trans>}>
            <Trans>An owner or manager of the organisation can make you one.</Trans>
          </EmptyState>
        )}
      </div>
    </Page>
  );
}

function Form({ org, style, set, again }: { org: string; style: ReportStyleState; set: (s: ReportStyleState) => void; again: () => void }) {
  const { t, i18n } = useLingui();
  const path = `/organisations/${org}/report-style`;
  const { version, has_logo, ...fields } = style;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const names: Record<ReportFact, string> = {
    where: t`Location`,
    'in-charge': t`In charge`,
    due: t`Due date`,
    category: t`Category`,
    list: t`List`,
    created: t`When and by whom it was noted`,
    closed: t`When it was closed`,
    description: t`Description`,
    plan: t`Place on the plan`,
    photos: t`Photos`,
    comments: t`Comments`,
  };
  const form = useForm<ReportStyle>({
    initialValues: fields,
    validate: { accent: (v) => (contrast(v) >= least ? null : t`Too light to read on white.`) },
  });
  const ratio = contrast(form.values.accent);
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      const next = await call<ReportStyleState>(path, { method: 'PUT', body: { ...v, base: version } });
      set(next);
      const { version: _, has_logo: __, ...now } = next;
      form.setInitialValues(now);
      form.setValues(now);
      toast(t`Saved`);
    } catch (e) {
      if (e instanceof Problem && e.status === 409) again();
      const found = fieldErrors(e, i18n);
      if (Object.keys(found).length > 0) form.setErrors(found);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  const logo = async (file: File | null) => {
    setError(undefined);
    try {
      set(
        await call<ReportStyleState>(`${path}/logo`, {
          method: 'PUT',
          raw: { data: file ?? new Blob([]), type: file?.type || 'image/png' },
        }),
      );
      toast(file ? t`The logo is in place` : t`The logo is gone`);
    } catch (e) {
      setError(e);
    }
  };
  const move = (from: number, by: -1 | 1) => {
    const shown = [...form.values.shown];
    const [x] = shown.splice(from, 1);
    if (x) shown.splice(from + by, 0, x);
    form.setFieldValue('shown', shown);
  };
  return (
    <>
      <form onSubmit={submit} noValidate className={s.form}>
        <Stack gap="md">
          <Failed error={error} />
          <fieldset className={s.set}>
            <legend>
              <Trans>Logo</Trans>
            </legend>
            <Group gap="sm">
              {has_logo && <img className={s.logo} src={`/api/v1${path}/logo?${version}`} alt={t`The logo`} />}
              <FileButton onChange={(f) => f && void logo(f)} accept="image/png,image/jpeg">
                {(props) => (
                  <Button variant="default" {...props}>
                    {has_logo ? <Trans>Replace</Trans> : <Trans>Choose a picture</Trans>}
                  </Button>
                )}
              </FileButton>
              {has_logo && (
                <Button variant="subtle" onClick={() => void logo(null)}>
                  <Trans>Remove</Trans>
                </Button>
              )}
            </Group>
            <p className="quiet">
              <Trans>PNG or JPEG, at most 2 MB. Shown on the cover.</Trans>
            </p>
          </fieldset>
          <ColorInput
            label={<Trans>Colour</Trans>}
            description={
              <Trans>
                Of headings, numbers and pins. Contrast on white:{' '}
                {new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(ratio)} to 1; at least 4.5 is needed.
              </Trans>
            }
            withEyeDropper={false}
            {...form.getInputProps('accent')}
            onChange={(v) => form.setFieldValue('accent', v.toLowerCase())}
            error={form.errors.accent ?? (ratio < least ? t`Too light to read on white.` : undefined)}
          />
          <fieldset className={s.set}>
            <legend>
              <Trans>What a point shows, in this order</Trans>
            </legend>
            <ol className={s.order}>
              {form.values.shown.map((x, i) => (
                <li key={x}>
                  <Checkbox
                    label={names[x]}
                    checked
                    onChange={() =>
                      form.setFieldValue(
                        'shown',
                        form.values.shown.filter((y) => y !== x),
                      )
                    }
                  />
                  <ActionIcon.Group>
                    <ActionIcon
                      variant="default"
                      size="lg"
                      disabled={i === 0}
                      aria-label={t`Move ${names[x]} up`}
                      onClick={() => move(i, -1)}
                    >
                      ↑
                    </ActionIcon>
                    <ActionIcon
                      variant="default"
                      size="lg"
                      disabled={i === form.values.shown.length - 1}
                      aria-label={t`Move ${names[x]} down`}
                      onClick={() => move(i, 1)}
                    >
                      ↓
                    </ActionIcon>
                  </ActionIcon.Group>
                </li>
              ))}
              {all
                .filter((x) => !form.values.shown.includes(x))
                .map((x) => (
                  <li key={x}>
                    <Checkbox label={names[x]} checked={false} onChange={() => form.setFieldValue('shown', [...form.values.shown, x])} />
                  </li>
                ))}
            </ol>
          </fieldset>
          <NativeSelect
            label={<Trans>Photos</Trans>}
            data={[
              { value: 'small', label: t`Small, four a row` },
              { value: 'medium', label: t`Medium, three a row` },
              { value: 'large', label: t`Large, two a row` },
            ]}
            {...form.getInputProps('photo')}
          />
          <NativeSelect
            label={<Trans>Grouped by</Trans>}
            data={[
              { value: 'none', label: t`Nothing` },
              { value: 'status', label: t`Status` },
              { value: 'location', label: t`Location` },
              { value: 'category', label: t`Category` },
              { value: 'in-charge', label: t`In charge` },
              { value: 'list', label: t`List` },
            ]}
            {...form.getInputProps('group')}
          />
          <Group grow align="end">
            <NativeSelect
              label={<Trans>Order, where the points list has none</Trans>}
              data={[
                { value: '', label: t`As the points list` },
                { value: 'number', label: t`Number` },
                { value: 'subject', label: t`Subject` },
                { value: 'status', label: t`Status` },
                { value: 'due', label: t`Due date` },
                { value: 'changed', label: t`Last change` },
                { value: 'created', label: t`When it was noted` },
                { value: 'location', label: t`Location` },
              ]}
              {...form.getInputProps('sort')}
            />
            <NativeSelect
              label={<Trans>Direction</Trans>}
              data={[
                { value: 'asc', label: t`Ascending` },
                { value: 'desc', label: t`Descending` },
              ]}
              {...form.getInputProps('order')}
            />
          </Group>
          <TextInput
            label={<Trans>At the head of each page</Trans>}
            description={<Trans>Instead of the project's name.</Trans>}
            maxLength={200}
            {...form.getInputProps('header')}
          />
          <TextInput label={<Trans>At the foot of each page</Trans>} maxLength={200} {...form.getInputProps('footer')} />
          <Checkbox label={<Trans>Table of contents</Trans>} {...form.getInputProps('contents', { type: 'checkbox' })} />
          <Button type="submit" loading={busy} disabled={!form.isDirty()} style={{ alignSelf: 'flex-start' }}>
            <Trans>Save</Trans>
          </Button>
        </Stack>
      </form>
      <Preview path={path} style={form.values} logo={version} />
    </>
  );
}

/** What the server makes of the choices so far: asked half a second after the last of them. */
function Preview({ path, style, logo }: { path: string; style: ReportStyle; logo: number }) {
  const { t, i18n } = useLingui();
  const { account } = useSession();
  const [pages, setPages] = useState<string[]>([]);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ask = JSON.stringify({ ...style, locale: i18n.locale, time_zone: account.time_zone });
  const fit = contrast(style.accent) >= least;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another logo is another page
  useEffect(() => {
    if (!fit) return;
    const stop = new AbortController();
    const wait = setTimeout(() => {
      setBusy(true);
      call<{ pages: string[] }>(`${path}/preview`, { method: 'POST', body: JSON.parse(ask), signal: stop.signal, timeout: 60_000 })
        .then(
          (x) => {
            setPages(x.pages);
            setError(undefined);
          },
          (e) => !stop.signal.aborted && setError(e),
        )
        .finally(() => !stop.signal.aborted && setBusy(false));
    }, 500);
    return () => {
      clearTimeout(wait);
      stop.abort();
      setBusy(false);
    };
  }, [path, ask, logo, fit]);
  return (
    <section className={s.preview} aria-label={t`Preview`} aria-busy={busy}>
      <h2>
        <Trans>Preview</Trans>
      </h2>
      <p className="quiet" role="status">
        {busy ? <Trans>Being drawn</Trans> : <Trans>With made-up points.</Trans>}
      </p>
      <Failed error={error} />
      <div className={s.pages}>
        {pages.map((p, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the cover is always first
          <img key={i} src={`data:image/png;base64,${p}`} alt={i === 0 ? t`The cover` : t`A page with points`} />
        ))}
        {pages.length === 0 && error === undefined && (
          <>
            <div className={s.blank} />
            <div className={s.blank} />
          </>
        )}
      </div>
    </section>
  );
}
