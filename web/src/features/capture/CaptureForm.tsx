/**
 * A new point in as few touches as can be: words (or a proposal), a photo, save. Where, who and when are there below, already filled in
 * where the plan and the category know them.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Id, Pin } from '@/api/types';
import { roomAt } from '@/engines/plan/survey';
import { useCategories, useCommands, useLists, useSheet, useThings, writable } from '@/store';
import { Skeleton, toast } from '@/ui';
import { CategorySelect, DueInput, InChargeSelect, PlaceSelect } from '../points/fields';
import s from './capture.module.css';
import { type Draft, type DraftPhoto, useDraft, worthKeeping } from './draft';
import { NotAPicture, PHOTO_TYPES, prepare } from './photo';
import { describe, proposedFor, type Suggestion, suggest } from './suggest';

export interface CaptureFormProps {
  /** Where it was tapped; null for a point without a place. */
  pin?: Pin | null;
  onDone: (id: Id) => void;
  onCancel: () => void;
  /** A draft of before stands on another place: show it there. */
  onPin?: (pin: Pin) => void;
}

export function CaptureForm({ pin = null, onDone, onCancel, onPin }: CaptureFormProps) {
  const { t } = useLingui();
  const commands = useCommands();
  const categories = useCategories();
  const points = useThings('points');
  const state = useDraft();
  const { draft, change } = state;
  const sheet = useSheet(draft?.pin?.sheet_id ?? pin?.sheet_id);
  const lists = writable(useLists());
  const list = lists.find((l) => l.id === draft?.list_id) ?? lists[0];
  const [busy, setBusy] = useState(0);
  const [saving, setSaving] = useState(false);
  const [more, setMore] = useState(false);
  const [tried, setTried] = useState(false);
  const subject = useRef<HTMLInputElement>(null);
  const ready = draft !== null;

  // The tapped place is the draft's; a draft that comes back without one keeps its own.
  const pinKey = pin ? `${pin.sheet_id}/${pin.x}/${pin.y}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the pin
  useEffect(() => {
    if (!ready) return;
    if (pin) change({ pin });
    else if (draft?.pin) onPin?.(draft.pin);
  }, [ready, pinKey]);

  // Where: the room that was tapped, else as the sheet says, until a person says otherwise.
  const room = pin && sheet ? roomAt(sheet.marks ?? [], pin)?.location_id : null;
  const place = room ?? sheet?.location_id ?? null;
  useEffect(() => {
    if (ready && draft && !draft.own.includes('location_id') && place && draft.location_id !== place) change({ location_id: place });
  }, [ready, draft, place, change]);

  const recent = useMemo(() => [...points].sort((a, b) => (a.created_at < b.created_at ? 1 : -1)).slice(0, 200), [points]);
  const typed = draft?.subject ?? '';
  const category = draft?.own.includes('category_id') ? draft.category_id : null;
  const proposals = useMemo(() => suggest(typed, category, categories, recent, 4), [typed, category, categories, recent]);

  const chosen = draft?.category_id ?? null;
  const described = useMemo(() => describe(typed, chosen, recent), [typed, chosen, recent]);

  if (!draft) return <Skeleton rows={4} />;

  const own = (field: Draft['own'][number]) => [...new Set([...draft.own, field])];
  const withCategory = (id: Id | null, byHand: boolean): Partial<Draft> => ({
    category_id: id,
    ...(byHand ? { own: own('category_id') } : {}),
    ...(draft.own.includes('in_charge') ? {} : { in_charge: proposedFor(id, categories) }),
  });
  const take = (x: Suggestion) => {
    change({ subject: x.text, ...(x.category && !draft.own.includes('category_id') ? withCategory(x.category, false) : {}) });
    subject.current?.focus();
  };

  const addFiles = async (files: FileList | null) => {
    const list = [...(files ?? [])];
    setBusy((n) => n + list.length);
    for (const file of list) {
      try {
        await state.addPhoto(await prepare(file));
      } catch (e) {
        if (!(e instanceof NotAPicture)) throw e;
        toast(t`${file.name} is not a picture that can be read here.`);
      } finally {
        setBusy((n) => n - 1);
      }
    }
  };

  const save = async () => {
    setTried(true);
    const text = draft.subject.trim();
    if (!text) {
      subject.current?.focus();
      return;
    }
    setSaving(true);
    const photos = draft.photos.map((p) => ({
      blob: new Blob([p.data], { type: p.type }),
      width: p.width,
      height: p.height,
      ...(p.takenAt ? { takenAt: p.takenAt } : {}),
    }));
    const { description, category_id, location_id, in_charge, due, urgent } = draft;
    const id = await commands.createPoint(
      {
        subject: text,
        description: description.trim(),
        ...(list && { list_id: list.id }),
        category_id,
        location_id,
        in_charge,
        due,
        urgent,
        pin: draft.pin,
      },
      photos,
    );
    await state.end();
    toast(t`Point saved`, async () => {
      await commands.deletePoint(id);
    });
    onDone(id);
  };

  const cancel = async () => {
    const kept = worthKeeping(draft) ? draft : null;
    await state.end();
    onCancel();
    if (kept) toast(t`Thrown away`);
  };

  const byCategory = draft.in_charge.length > 0 && !draft.own.includes('in_charge') && draft.category_id !== null;
  return (
    <form
      className={s.form}
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <div className={s.scroll}>
        <div className={s.top}>
          <TextInput
            ref={subject}
            className={s.subject}
            size="lg"
            value={draft.subject}
            onChange={(e) => change({ subject: e.currentTarget.value })}
            placeholder={t`What is it? Two words will do`}
            aria-label={t`Subject`}
            maxLength={200}
            enterKeyHint="done"
            autoComplete="off"
            data-autofocus
            error={tried && !draft.subject.trim() ? t`Write a word or two, or choose one below` : undefined}
          />
          <CloseButton size="lg" onClick={() => void cancel()} aria-label={t`Cancel`} />
        </div>
        {proposals.length > 0 && (
          <ul className={s.proposals} aria-label={t`Proposals`}>
            {proposals.map((x) => (
              <li key={x.text}>
                <button type="button" onClick={() => take(x)}>
                  {x.text}
                </button>
              </li>
            ))}
          </ul>
        )}
        <PhotoRow photos={draft.photos} busy={busy} onFiles={(f) => void addFiles(f)} onRemove={state.removePhoto} />
        <div className={s.rows}>
          <PlaceSelect
            label={t`Where`}
            className={s.inline}
            placeholder={t`Nowhere yet`}
            value={draft.location_id}
            onChange={(location_id) => change({ location_id, own: own('location_id') })}
          />
          <InChargeSelect
            label={byCategory ? t`In charge, from the category` : t`In charge`}
            className={s.inline}
            placeholder={draft.in_charge.length ? undefined : t`Nobody yet`}
            value={draft.in_charge}
            onChange={(in_charge) => change({ in_charge, own: own('in_charge') })}
          />
          <CategorySelect
            label={t`Category`}
            className={s.inline}
            placeholder={t`None`}
            value={draft.category_id}
            onChange={(id) => change(withCategory(id, true))}
          />
          {lists.length > 1 && (
            <NativeSelect
              label={t`List`}
              className={s.inline}
              value={list?.id ?? ''}
              onChange={(e) => change({ list_id: e.currentTarget.value })}
              data={lists.map((l) => ({ value: l.id, label: `${l.code} ${l.name}` }))}
            />
          )}
          {more || draft.due || draft.urgent || draft.description ? (
            <>
              <DueInput
                label={t`Due`}
                className={s.inline}
                placeholder={t`No date`}
                value={draft.due}
                onChange={(due) => change({ due })}
              />
              <Switch
                className={s.switch}
                labelPosition="left"
                label={t`Urgent`}
                checked={draft.urgent}
                onChange={(e) => change({ urgent: e.currentTarget.checked })}
              />
              <Textarea
                label={t`Description`}
                autosize
                minRows={2}
                maxRows={8}
                maxLength={10_000}
                value={draft.description}
                onChange={(e) => change({ description: e.currentTarget.value })}
              />
              {!draft.description && described.length > 0 && (
                <ul className={s.proposals} aria-label={t`Descriptions written before`}>
                  {described.map((x) => (
                    <li key={x}>
                      <button type="button" onClick={() => change({ description: x })}>
                        {x.length > 80 ? `${x.slice(0, 79)}…` : x}
                      </button>
                    </li>
                  ))}
                </ul>
              )}
            </>
          ) : (
            <button type="button" className={s.more} onClick={() => setMore(true)}>
              <Trans>Due date, urgent, description</Trans>
            </button>
          )}
        </div>
      </div>
      <div className={s.foot}>
        <Button type="submit" size="lg" fullWidth className={s.save} disabled={saving || busy > 0}>
          {busy > 0 ? <Trans>Getting the photo ready</Trans> : <Trans>Save point</Trans>}
        </Button>
      </div>
    </form>
  );
}

function PhotoRow({
  photos,
  busy,
  onFiles,
  onRemove,
}: {
  photos: readonly DraftPhoto[];
  busy: number;
  onFiles: (f: FileList | null) => void;
  onRemove: (id: Id) => void;
}) {
  const { t } = useLingui();
  const camera = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const touch = typeof window !== 'undefined' && window.matchMedia('(pointer: coarse)').matches;
  const took = (input: HTMLInputElement) => {
    onFiles(input.files);
    input.value = '';
  };
  return (
    <div className={s.photos}>
      {photos.map((p, i) => (
        <DraftThumb key={p.id} photo={p} label={t`Remove photo ${i + 1}`} onRemove={() => onRemove(p.id)} />
      ))}
      {busy > 0 && <div className={s.waitingPhoto} role="status" aria-label={t`Getting the photo ready`} />}
      {touch && (
        <button type="button" className={s.add} onClick={() => camera.current?.click()}>
          <svg width="26" height="26" viewBox="0 0 26 26" fill="none" stroke="currentColor" strokeWidth="1.7" aria-hidden="true">
            <path d="M3 8.5h4.5L9.5 6h7l2 2.5H23V20H3z" strokeLinejoin="round" />
            <circle cx="13" cy="13.8" r="3.8" />
          </svg>
          <Trans>Camera</Trans>
        </button>
      )}
      <button type="button" className={s.add} onClick={() => files.current?.click()}>
        <svg width="26" height="26" viewBox="0 0 26 26" fill="none" stroke="currentColor" strokeWidth="1.7" aria-hidden="true">
          {touch ? <path d="M3.5 4.5h19v17h-19zM3.5 18l6-6 4.5 4.5 3-3 5.5 5.5" strokeLinejoin="round" /> : <path d="M13 5v16M5 13h16" />}
        </svg>
        {touch ? <Trans>Gallery</Trans> : <Trans>Add photos</Trans>}
      </button>
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        data-testid="camera"
        onChange={(e) => took(e.currentTarget)}
      />
      <input ref={files} type="file" accept={PHOTO_TYPES} multiple hidden data-testid="files" onChange={(e) => took(e.currentTarget)} />
    </div>
  );
}

function DraftThumb({ photo, label, onRemove }: { photo: DraftPhoto; label: string; onRemove: () => void }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([photo.data], { type: photo.type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [photo.data, photo.type]);
  return (
    <div className={s.thumb}>
      {photo.width === 0 ? (
        <span className={s.unseen}>{photo.type === 'image/tiff' ? 'TIFF' : 'HEIC'}</span>
      ) : (
        url && <img src={url} alt="" />
      )}
      <CloseButton className={s.remove} size="sm" radius="xl" onClick={onRemove} aria-label={label} />
    </div>
  );
}
