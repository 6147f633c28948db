/** A point's photos: small ones in a grid, each opens large. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Modal } from '@mantine/core';
import { useRef, useState } from 'react';
import type { Id, Photo, Point, Shape } from '@/api/types';
import { ago, exact, useCommands, useName, usePhoto, useReader } from '@/store';
import { toast } from '@/ui';
import { NotAPicture, PHOTO_TYPES, prepare } from '../capture/photo';
import { Drawn } from '../markup/Drawn';
import { Editor } from '../markup/Editor';
import s from './points.module.css';

export function Thumb({
  photo,
  label,
  shapes = [],
  onOpen,
}: {
  photo: Photo;
  label: string;
  shapes?: readonly Shape[];
  onOpen: () => void;
}) {
  const { t } = useLingui();
  const url = usePhoto(photo.id, 'thumb', photo.width);
  const reader = useReader();
  const at = photo.taken_at ?? photo.at;
  return (
    <button type="button" className={s.thumb} onClick={onOpen} title={exact(at, reader)}>
      <span className="hidden-text">{label}</span>
      {url ? (
        <img src={url} alt="" loading="lazy" />
      ) : (
        <span className={s.noPhoto}>
          {url === null && (photo.width === 0 ? <Trans>Shows once it is sent</Trans> : <Trans>Not on this device</Trans>)}
        </span>
      )}
      {shapes.length > 0 && (
        <span className={s.marked} title={t`With mark-up`}>
          ✎
        </span>
      )}
      <small>{ago(at, reader)}</small>
    </button>
  );
}

/** What is drawn over a photo of a point. */
export function shapesOn(point: Point, photo: Id): readonly Shape[] {
  return point.markups?.find((m) => m.target_id === photo)?.shapes ?? [];
}

export function Photos({ point }: { point: Point }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [open, setOpen] = useState<number | null>(null);
  const [busy, setBusy] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const count = point.photos.length;

  const add = async (files: FileList | null) => {
    const list = [...(files ?? [])];
    setBusy(list.length);
    for (const file of list) {
      try {
        const picture = await prepare(file);
        const undo = await commands.addPhoto(point.id, {
          blob: picture.blob,
          width: picture.width,
          height: picture.height,
          ...(picture.takenAt ? { takenAt: picture.takenAt } : {}),
        });
        toast(t`Photo added`, undo);
      } catch (e) {
        if (!(e instanceof NotAPicture)) throw e;
        toast(t`${file.name} is not a picture that can be read here.`);
      } finally {
        setBusy((n) => n - 1);
      }
    }
  };

  return (
    <div className={s.photos}>
      {point.photos.map((photo, i) => (
        <Thumb
          key={photo.id}
          photo={photo}
          shapes={shapesOn(point, photo.id)}
          label={t`Photo ${i + 1} of ${count}`}
          onOpen={() => setOpen(i)}
        />
      ))}
      {point.may.photo && (
        <button type="button" className={s.addPhoto} onClick={() => input.current?.click()} disabled={busy > 0}>
          {busy > 0 ? <Trans>Getting ready</Trans> : <Trans>Add photo</Trans>}
        </button>
      )}
      <input
        ref={input}
        type="file"
        accept={PHOTO_TYPES}
        multiple
        hidden
        onChange={(e) => {
          void add(e.currentTarget.files);
          e.currentTarget.value = '';
        }}
      />
      {open !== null && point.photos[open] && <Lightbox point={point} index={open} onIndex={setOpen} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Lightbox({ point, index, onIndex, onClose }: { point: Point; index: number; onIndex: (i: number) => void; onClose: () => void }) {
  const { t } = useLingui();
  const commands = useCommands();
  const name = useName();
  const reader = useReader();
  const photo = point.photos[index] as Photo;
  const count = point.photos.length;
  const url = usePhoto(photo.id, 'full', photo.width);
  const small = usePhoto(photo.id, 'thumb', photo.width);
  const [drawing, setDrawing] = useState(false);
  const [bare, setBare] = useState(false);
  const shapes = shapesOn(point, photo.id);
  const save = async (next: Shape[]) => {
    setDrawing(false);
    const undo = await commands.mark(point.id, 'photo', photo.id, next);
    toast(t`Mark-up saved`, undo);
  };
  const go = (step: number) => onIndex((index + step + count) % count);
  const remove = async () => {
    if (count === 1) onClose();
    else onIndex(Math.min(index, count - 2));
    const undo = await commands.removePhoto(point.id, photo.id);
    toast(t`Photo removed`, undo ?? undefined);
  };
  return (
    <Modal.Root
      opened
      onClose={onClose}
      fullScreen
      transitionProps={{ duration: 80 }}
      onKeyDown={(e) => {
        if (drawing) return;
        if (e.key === 'ArrowRight') go(1);
        if (e.key === 'ArrowLeft') go(-1);
      }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t`Photo ${index + 1} of ${count}`} className={s.lightbox}>
        <div className={s.lightboxBar}>
          <span>
            {index + 1} / {count}
          </span>
          <span className={s.lightboxWho}>
            {name(photo.author_id)}, <time dateTime={photo.taken_at ?? photo.at}>{exact(photo.taken_at ?? photo.at, reader)}</time>
          </span>
          <span className={s.lightboxTools}>
            {shapes.length > 0 && !drawing && (
              <Button size="compact-sm" variant="subtle" color="gray" c="white" aria-pressed={bare} onClick={() => setBare(!bare)}>
                {bare ? <Trans>Show mark-up</Trans> : <Trans>Hide mark-up</Trans>}
              </Button>
            )}
            {point.may.photo && url && photo.width > 0 && !drawing && (
              <Button size="compact-sm" variant="subtle" color="gray" c="white" onClick={() => setDrawing(true)}>
                <Trans>Draw</Trans>
              </Button>
            )}
            {point.may.edit && !drawing && (
              <Button size="compact-sm" variant="subtle" color="gray" c="white" onClick={() => void remove()}>
                <Trans>Remove</Trans>
              </Button>
            )}
          </span>
          <CloseButton variant="transparent" c="white" onClick={onClose} aria-label={t`Close`} data-autofocus />
        </div>
        {drawing && url ? (
          <Editor
            url={url}
            width={photo.width}
            height={photo.height}
            shapes={shapes}
            onSave={(next) => void save(next)}
            onCancel={() => setDrawing(false)}
          />
        ) : (
          <div className={s.lightboxBody}>
            {(url ?? small) ? (
              <>
                <img src={url ?? small ?? undefined} alt={t`${point.subject}, ${index + 1} of ${count}`} />
                {!bare && shapes.length > 0 && <Drawn width={photo.width} height={photo.height} shapes={shapes} />}
              </>
            ) : (
              <p>
                {url === null &&
                  (photo.width === 0 ? (
                    <Trans>This browser cannot show this kind of picture. It shows once it is sent.</Trans>
                  ) : (
                    <Trans>This photo is not on this device. It comes when there is a network.</Trans>
                  ))}
              </p>
            )}
            {count > 1 && (
              <>
                <button type="button" className={s.lightboxPrev} onClick={() => go(-1)} aria-label={t`Previous photo`}>
                  ‹
                </button>
                <button type="button" className={s.lightboxNext} onClick={() => go(1)} aria-label={t`Next photo`}>
                  ›
                </button>
              </>
            )}
          </div>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}
