/**
 * Two revisions in one picture: the older one drawn through the maps of both into the newer one's tiles, and what differs in colour.
 * A tile loader like any other, so it works from the device too.
 */
import { apply, growth, invert, mul, pageSize, resolutions, tilesAt } from './geometry';
import type { Affine, Place, SheetImage, TileLoader } from './types';

export interface Side {
  readonly image: SheetImage;
  readonly load: TileLoader;
}

/** Ink of what came and of what went, as parts of 255. Told apart by blinking too, never by colour alone. */
export const ADDED = '#0b57c4';
export const REMOVED = '#c2410c';

/** Which level of the other sheet is fine enough for a level of the first, and how its pixels lie in the first one's at that level. */
export function between(base: SheetImage, other: SheetImage, z: number): { level: number; toBase: Affine } {
  const map = mul(invert(other.affine), base.affine);
  const wanted = (resolutions(base)[z] ?? 1) * growth(map);
  const all = resolutions(other);
  let level = all.findIndex((r) => r <= wanted * 1.05);
  if (level < 0) level = other.maxZoom;
  const fine = all[level] ?? 1;
  const coarse = resolutions(base)[z] ?? 1;
  const back = invert(map);
  return { level, toBase: mul([1 / coarse, 0, 0, 1 / coarse, 0, 0], mul(back, [fine, 0, 0, fine, 0, 0])) };
}

/** The tiles of a level that lie under a square of the base, as [x, y]. */
export function under(other: SheetImage, level: number, toBase: Affine, from: Place, side: number): [number, number][] {
  const back = invert(toBase);
  const corners = [0, side].flatMap((dx) => [0, side].map((dy) => apply(back, { x: from.x + dx, y: from.y + dy })));
  const { columns, rows } = tilesAt(other, level);
  const range = (values: number[], most: number): [number, number] => [
    Math.max(0, Math.floor((Math.min(...values) - 1) / other.tileSize)),
    Math.min(most - 1, Math.floor((Math.max(...values) + 1) / other.tileSize)),
  ];
  const [x0, x1] = range(
    corners.map((c) => c.x),
    columns,
  );
  const [y0, y1] = range(
    corners.map((c) => c.y),
    rows,
  );
  const out: [number, number][] = [];
  for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) out.push([x, y]);
  return out;
}

function sheetOfPaper(side: number): { canvas: HTMLCanvasElement; ctx: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const ctx = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, side, side);
  return { canvas, ctx };
}

async function warped(base: SheetImage, other: Side, z: number, x: number, y: number, signal: AbortSignal): Promise<HTMLCanvasElement> {
  const side = base.tileSize;
  const { canvas, ctx } = sheetOfPaper(side);
  const { level, toBase } = between(base, other.image, z);
  const from = { x: x * side, y: y * side };
  const [a, b, c, d, e, f] = toBase;
  ctx.setTransform(a, b, c, d, e - from.x, f - from.y);
  ctx.globalCompositeOperation = 'darken';
  const tiles = await Promise.all(
    under(other.image, level, toBase, from, side).map(async ([tx, ty]) => ({ tx, ty, picture: await other.load(level, tx, ty, signal) })),
  );
  for (const { tx, ty, picture } of tiles) if (picture) ctx.drawImage(picture, tx * other.image.tileSize, ty * other.image.tileSize);
  return canvas;
}

/** The other revision's tiles, as they lie on the base. */
export function warpedTiles(base: SheetImage, other: Side): TileLoader {
  return async (z, x, y, signal) => createImageBitmap(await warped(base, other, z, x, y, signal));
}

/** A line grown by a pixel each way: what moved less did not move. */
function grown(picture: CanvasImageSource, side: number): Uint8ClampedArray {
  const { ctx } = sheetOfPaper(side);
  ctx.globalCompositeOperation = 'darken';
  for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) ctx.drawImage(picture, dx, dy);
  return ctx.getImageData(0, 0, side, side).data;
}

/** Paints what is common grey, what came blue and what went orange; over what is read from now. */
export function paintDifference(
  now: Uint8ClampedArray,
  before: Uint8ClampedArray,
  nowGrown: Uint8ClampedArray,
  beforeGrown: Uint8ClampedArray,
): void {
  const ink = (p: Uint8ClampedArray, i: number) => 255 - (0.3 * (p[i] ?? 0) + 0.59 * (p[i + 1] ?? 0) + 0.11 * (p[i + 2] ?? 0));
  for (let i = 0; i < now.length; i += 4) {
    const mine = ink(now, i);
    const theirs = ink(before, i);
    if (mine < 4 && theirs < 4) {
      now[i] = now[i + 1] = now[i + 2] = 255;
      continue;
    }
    const came = Math.max(0, mine - ink(beforeGrown, i));
    const went = Math.max(0, theirs - ink(nowGrown, i));
    const same = Math.max(0, Math.max(mine - came, theirs - went) * 0.42);
    now[i] = 255 - same - (came * 244 + went * 61) / 255;
    now[i + 1] = 255 - same - (came * 168 + went * 190) / 255;
    now[i + 2] = 255 - same - (came * 59 + went * 243) / 255;
  }
}

/** What differs between two revisions. */
export function differenceTiles(base: Side, other: Side): TileLoader {
  const side = base.image.tileSize;
  return async (z, x, y, signal) => {
    const [mine, before] = await Promise.all([base.load(z, x, y, signal), warped(base.image, other, z, x, y, signal)]);
    const { canvas, ctx } = sheetOfPaper(side);
    if (mine) ctx.drawImage(mine, 0, 0);
    const pixels = ctx.getImageData(0, 0, side, side);
    const old = (before.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, side, side).data;
    paintDifference(pixels.data, old, grown(canvas, side), grown(before, side));
    ctx.putImageData(pixels, 0, 0);
    return createImageBitmap(canvas);
  };
}

/** Whether the two have a size to lie on each other with. */
export function comparable(a: SheetImage, b: SheetImage): boolean {
  return [a, b].every((s) => pageSize(s).width > 0 && pageSize(s).height > 0);
}
