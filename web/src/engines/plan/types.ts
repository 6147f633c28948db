/**
 * What the plan viewer speaks of.
 *
 * Places are in the FRAME of the sheet: origin top left, y down, unit as the
 * server gives it (points of a PDF page, pixels of a picture). A revision's
 * `affine` maps its own page into that frame, in the order of PDF and SVG:
 * x' = a·x + c·y + e, y' = b·x + d·y + f.
 */

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Affine = readonly [number, number, number, number, number, number];

/** One revision of a sheet as tiles: level z has a scale of 2^(z - maxZoom). */
export interface SheetImage {
  /** Stable name of the pixels: the revision's id. */
  readonly key: string;
  readonly frame: Size;
  /** Size in pixels at the deepest level, padding not counted. */
  readonly pixels: Size;
  readonly maxZoom: number;
  readonly tileSize: number;
  readonly affine: Affine;
  /** The page in its own units, where it is known. */
  readonly page?: Size | undefined;
}

export type PinShape = 'circle' | 'square' | 'diamond' | 'triangle' | 'ring';

export interface Pin extends Place {
  readonly id: string;
  /** A hex colour; the sheet is white in every theme, so it must suit white. */
  readonly colour: string;
  readonly shape: PinShape;
  /** What stands in the head: the number, or a dash until there is one. */
  readonly label: string;
  readonly urgent?: boolean;
}

/** Where one looks: the frame's place in the middle, and CSS pixels per frame unit. */
export interface Look extends Place {
  readonly scale: number;
}

export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Gives a tile's picture; null where the sheet is blank. Rejects when it cannot be had. */
export type TileLoader = (z: number, x: number, y: number, signal: AbortSignal) => Promise<ImageBitmap | HTMLImageElement | null>;

export interface PlanEvents {
  /** A tap on the sheet where no pin is. */
  tap: { place: Place; touch: boolean };
  /** A finger held still, or the second mouse button. */
  longpress: { place: Place };
  pin: { id: string };
  /** Pins that stay together however far one zooms in. */
  cluster: { ids: readonly string[] };
  /** The view was drawn: what lies over it moves along. */
  drawn: Record<string, never>;
  /** The view came to rest. */
  look: Look;
  /** Scale while zooming, for a read-out. */
  scale: { scale: number };
  /** Enter in placing mode: the place under the cross. */
  place: { place: Place };
  /** Escape, or the like. */
  cancel: Record<string, never>;
  /** How many tiles failed since the last success; 0 when a tile came. */
  missing: { failed: number };
}

export type PlanEvent = keyof PlanEvents;
