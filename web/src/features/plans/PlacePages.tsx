/** Says what the pages of an uploaded file are: a new revision of a sheet, a new sheet, or nothing. What the server read is proposed; a person decides. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Badge, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Drawing, Id, WaitingPage } from '@/api/types';
import { errorText } from '@/app/errors';
import { useOpenProject, useSheets } from '@/store';
import { Skeleton, toast } from '@/ui';
import s from './plans.module.css';
import { sheetTitle } from './sheets';

interface Choice {
  /** A sheet's id, or one of the two words. */
  what: Id | 'sheet' | 'nothing';
  name: string;
  number: string;
  code: string;
}

export function PlacePages({ drawing, project, onClose }: { drawing: Drawing; project: Id; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const open = useOpenProject();
  const sheets = useSheets();
  const [pages, setPages] = useState<WaitingPage[] | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [choices, setChoices] = useState<Record<number, Choice>>({});
  const [busy, setBusy] = useState(false);
  const path = `/projects/${project}/drawings/${drawing.id}`;

  useEffect(() => {
    const stop = new AbortController();
    call<{ items: WaitingPage[] }>(`${path}/pages`, { signal: stop.signal })
      .then(({ items }) => {
        setPages(items);
        setChoices(
          Object.fromEntries(
            items.map((p) => [
              p.page,
              { what: p.sheet_id ?? 'sheet', name: p.title || drawing.name, number: p.number, code: '' } satisfies Choice,
            ]),
          ),
        );
      })
      .catch((e: unknown) => !stop.signal.aborted && setFailed(e));
    return () => stop.abort();
  }, [path, drawing.name]);

  const set = (page: number, patch: Partial<Choice>) => setChoices((now) => ({ ...now, [page]: { ...(now[page] as Choice), ...patch } }));
  const renewed = Object.values(choices)
    .map((c) => c.what)
    .filter((w) => w !== 'sheet' && w !== 'nothing');
  const twice = new Set(renewed.filter((w, i) => renewed.indexOf(w) !== i));
  const nameless = Object.values(choices).some((c) => c.what === 'sheet' && !c.name.trim());

  const submit = async () => {
    setBusy(true);
    try {
      await call(`${path}/place`, {
        method: 'POST',
        mutationId: newId(),
        body: {
          pages: (pages ?? []).map((p) => {
            const c = choices[p.page] as Choice;
            if (c.what === 'nothing') return { page: p.page, as: 'nothing' };
            if (c.what === 'sheet') return { page: p.page, as: 'sheet', name: c.name.trim(), number: c.number.trim() };
            return { page: p.page, as: 'revision', sheet_id: c.what, code: c.code.trim() };
          }),
        },
      });
      open.engine.nudge(true);
      if (renewed.length > 0) toast(t`The new revisions are being laid on their sheets`);
      onClose();
    } catch (e) {
      toast(errorText(e, i18n));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} size="lg" title={t`Which sheets are these?`} closeButtonProps={{ 'aria-label': t`Close` }}>
      {failed !== null ? (
        <p role="alert">{errorText(failed, i18n)}</p>
      ) : pages === null ? (
        <Skeleton rows={3} />
      ) : (
        <Stack gap="md">
          <p className="quiet">
            <Trans>What was read from each page is proposed. Points stay where they are on the sheet that a page renews.</Trans>
          </p>
          <ul className={s.pages}>
            {pages.map((p) => {
              const c = choices[p.page] as Choice;
              const read = [p.number, p.title].filter(Boolean).join(' ');
              const mine = c.what !== 'sheet' && c.what !== 'nothing';
              return (
                <li key={p.page} className={s.pageRow}>
                  <span className={s.pageThumb}>
                    <img src={`/api/v1${path}/pages/${p.page}/thumb`} alt={t`Page ${p.page}`} loading="lazy" />
                  </span>
                  <div className={s.pageText}>
                    <b>{read || t`Page ${p.page}`}</b>
                    <NativeSelect
                      label={<Trans>This page</Trans>}
                      value={c.what}
                      onChange={(e) => set(p.page, { what: e.currentTarget.value })}
                      error={twice.has(c.what) ? t`Another page renews this sheet too.` : undefined}
                      data={[
                        {
                          group: t`Renews a sheet`,
                          items: sheets.map((x) => ({ value: x.id, label: sheetTitle(x) || t`Sheet without a name` })),
                        },
                        {
                          group: t`Or`,
                          items: [
                            { value: 'sheet', label: t`Is a new sheet` },
                            { value: 'nothing', label: t`Is left out` },
                          ],
                        },
                      ]}
                    />
                    {mine && p.sheet_id === c.what && (
                      <Badge variant="outline" color="gray" className={s.pageSure}>
                        {p.certainty >= 0.8 ? <Trans>Recognised by its number</Trans> : <Trans>Looks like it; please check</Trans>}
                      </Badge>
                    )}
                    {mine && (
                      <TextInput
                        label={<Trans>Revision</Trans>}
                        placeholder={t`Next number`}
                        maxLength={12}
                        value={c.code}
                        onChange={(e) => set(p.page, { code: e.currentTarget.value })}
                      />
                    )}
                    {c.what === 'sheet' && (
                      <Group gap="sm" grow>
                        <TextInput
                          label={<Trans>Number</Trans>}
                          maxLength={40}
                          value={c.number}
                          onChange={(e) => set(p.page, { number: e.currentTarget.value })}
                        />
                        <TextInput
                          label={<Trans>Name</Trans>}
                          maxLength={200}
                          value={c.name}
                          error={c.name.trim() ? undefined : t`Give the sheet a name.`}
                          onChange={(e) => set(p.page, { name: e.currentTarget.value })}
                        />
                      </Group>
                    )}
                  </div>
                </li>
              );
            })}
          </ul>
          <Button onClick={() => void submit()} loading={busy} disabled={twice.size > 0 || nameless}>
            <Trans>That is right</Trans>
          </Button>
        </Stack>
      )}
    </Modal>
  );
}
