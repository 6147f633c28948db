/**
 * Photos on the device: those that wait to be sent (blobs), and copies of those the server has (photos), fetched when first shown and
 * thrown away, oldest use first, past a limit. Copies belong to the project's database, so that losing access purges them too.
 */
import { send } from '@/api/client';
import type { Id } from '@/api/types';
import { again, type ProjectDb } from '@/db/db';

export type PhotoSize = 'thumb' | 'full';

/** Bytes of copies a project may hold on a device. */
const limit = 250_000_000;

/** undrawable: it is on the device as it was chosen, since this browser could not draw it; the server makes a JPEG of it. */
export const undrawable = (type: string) => type === 'image/heic' || type === 'image/tiff';

export class Photos {
  private readonly urls = new Map<string, string>();
  private readonly asked = new Map<string, Promise<string | null>>();
  private ended = false;
  /** Copies that were chosen to be here: they do not go when there are too many. */
  kept: ReadonlySet<string> = new Set();

  constructor(private readonly db: ProjectDb) {}

  /** url answers an object URL, or null when the photo is neither here nor to be had now. */
  url(photo: Id, size: PhotoSize): Promise<string | null> {
    const key = `${photo}/${size}`;
    const have = this.urls.get(key);
    if (have) return Promise.resolve(have);
    let p = this.asked.get(key);
    if (!p) {
      p = this.find(photo, size)
        .then((blob) => {
          if (!blob || this.ended || undrawable(blob.type)) return null;
          const url = URL.createObjectURL(blob);
          this.urls.set(key, url);
          return url;
        })
        .finally(() => this.asked.delete(key));
      this.asked.set(key, p);
    }
    return p;
  }

  /** copy is the whole photo, from this device or the server; null when it cannot be had now. */
  copy(photo: Id): Promise<Blob | null> {
    return this.find(photo, 'full').catch(() => null);
  }

  /** bytes is what the copies take. */
  async bytes(): Promise<number> {
    let sum = 0;
    await this.db.photos.each((p) => {
      sum += p.data.byteLength;
    });
    return sum;
  }

  /** here are the copies on this device, by photo and size, and the photos that wait to be sent. */
  async here(): Promise<Set<string>> {
    return again(this.db, async () => {
      const [copies, waiting] = await Promise.all([
        this.db.photos.toCollection().primaryKeys(),
        this.db.blobs.toCollection().primaryKeys(),
      ]);
      return new Set([...copies, ...waiting.flatMap((id) => [`${id}/thumb`, `${id}/full`])]);
    });
  }

  /** fetch brings a copy to the device before anybody looks at it. */
  async fetch(photo: Id, size: PhotoSize, signal: AbortSignal): Promise<void> {
    const res = await send(`/projects/${this.db.project}/photos/${photo}/${size}`, { signal });
    const data = await res.arrayBuffer();
    if (signal.aborted || this.ended) return;
    await this.db.photos.put({
      key: `${photo}/${size}`,
      photo,
      data,
      type: res.headers.get('content-type') ?? 'image/jpeg',
      used: Date.now(),
    });
  }

  /** drop takes copies off the device. */
  async drop(keys: readonly string[]): Promise<void> {
    await this.db.photos.bulkDelete([...keys]);
    for (const k of keys) {
      const url = this.urls.get(k);
      if (url) URL.revokeObjectURL(url);
      this.urls.delete(k);
    }
  }

  /** forget takes the copies off the device; what waits to be sent stays. */
  async forget(): Promise<void> {
    await this.db.photos.clear();
    for (const u of this.urls.values()) URL.revokeObjectURL(u);
    this.urls.clear();
  }

  end(): void {
    this.ended = true;
    for (const u of this.urls.values()) URL.revokeObjectURL(u);
    this.urls.clear();
  }

  private async find(photo: Id, size: PhotoSize): Promise<Blob | null> {
    const local = await again(this.db, async () => {
      const waiting = await this.db.blobs.get(photo);
      if (waiting) return waiting;
      const copy =
        (await this.db.photos.get(`${photo}/${size}`)) ?? (size === 'thumb' ? await this.db.photos.get(`${photo}/full`) : undefined);
      if (copy) await this.db.photos.update(copy.key, { used: Date.now() });
      return copy;
    });
    if (local) return new Blob([local.data], { type: local.type });
    try {
      const res = await send(`/projects/${this.db.project}/photos/${photo}/${size}`);
      const data = await res.arrayBuffer();
      const type = res.headers.get('content-type') ?? 'image/jpeg';
      if (!this.ended) {
        await this.db.photos.put({ key: `${photo}/${size}`, photo, data, type, used: Date.now() });
        await this.trim();
      }
      return new Blob([data], { type });
    } catch {
      // Not here and nobody there: the size that we do have is better than nothing.
      const other = await this.db.photos.get(`${photo}/${size === 'full' ? 'thumb' : 'full'}`).catch(() => undefined);
      return other ? new Blob([other.data], { type: other.type }) : null;
    }
  }

  private async trim(): Promise<void> {
    let over = -limit;
    await this.db.photos.each((p) => {
      if (!this.kept.has(p.key)) over += p.data.byteLength;
    });
    if (over <= 0) return;
    const drop: string[] = [];
    await this.db.photos
      .orderBy('used')
      .until(() => over <= 0)
      .each((p) => {
        if (this.kept.has(p.key)) return;
        over -= p.data.byteLength;
        drop.push(p.key);
      });
    await this.db.photos.bulkDelete(drop);
  }
}
