/** Pure arithmetic of the viewer: maps between frame, page and pixels. */
import type { Affine, Look, Padding, Place, SheetImage, Size } from './types';

export const IDENTITY: Affine = [1, 0, 0, 1, 0, 0];

/** How far past the raster's own pixels one may zoom in. */
export const OVERZOOM = 8;

export function apply(m: Affine, p: Place): Place {
  return { x: m[0] * p.x + m[2] * p.y + m[4], y: m[1] * p.x + m[3] * p.y + m[5] };
}

/** The map back, or the identity where there is none: a sheet must always open. */
export function invert(m: Affine): Affine {
  const det = m[0] * m[3] - m[1] * m[2];
  if (!Number.isFinite(det) || Math.abs(det) < 1e-12 || !m.every(Number.isFinite)) {
    return IDENTITY;
  }
  const [a, b, c, d, e, f] = m;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

/** First n, then m. */
export function mul(m: Affine, n: Affine): Affine {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

/** How much longer a length gets, whatever the direction: the root of the area's growth. */
export function growth(m: Affine): number {
  const g = Math.sqrt(Math.abs(m[0] * m[3] - m[1] * m[2]));
  return Number.isFinite(g) && g > 0 ? g : 1;
}

/**
 * The page in the units the view works in. Where the server did not tell the
 * page's own size it is what the affine makes of the frame: the width
 * that the frame has on the page, the height by the picture's proportions.
 */
export function pageSize(sheet: SheetImage): Size {
  if (sheet.page && sheet.page.width > 0) return sheet.page;
  const width = sheet.frame.width / growth(sheet.affine);
  return { width, height: (width * sheet.pixels.height) / sheet.pixels.width };
}

/** Page units per raster pixel at each level, coarsest first. */
export function resolutions(sheet: SheetImage): number[] {
  const native = pageSize(sheet).width / sheet.pixels.width;
  return Array.from({ length: sheet.maxZoom + 1 }, (_, z) => native * 2 ** (sheet.maxZoom - z));
}

/** Tiles across and down at level z. */
export function tilesAt(sheet: SheetImage, z: number): { columns: number; rows: number } {
  const shrink = 2 ** (sheet.maxZoom - z);
  return {
    columns: Math.ceil(Math.ceil(sheet.pixels.width / shrink) / sheet.tileSize),
    rows: Math.ceil(Math.ceil(sheet.pixels.height / shrink) / sheet.tileSize),
  };
}

/** CSS pixels per page unit at which the whole page shows within the padding. */
export function fitScale(page: Size, view: Size, pad: Padding): number {
  const width = Math.max(1, view.width - pad.left - pad.right);
  const height = Math.max(1, view.height - pad.top - pad.bottom);
  return Math.min(width / page.width, height / page.height);
}

export function inside(frame: Size, p: Place): boolean {
  return p.x >= 0 && p.y >= 0 && p.x <= frame.width && p.y <= frame.height;
}

/** A place as the server stores it: two decimals are a three-hundredth of a millimetre. */
export function rounded(p: Place): Place {
  return { x: Math.round(p.x * 100) / 100, y: Math.round(p.y * 100) / 100 };
}

/** For the address bar: "x,y,scale". */
export function lookToText(look: Look): string {
  const scale = Number(look.scale.toPrecision(3));
  return `${Math.round(look.x)},${Math.round(look.y)},${scale}`;
}

/** Reads what lookToText wrote; undefined for anything else. */
export function lookFromText(text: unknown): Look | undefined {
  if (typeof text !== 'string') return undefined;
  const parts = text.split(',');
  if (parts.length !== 3 || parts.some((part) => part.trim() === '')) return undefined;
  const [x, y, scale] = parts.map(Number) as [number, number, number];
  if (!Number.isFinite(x) || !Number.isFinite(y) || !Number.isFinite(scale) || scale <= 0) {
    return undefined;
  }
  return { x, y, scale };
}
