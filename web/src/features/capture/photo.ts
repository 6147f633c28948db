/** Makes a photo fit to send: at most 2,560 pixels on its longer side, a JPEG, upright. */
import { takenAt } from './exif';

export const LONGEST = 2560;
const QUALITY = 0.85;
/** The head of the file: EXIF stands in the first segment, at most 64 kB. */
const HEAD = 256 * 1024;

export interface Picture {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
  /** When it was taken, by its own word. */
  readonly takenAt: string | null;
}

/** The file is no picture that this browser can read. */
export class NotAPicture extends Error {
  override name = 'NotAPicture';
}

export function fitWithin(width: number, height: number, longest = LONGEST): { width: number; height: number } {
  const shrink = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

export async function prepare(file: Blob): Promise<Picture> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new NotAPicture();
  }
  const size = fitWithin(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext('2d');
  if (!context) throw new NotAPicture();
  // A JPEG has no see-through: white below a PNG that has.
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size.width, size.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  // Gives a phone its memory back now, not some time.
  canvas.width = 0;
  canvas.height = 0;
  if (!blob) throw new NotAPicture();
  return { blob, ...size, takenAt: takenAt(head)?.toISOString() ?? null };
}
