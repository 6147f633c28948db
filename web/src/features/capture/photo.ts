/**
 * Makes a photo fit to send: at most 2,560 pixels on its longer side, a JPEG, upright. A HEIC or TIFF that this browser cannot draw goes
 * as it is: the server reads it, and takes its metadata off.
 */
import { takenAt } from './exif';

/** What a chooser of photos offers. Types alone do not do: some systems know them by their ending only. */
export const PHOTO_TYPES = 'image/jpeg,image/png,image/webp,image/heic,image/heif,image/tiff,.heic,.heif,.tif,.tiff';
/** What the server takes of one photo. */
const LARGEST = 25 * 1024 * 1024;

export const LONGEST = 2560;
const QUALITY = 0.85;
/** The head of the file: EXIF stands in the first segment, at most 64 kB. */
const HEAD = 256 * 1024;

export interface Picture {
  readonly blob: Blob;
  /** 0 of a picture that only the server can draw. */
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

/** serverReads is the type of a picture that browsers often cannot draw and the server can, by its first bytes; null for any other. */
export function serverReads(head: Uint8Array): 'image/heic' | 'image/tiff' | null {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 4) === 'II*\0' || text(0, 4) === 'MM\0*') return 'image/tiff';
  if (text(4, 8) !== 'ftyp') return null;
  const size = ((head[2] ?? 0) << 8) | (head[3] ?? 0);
  const brands = text(8, Math.min(Math.max(size, 12), 256));
  if (/avi[fs]/.test(brands)) return null;
  return /heic|heix|heim|heis|hevc|hevx|mif1|msf1/.test(brands) ? 'image/heic' : null;
}

export async function prepare(file: Blob): Promise<Picture> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    const type = serverReads(head);
    if (!type || file.size > LARGEST) throw new NotAPicture();
    return { blob: file.slice(0, file.size, type), width: 0, height: 0, takenAt: null };
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
