import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import type { Held as Answer, Controller, Disclosure, HeldItem } from '@/api/privacy';
import { codeText } from '@/app/errors';
import { isLocale, locales, speak } from '@/app/i18n';
import { Answered, type Asked, Block, Fold } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { civil, exact, useDevice, useReader, useSession } from '@/store';
import { toast } from '@/ui';
import { parts } from './label';
import s from './Privacy.module.css';

/** Held is what is held about the person, by who decides over it. */
export function Held({ asked }: { asked: Asked<Answer> }) {
  const r = useReader();
  return (
    <Answered asked={asked} rows={8}>
      {(data) => (
        <>
          {data.controllers.map((c) => (
            <ControllerBlock key={`${c.who.kind}/${c.who.id}`} controller={c} changed={asked.again} />
          ))}
          <Block title={<Trans>Where else it goes, and where to complain</Trans>}>
            {data.transfers.length === 0 ? (
              <p className="quiet">
                <Trans>Nobody outside this installation works with it.</Trans>
              </p>
            ) : (
              <ul className={s.rights}>
                {data.transfers.map((x) => (
                  <li key={x.recipient}>
                    {x.recipient} <span className="quiet">{[x.country, x.safeguard].filter(Boolean).join(' · ')}</span>
                  </li>
                ))}
              </ul>
            )}
            {data.complaint && <p className={s.text}>{data.complaint}</p>}
            <p className="quiet">
              <Trans>As the server holds it on {exact(data.as_of, r)}.</Trans>
            </p>
          </Block>
        </>
      )}
    </Answered>
  );
}

/** Who somebody is comes first; what they did, and what the program notes of it, is folded. */
const shown = (i: HeldItem): boolean => i.key.includes('.sealed.');

function grouped(items: HeldItem[]): Map<string, HeldItem[]> {
  const out = new Map<string, HeldItem[]>();
  for (const i of items) {
    const [thing] = parts(i.label);
    out.set(thing, [...(out.get(thing) ?? []), i]);
  }
  return out;
}

function Rows({ items, controller, changed }: { items: HeldItem[]; controller: Controller; changed: () => void }) {
  return (
    <ul className={s.held}>
      {items.map((i, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column can be somebody's in two ways
        <ItemRow key={`${i.key}/${n}`} item={i} controller={controller} changed={changed} />
      ))}
    </ul>
  );
}

function ControllerBlock({ controller: c, changed }: { controller: Controller; changed: () => void }) {
  const counted = c.items.filter((i) => !shown(i));
  const { t } = useLingui();
  const r = useReader();
  const acts = { erased: t`erased`, rectified: t`corrected`, restricted: t`restricted` };
  return (
    <Block
      title={<Trans>What {c.name} holds about you</Trans>}
      lead={
        c.kind === 'operator' ? (
          <Trans>For your account and its security. {c.name} decides over this.</Trans>
        ) : (
          <Trans>For the projects you take part in. {c.name} decides over this.</Trans>
        )
      }
    >
      {c.limited && (
        <p className={s.hint}>
          <Trans>Use of this is restricted: it is stored, and neither shown nor used.</Trans>
        </p>
      )}
      {c.items.length === 0 ? (
        <p className="quiet">
          <Trans>Nothing.</Trans>
        </p>
      ) : (
        <Rows items={c.items.filter(shown)} controller={c} changed={changed} />
      )}
      {counted.length > 0 && (
        <Fold
          title={<Trans>What you did, and what follows from it</Trans>}
          note={<Plural value={counted.length} one="# kind of data" other="# kinds of data" />}
        >
          {[...grouped(counted)].map(([thing, items]) => (
            <div key={thing} className={s.of}>
              <h3>{thing}</h3>
              <Rows items={items} controller={c} changed={changed} />
            </div>
          ))}
        </Fold>
      )}
      <Fold title={<Trans>Who received or saw it</Trans>} note={c.disclosures.length}>
        {c.disclosures.length === 0 ? (
          <p className="quiet">
            <Trans>Nobody, as far as is recorded here.</Trans>
          </p>
        ) : (
          <Seen rows={c.disclosures} />
        )}
      </Fold>
      {c.owed.length > 0 && (
        <Fold title={<Trans>Who has to be told of a change</Trans>} note={c.owed.length}>
          <ul className={s.rights}>
            {c.owed.map((x) => (
              <li key={`${x.recipient.label}/${x.act}/${x.since}`}>
                {x.recipient.label}: {acts[x.act]}{' '}
                <span className="quiet">
                  {x.done ? (
                    <Trans>told, and knows since {exact(x.done, r)}</Trans>
                  ) : (
                    <Trans>asked on {exact(x.since, r)}, no answer yet</Trans>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {c.teams.length > 0 && (
        <Fold title={<Trans>Who sees you, by project</Trans>} note={c.teams.length}>
          <ul className={s.rights}>
            {c.teams.map((x) => (
              <li key={x.project}>
                <b>{x.project}</b> <span className="quiet">{x.people.join(', ')}</span>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {c.rights.length > 0 && (
        <Fold title={<Trans>Your rights here</Trans>}>
          <ul className={s.rights}>
            {c.rights.map((x) => (
              <li key={x.article}>{x.label}</li>
            ))}
          </ul>
        </Fold>
      )}
      {(c.contact.email || c.contact.post) && (
        <p className={s.contact}>
          <Trans>Questions about this:</Trans> {c.contact.email && <a href={`mailto:${c.contact.email}`}>{c.contact.email}</a>}
          {c.contact.post && <span>, {c.contact.post}</span>}
        </p>
      )}
    </Block>
  );
}

function ItemRow({ item, controller, changed }: { item: HeldItem; controller: Controller; changed: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const [edit, setEdit] = useState(false);
  const [, label] = parts(item.label);
  const value = item.key.endsWith('.locale') && isLocale(item.value) ? locales[item.value] : item.value;
  return (
    <li>
      <details className={s.item}>
        <summary>
          <span className={s.label}>{label}</span>
          <span className={s.value}>{value || <Plural value={item.count} one="# entry" other="# entries" />}</span>
        </summary>
        <dl className={s.facts}>
          <dt>
            <Trans>Why</Trans>
          </dt>
          <dd>
            {item.why.map((w) => (
              <span key={w.purpose} className={s.why}>
                {w.label} <span className="quiet">· {w.basis_label}</span>
              </span>
            ))}
          </dd>
          <dt>
            <Trans>From whom</Trans>
          </dt>
          <dd>{item.source}</dd>
          {item.since && (
            <>
              <dt>
                <Trans>Since</Trans>
              </dt>
              <dd>{exact(item.since, r)}</dd>
            </>
          )}
          <dt>
            <Trans>Until</Trans>
          </dt>
          <dd>
            {item.retention}
            {item.until && (
              <span className={s.why}>
                <Trans>The last of it goes by {civil(item.until, r)}.</Trans>
              </span>
            )}
          </dd>
          <dt>
            <Trans>Who receives it</Trans>
          </dt>
          <dd>{item.recipients.length > 0 ? item.recipients.join(', ') : <Trans>Nobody else</Trans>}</dd>
          <dt>
            <Trans>Where it stands</Trans>
          </dt>
          <dd>{[item.stored, ...item.derivatives].filter(Boolean).join(', ')}</dd>
        </dl>
        {item.editable !== '' && !edit && (
          <Button size="compact-md" variant="default" onClick={() => setEdit(true)} aria-label={t`Correct: ${label}`}>
            <Trans>Correct</Trans>
          </Button>
        )}
        {edit && <Correct item={item} controller={controller} done={() => setEdit(false)} changed={changed} />}
      </details>
    </li>
  );
}

/** Correct changes a value in its place. The account's own go where the account page sends them. */
function Correct({ item, controller, done, changed }: { item: HeldItem; controller: Controller; done: () => void; changed: () => void }) {
  const { t, i18n } = useLingui();
  const device = useDevice();
  const { account } = useSession();
  const [value, setValue] = useState<string>(item.editable === 'locale' && controller.who.kind === 'account' ? account.locale : item.value);
  const options =
    item.editable === 'locale'
      ? Object.entries(locales).map(([v, label]) => ({ value: v, label }))
      : item.editable === 'time_zone'
        ? [...new Set([item.value, ...(Intl.supportedValuesOf?.('timeZone') ?? [])])]
        : null;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [field, setField] = useState<string>();
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    setField(undefined);
    try {
      if (controller.who.kind === 'account') {
        await device.saveAccount({ [item.editable]: value.trim() });
        if (item.editable === 'locale' && isLocale(value)) await speak(value);
      } else
        await call(`/me/persons/${controller.who.id}`, {
          method: 'PATCH',
          body: { base: item.version, [item.editable]: value.trim() },
        });
      toast(t`Saved`);
      done();
      changed();
    } catch (e) {
      const code = (e as { fields?: { code: string }[] }).fields?.[0]?.code;
      if (code) setField(codeText(code, i18n) ?? t`This is not valid.`);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={s.correct}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Failed error={error} />
      {options ? (
        <NativeSelect label={parts(item.label)[1]} value={value} onChange={(e) => setValue(e.currentTarget.value)} data={options} />
      ) : (
        <TextInput
          label={parts(item.label)[1]}
          value={value}
          error={field}
          onChange={(e) => setValue(e.currentTarget.value)}
          maxLength={200}
        />
      )}
      <Group gap="sm">
        <Button type="submit" loading={busy}>
          <Trans>Save</Trans>
        </Button>
        <Button variant="default" onClick={done}>
          <Trans>Cancel</Trans>
        </Button>
      </Group>
    </form>
  );
}

const few = 20;

function Seen({ rows }: { rows: Disclosure[] }) {
  const r = useReader();
  const [shown, setShown] = useState(few);
  return (
    <>
      <ul className={s.seen}>
        {rows.slice(0, shown).map((d, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a ledger, in its order
          <li key={i}>
            <span>
              <b>{d.recipient.label}</b> <time dateTime={d.at}>{exact(d.at, r)}</time>
            </span>
            <span>{d.fields.join(', ')}</span>
            <span className="quiet">{[d.purpose, d.why].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
      {rows.length > shown && (
        <Button size="compact-md" variant="default" onClick={() => setShown(shown + 100)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}
