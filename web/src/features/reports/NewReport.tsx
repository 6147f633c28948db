import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Report } from '@/api/types';
import { locales } from '@/app/i18n';
import { filterOf, type PointSearch, queryOf, sortOf } from '@/features/points/search';
import { today, useCommands, useLocalPoints, useProject, useReader, useSession } from '@/store';
import { toast } from '@/ui';

/** NewReport makes a report of the points that the filter in the address leaves. */
export function NewReport({ search, onClose }: { search: PointSearch; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const project = useProject();
  const reader = useReader();
  const { account } = useSession();
  const { makeReport } = useCommands();
  const filter = filterOf(search);
  const sort = sortOf({ ...search, sort: search.sort ?? 'number' }); // on paper, list by list
  const points = useLocalPoints(filter, sort);
  const day = new Intl.DateTimeFormat(reader.locale, { timeZone: 'UTC', day: 'numeric', month: 'long' }).format(
    new Date(`${today(project.time_zone)}T00:00:00Z`),
  );
  const form = useForm({
    initialValues: { title: t`${project.name}, ${day}`, languages: [i18n.locale], formats: ['pdf'], photos: true, plan: true },
    validate: {
      title: (v) => (v.trim() ? null : t`Give the report a title.`),
      languages: (v) => (v.length > 0 ? null : t`Choose a language.`),
      formats: (v) => (v.length > 0 ? null : t`Choose a format.`),
    },
  });
  const submit = form.onSubmit(async (v) => {
    await makeReport(
      {
        title: v.title.trim(),
        filter: Object.fromEntries(queryOf(filter, sort)),
        time_zone: account.time_zone,
        paper: 'A4',
        photos: v.photos,
        plan: v.plan,
      },
      v.languages.flatMap((locale) => v.formats.map((format) => ({ locale, format: format as Report['format'] }))),
      points.length,
    );
    toast(v.languages.length * v.formats.length > 1 ? t`The reports are being made` : t`The report is being made`);
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={t`New report`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Stack gap="sm">
          <p className="quiet" role="status">
            <Plural value={points.length} one="# point, as filtered" other="# points, as filtered" />
          </p>
          <TextInput label={<Trans>Title</Trans>} data-autofocus maxLength={200} {...form.getInputProps('title')} />
          <Checkbox.Group
            label={<Trans>Languages</Trans>}
            description={<Trans>One file for each.</Trans>}
            {...form.getInputProps('languages')}
          >
            <Group gap="md" mt={6}>
              {Object.entries(locales).map(([value, label]) => (
                <Checkbox key={value} value={value} label={label} />
              ))}
            </Group>
          </Checkbox.Group>
          <Checkbox.Group label={<Trans>Format</Trans>} {...form.getInputProps('formats')}>
            <Group gap="md" mt={6}>
              <Checkbox value="pdf" label="PDF" />
              <Checkbox value="xlsx" label={<Trans>Spreadsheet (XLSX)</Trans>} />
            </Group>
          </Checkbox.Group>
          <Checkbox
            label={<Trans>With photos</Trans>}
            description={
              form.values.formats.includes('xlsx') && (
                <Trans>In a spreadsheet the first 1,000 are small pictures, and a link opens each.</Trans>
              )
            }
            {...form.getInputProps('photos', { type: 'checkbox' })}
          />
          <Checkbox label={<Trans>With the place on the plan</Trans>} {...form.getInputProps('plan', { type: 'checkbox' })} />
          <Button type="submit" disabled={points.length === 0}>
            <Trans>Make the report</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
