import { Plural, Trans, useLingui } from '@lingui/react/macro';
import {
  Button,
  Modal,
  NativeSelect,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { keysOn, setKeysOn } from '@/actions/react';
import { call } from '@/api/client';
import { type Density, density, setDensity } from '@/app/density';
import { fieldErrors } from '@/app/errors';
import { isLocale, locales, speak } from '@/app/i18n';
import { lasting } from '@/app/install';
import { setUnits, useUnits } from '@/app/units';
import type { Units } from '@/engines/plan/units';
import { Failed, PasswordField } from '@/features/signin/index';
import { useDevice, useDeviceState, useSession } from '@/store';
import { EmptyState, Page, Section, Skeleton, toast } from '@/ui';
import s from './Account.module.css';
import { NewProject } from './NewProject';

export function AccountPage() {
  const { t } = useLingui();
  const { account } = useSession();
  return (
    <Page title={t`Account`} subtitle={account.email} reading>
      <div className={s.narrow}>
        <Link to="/account/security" className={s.project}>
          <b>
            <Trans>Security</Trans>
          </b>
          <span className="quiet">
            <Trans>A second proof when you sign in, passkeys, where you are signed in, and keys for programs.</Trans>
          </span>
        </Link>
        <Link to="/account/privacy" className={s.project}>
          <b>
            <Trans>Your data</Trans>
          </b>
          <span className="quiet">
            <Trans>What is held about you and why; take it along, choose, or leave.</Trans>
          </span>
        </Link>
        <Profile />
        <Screen />
        <Password />
        <Leave />
      </div>
    </Page>
  );
}

function Profile() {
  const { t, i18n } = useLingui();
  const device = useDevice();
  const { account } = useSession();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { name: account.name, locale: account.locale as string, time_zone: account.time_zone } });
  const submit = form.onSubmit(async ({ name, locale, time_zone }) => {
    if (!isLocale(locale)) return;
    setBusy(true);
    setError(undefined);
    try {
      await device.saveAccount({ name: name.trim(), locale, time_zone });
      await speak(locale);
      form.resetDirty();
      toast(t`Saved`);
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Section title={t`You`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Failed error={error} />
          <TextInput
            label={<Trans>Name</Trans>}
            description={<Trans>Shown to the participants of your projects beside what you do.</Trans>}
            autoComplete="name"
            {...form.getInputProps('name')}
          />
          <TextInput
            label={<Trans>E-mail</Trans>}
            description={<Trans>To sign in, and for mails about your account.</Trans>}
            value={account.email}
            readOnly
          />
          <NativeSelect
            label={<Trans>Language</Trans>}
            description={<Trans>Of the app, mails and reports.</Trans>}
            data={Object.entries(locales).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('locale')}
          />
          <Select
            label={<Trans>Time zone</Trans>}
            description={<Trans>Times are shown to you in this zone, and in your reports and mails. Used for nothing else.</Trans>}
            data={zones(account.time_zone)}
            searchable
            limit={60}
            allowDeselect={false}
            {...form.getInputProps('time_zone')}
          />
          <Button type="submit" loading={busy} disabled={!form.isDirty()} className={s.button}>
            <Trans>Save</Trans>
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function zones(own: string): string[] {
  const all = Intl.supportedValuesOf?.('timeZone') ?? [];
  return [...new Set([own, ...all])].filter(Boolean);
}

function Screen() {
  const { t } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [rows, setRows] = useState<Density>(density());
  const [keys, setKeys] = useState(keysOn());
  const [kept, setKept] = useState<boolean>();
  const units = useUnits();
  const [a, b, c] = [useId(), useId(), useId()];
  useEffect(() => {
    void lasting().then(setKept);
  }, []);
  return (
    <Section title={t`This device`}>
      <Stack gap="md">
        <div>
          <Text id={a} size="sm" fw={500} mb={4}>
            <Trans>Colours</Trans>
          </Text>
          <SegmentedControl
            aria-labelledby={a}
            value={colorScheme}
            onChange={(v) => setColorScheme(v as 'auto' | 'light' | 'dark')}
            data={[
              { value: 'auto', label: t`As the device` },
              { value: 'light', label: t`Light` },
              { value: 'dark', label: t`Dark` },
            ]}
          />
        </div>
        <div>
          <Text id={b} size="sm" fw={500} mb={4}>
            <Trans>Rows</Trans>
          </Text>
          <SegmentedControl
            aria-labelledby={b}
            value={rows}
            onChange={(v) => {
              setRows(v as Density);
              setDensity(v as Density);
            }}
            data={[
              { value: 'compact', label: t`Compact` },
              { value: 'normal', label: t`Normal` },
              { value: 'gloves', label: t`Gloves` },
            ]}
          />
        </div>
        <div>
          <Text id={c} size="sm" fw={500} mb={4}>
            <Trans>Measures on plans</Trans>
          </Text>
          <SegmentedControl
            aria-labelledby={c}
            value={units}
            onChange={(v) => setUnits(v as Units)}
            data={[
              { value: 'metric', label: t`Metres` },
              { value: 'imperial', label: t`Feet and inches` },
            ]}
          />
        </div>
        <Switch
          checked={keys}
          onChange={(e) => {
            setKeys(e.currentTarget.checked);
            setKeysOn(e.currentTarget.checked);
          }}
          label={<Trans>Single-key shortcuts</Trans>}
        />
        {kept === false && (
          <Text size="sm" c="dimmed">
            <Trans>This browser may clear what is kept here when it is short of space. Installing the app prevents that.</Trans>
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function Password() {
  const { t, i18n } = useLingui();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { current: '', password: '' } });
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setError(undefined);
    try {
      await call('/password', { method: 'POST', body: values });
      form.reset();
      toast(t`Your password is changed`);
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Section title={t`Password`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Failed error={error} />
          <TextInput
            label={<Trans>Current password</Trans>}
            type="password"
            autoComplete="current-password"
            {...form.getInputProps('current')}
          />
          <PasswordField {...form.getInputProps('password')} />
          <Button
            type="submit"
            variant="default"
            loading={busy}
            disabled={!form.values.current || !form.values.password}
            className={s.button}
          >
            <Trans>Change the password</Trans>
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Leave() {
  const { t } = useLingui();
  const device = useDevice();
  const [unsent, setUnsent] = useState(0);
  const [error, setError] = useState<unknown>();
  const leave = async () => {
    try {
      await device.signOut();
    } catch (e) {
      setError(e);
    }
  };
  const ask = async () => {
    const n = await device.unsent();
    if (n > 0) setUnsent(n);
    else await leave();
  };
  return (
    <Section title={t`Sign out`}>
      <p className="quiet">
        <Trans>Signing out removes what this device holds of your projects.</Trans>
      </p>
      <Failed error={error} />
      <Button variant="default" onClick={() => void ask()}>
        <Trans>Sign out</Trans>
      </Button>
      <Modal
        opened={unsent > 0}
        onClose={() => setUnsent(0)}
        title={t`Not everything is sent`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <p>
          <Plural
            value={unsent}
            one="# change is kept on this device only. If you sign out now, it is lost."
            other="# changes are kept on this device only. If you sign out now, they are lost."
          />
        </p>
        <Stack gap="xs">
          <Button onClick={() => setUnsent(0)}>
            <Trans>Stay signed in</Trans>
          </Button>
          <Button variant="subtle" color="brick" onClick={() => void leave()}>
            <Trans>Sign out and lose them</Trans>
          </Button>
        </Stack>
      </Modal>
    </Section>
  );
}

/** Projects lists where the account takes part. */
export function Projects() {
  const { t } = useLingui();
  const { projects, listed, session } = useDeviceState();
  const device = useDevice();
  useEffect(() => void device.list(), [device]);
  return (
    <Page title={t`Projects`} reading>
      {!listed ? (
        <Skeleton />
      ) : projects.length === 0 ? (
        <EmptyState title={<Trans>No projects yet</Trans>} action={<NewProject />}>
          <Trans>An administrator of a project can add you to it.</Trans>
        </EmptyState>
      ) : (
        <>
          <ul className={s.projects}>
            {projects.map((p) => (
              <li key={p.id}>
                <Link to="/p/$project/today" params={{ project: p.id }} className={s.project}>
                  <b>{p.name}</b>
                  <span className="quiet">
                    {[p.code, p.place, session?.organisations.find((o) => o.id === p.org_id)?.name].filter(Boolean).join(' · ')}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          <NewProject />
        </>
      )}
      <nav className={s.own} aria-label={t`You`}>
        <Link to="/account">
          <Trans>Account</Trans>
        </Link>
        <Link to="/account/privacy">
          <Trans>Your data</Trans>
        </Link>
      </nav>
    </Page>
  );
}
