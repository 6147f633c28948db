import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu, Modal, MultiSelect, NativeSelect, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Level, Person } from '@/api/types';
import { fieldErrors } from '@/app/errors';
import { isLocale, locales } from '@/app/i18n';
import { Failed } from '@/features/signin/index';
import { personName, useLoaded, useMay, useOpenProject, usePeople, useProject, useSession, useThings } from '@/store';
import { EmptyState, LinkButton, Page, Panel, PersonChip, Skeleton, toast } from '@/ui';
import { useLevelNames } from './levels';
import s from './People.module.css';

/** People of the project, by company. */
export function PeoplePage() {
  const { t } = useLingui();
  const project = useProject();
  const people = usePeople();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const loaded = useLoaded();
  const levels = useLevelNames();
  const may = useMay('manager');
  const { organisations } = useSession();
  const orgRole = organisations.find((o) => o.id === project.org_id)?.role;
  const [invite, setInvite] = useState(false);
  const [add, setAdd] = useState(false);
  const administrator = useMay('administrator');
  const [find, setFind] = useState('');
  const { person: shown } = useSearch({ from: '/gate/p/$project/people' });
  const navigate = useNavigate();
  const show = (id?: string) =>
    void navigate({ to: '/p/$project/people', params: { project: project.id }, search: id ? { person: id } : {} });

  const groups = useMemo(() => {
    const q = find.trim().toLowerCase();
    const list = people.filter((p) => !p.former && (!q || p.name.toLowerCase().includes(q) || p.function.toLowerCase().includes(q)));
    const names = new Map(companies.map((c) => [c.id, c]));
    const by = new Map<string, Person[]>();
    for (const p of list) {
      const key = p.company_id ?? '';
      by.set(key, [...(by.get(key) ?? []), p]);
    }
    return [...by]
      .map(([id, list]) => ({ company: names.get(id), list: list.sort((a, b) => a.name.localeCompare(b.name)) }))
      .sort((a, b) => Number(!a.company) - Number(!b.company) || (a.company?.name ?? '').localeCompare(b.company?.name ?? ''));
  }, [people, companies, find]);

  const person = people.find((p) => p.id === shown);
  const mayInvite = orgRole === 'owner' || orgRole === 'manager';
  return (
    <Page
      title={t`People`}
      subtitle={project.name}
      actions={
        <>
          {administrator && (
            <Button variant="default" onClick={() => setAdd(true)}>
              <Trans>Add</Trans>
            </Button>
          )}
          {mayInvite && (
            <Button onClick={() => setInvite(true)}>
              <Trans>Invite</Trans>
            </Button>
          )}
        </>
      }
      panel={person ? <PersonPanel person={person} onClose={() => show()} /> : undefined}
    >
      <div className={s.page}>
        <TextInput
          className={s.find}
          aria-label={t`Find a person`}
          placeholder={t`Name or function`}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
        />
        {!loaded ? (
          <Skeleton rows={8} />
        ) : groups.length === 0 ? (
          <EmptyState title={find ? <Trans>Nobody of that name</Trans> : <Trans>Nobody yet</Trans>}>
            {!find && may && <Trans>Invite the people who work on this project.</Trans>}
          </EmptyState>
        ) : (
          groups.map(({ company, list }) => (
            <section key={company?.id ?? ''} className={s.company}>
              <h2>
                {company?.name ?? <Trans>Without a company</Trans>}
                <span className="quiet">
                  {company?.trade ? `${company.trade} · ` : ''}
                  <Plural value={list.length} one="# person" other="# persons" />
                </span>
              </h2>
              <ul>
                {list.map((p) => (
                  <li key={p.id}>
                    <button
                      type="button"
                      className={s.row}
                      aria-pressed={p.id === shown}
                      onClick={() => show(p.id === shown ? undefined : p.id)}
                    >
                      <span className={s.who}>
                        <PersonChip who={p.id} />
                        {p.you && <span className={s.you}>{t`you`}</span>}
                      </span>
                      <span className={s.function}>{p.function}</span>
                      <span className={s.level}>
                        {levels[p.level]}
                        {p.role_ids.length > 0 &&
                          ` · ${p.role_ids
                            .map((id) => roles.find((r) => r.id === id)?.name ?? '')
                            .filter(Boolean)
                            .join(', ')}`}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ))
        )}
      </div>
      {invite && <InviteForm onClose={() => setInvite(false)} />}
      {add && <AddForm onClose={() => setAdd(false)} />}
    </Page>
  );
}

function PersonPanel({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const name = personName(person, i18n);
  const project = useProject();
  const open = useOpenProject();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const levels = useLevelNames();
  const administrator = useMay('administrator');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const path = `/projects/${project.id}/participants/${person.id}`;
  const change = async (what: () => Promise<unknown>, said: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
      open.engine.nudge(true);
      toast(said);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const put = (level: Level, role_ids: string[]) => change(() => call(path, { method: 'PUT', body: { level, role_ids } }), t`Saved`);
  return (
    <Panel label={name} onClose={onClose}>
      <div className={s.panel}>
        <h2>{name}</h2>
        {person.limited && (
          <p className="quiet">
            <Trans>Who this is is not shown: the use of this person's data is set aside, or it is being erased. What was done stays.</Trans>
          </p>
        )}
        <dl>
          <dt>
            <Trans>Function</Trans>
          </dt>
          <dd>{person.function || '–'}</dd>
          <dt>
            <Trans>Company</Trans>
          </dt>
          <dd>{companies.find((c) => c.id === person.company_id)?.name ?? '–'}</dd>
          {!administrator && (
            <>
              <dt>
                <Trans>Level</Trans>
              </dt>
              <dd>{levels[person.level]}</dd>
            </>
          )}
          <dt>
            <Trans>Account</Trans>
          </dt>
          <dd>{person.has_account ? <Trans>signs in</Trans> : <Trans>not yet</Trans>}</dd>
        </dl>
        <Failed error={error} />
        {administrator && (
          <Stack gap="sm">
            <NativeSelect
              label={<Trans>Level</Trans>}
              description={<Trans>What this person may see and do on the project.</Trans>}
              value={person.level}
              disabled={busy}
              onChange={(e) => void put(e.currentTarget.value as Level, person.role_ids)}
              data={(Object.keys(levels) as Level[]).map((value) => ({ value, label: levels[value] }))}
            />
            <MultiSelect
              label={<Trans>Roles</Trans>}
              value={person.role_ids}
              disabled={busy}
              onChange={(ids) => void put(person.level, ids)}
              data={roles.map((r) => ({ value: r.id, label: r.name }))}
              searchable
            />
            {!person.you && (
              <Menu position="bottom-start">
                <Menu.Target>
                  <Button variant="subtle" color="brick" disabled={busy}>
                    <Trans>Remove from the project</Trans>
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item
                    onClick={() =>
                      void change(async () => {
                        await call(path, { method: 'DELETE' });
                        onClose();
                      }, t`${name} no longer takes part`)
                    }
                  >
                    <Trans>Yes, remove {name}</Trans>
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </Stack>
        )}
        <LinkButton
          variant="default"
          to="/p/$project/points"
          params={{ project: project.id }}
          search={{ in_charge: `person:${person.id}` }}
        >
          <Trans>Points in charge</Trans>
        </LinkButton>
        <Button variant="subtle" onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </div>
    </Panel>
  );
}

/** AddForm takes someone of the organisation into the project. */
function AddForm({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const project = useProject();
  const open = useOpenProject();
  const here = usePeople();
  const levels = useLevelNames();
  const [people, setPeople] = useState<{ id: string; name: string; state: string; limited?: boolean }[]>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { person: null as string | null, level: 'contributor' as Level },
    validate: { person: (v) => (v ? null : t`Choose somebody.`) },
  });
  useEffect(() => {
    call<{ items: { id: string; name: string; state: string; limited?: boolean }[] }>(`/organisations/${project.org_id}/people`).then(
      (x) => setPeople(x.items),
      setError,
    );
  }, [project.org_id]);
  const there = new Set(here.map((p) => p.id));
  const submit = form.onSubmit(async ({ person, level }) => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`/projects/${project.id}/participants/${person}`, { method: 'PUT', body: { level, role_ids: [] } });
      open.engine.nudge(true);
      toast(t`Added`);
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Modal opened onClose={onClose} title={t`Add to ${project.name}`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Failed error={error} />
          <Select
            label={<Trans>Person</Trans>}
            description={<Trans>Somebody of the organisation. Whom you do not find here, you invite.</Trans>}
            data={(people ?? [])
              .filter((p) => p.state === 'active' && !p.limited && !there.has(p.id))
              .map((p) => ({ value: p.id, label: p.name }))}
            searchable
            nothingFoundMessage={t`Nobody of that name`}
            {...form.getInputProps('person')}
          />
          <NativeSelect
            label={<Trans>Level</Trans>}
            description={<Trans>What this person may see and do on the project.</Trans>}
            data={(Object.keys(levels) as Level[]).map((value) => ({ value, label: levels[value] }))}
            {...form.getInputProps('level')}
          />
          <Button type="submit" loading={busy}>
            <Trans>Add</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** InviteForm says beside each field what it is for; only the address is needed. */
function InviteForm({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const project = useProject();
  const companies = useThings('companies');
  const roles = useThings('roles');
  const levels = useLevelNames();
  const administrator = useMay('administrator');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: {
      email: '',
      name: '',
      company_id: null as string | null,
      function: '',
      level: 'contributor' as Level,
      role_ids: [] as string[],
      locale: i18n.locale,
      source: 'colleague',
    },
    validate: { email: (v) => (v.includes('@') ? null : t`Enter an e-mail address.`) },
  });
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      const body = {
        email: v.email.trim(),
        locale: v.locale,
        source: v.source,
        ...(v.name.trim() && { name: v.name.trim() }),
        ...(v.company_id && { company_id: v.company_id }),
        ...(v.function.trim() && { function: v.function.trim() }),
        ...(administrator && { project_id: project.id, level: v.level, role_ids: v.role_ids }),
      };
      await call(`/organisations/${project.org_id}/invitations/${newId()}`, { method: 'PUT', body });
      toast(t`The invitation is on its way`);
      onClose();
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Modal opened onClose={onClose} title={t`Invite to ${project.name}`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Failed error={error} />
          <TextInput
            label={<Trans>E-mail</Trans>}
            description={<Trans>Used to send the invitation, and for nothing else. Erased if there is no answer.</Trans>}
            type="email"
            required
            data-autofocus
            {...form.getInputProps('email')}
          />
          <NativeSelect
            label={<Trans>How do you know this person?</Trans>}
            description={<Trans>The invited person is told where the address comes from.</Trans>}
            data={[
              { value: 'colleague', label: t`A colleague` },
              { value: 'customer', label: t`Our customer` },
              { value: 'supplier', label: t`Our supplier` },
              { value: 'self', label: t`Asked for it` },
            ]}
            {...form.getInputProps('source')}
          />
          <TextInput
            label={<Trans>Name</Trans>}
            description={<Trans>Optional. Shown to participants until the person answers.</Trans>}
            {...form.getInputProps('name')}
          />
          <Select
            label={<Trans>Company</Trans>}
            description={<Trans>Optional. Points given to the company are given to its people.</Trans>}
            data={companies.map((c) => ({ value: c.id, label: c.name }))}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t`Clear` }}
            {...form.getInputProps('company_id')}
          />
          <TextInput
            label={<Trans>Function</Trans>}
            description={<Trans>Optional. So that others know whom to ask.</Trans>}
            {...form.getInputProps('function')}
          />
          {administrator && (
            <>
              <NativeSelect
                label={<Trans>Level</Trans>}
                description={<Trans>What this person may see and do on the project.</Trans>}
                data={(Object.keys(levels) as Level[]).map((value) => ({ value, label: levels[value] }))}
                {...form.getInputProps('level')}
              />
              {roles.length > 0 && (
                <MultiSelect
                  label={<Trans>Roles</Trans>}
                  description={<Trans>Optional. Points given to a role are given to who has it.</Trans>}
                  data={roles.map((r) => ({ value: r.id, label: r.name }))}
                  searchable
                  {...form.getInputProps('role_ids')}
                />
              )}
            </>
          )}
          <NativeSelect
            label={<Trans>Language of the mail</Trans>}
            description={<Trans>So that the invitation can be read.</Trans>}
            value={form.values.locale}
            onChange={(e) => isLocale(e.currentTarget.value) && form.setFieldValue('locale', e.currentTarget.value)}
            data={Object.entries(locales).map(([value, label]) => ({ value, label }))}
          />
          <Button type="submit" loading={busy}>
            <Trans>Send the invitation</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
