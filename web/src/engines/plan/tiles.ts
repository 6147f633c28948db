/** The tiles of a sheet as OpenLayers draws them, and how many of them could not be had. */
import type Projection from 'ol/proj/Projection';
import ImageTile from 'ol/source/ImageTile';
import TileGrid from 'ol/tilegrid/TileGrid';
import { blank } from './canvas';
import { resolutions } from './geometry';
import type { SheetImage, TileLoader } from './types';

export class SheetTiles {
  readonly grid: TileGrid;
  private failed = 0;

  constructor(
    private readonly sheet: SheetImage,
    private readonly projection: Projection,
    extent: [number, number, number, number],
    /** Milliseconds in which a tile comes up. */
    private readonly transition: number,
    private readonly onMissing: (failed: number) => void,
  ) {
    // A dense screen shows the next deeper level at half the size: a tile pixel
    // is then a device pixel. Above two, the eye gains nothing for the bytes.
    const dense = window.devicePixelRatio > 1.25 ? 2 : 1;
    this.grid = new TileGrid({
      extent,
      origin: [0, 0],
      resolutions: resolutions(sheet).map((r) => r * dense),
      tileSize: sheet.tileSize / dense,
    });
  }

  source(load: TileLoader): ImageTile {
    return new ImageTile({
      projection: this.projection,
      wrapX: false,
      transition: this.transition,
      tileSize: this.sheet.tileSize,
      tileGrid: this.grid,
      loader: (z, x, y, { signal }) => this.load(load, z, x, y, signal),
    });
  }

  /** Begins to count anew; false when nothing was missing. */
  forgive(): boolean {
    const had = this.failed > 0;
    this.failed = 0;
    return had;
  }

  private async load(
    load: TileLoader,
    z: number,
    x: number,
    y: number,
    signal: AbortSignal,
  ): Promise<ImageBitmap | HTMLImageElement | HTMLCanvasElement> {
    try {
      const picture = await load(z, x, y, signal);
      if (this.forgive()) this.onMissing(0);
      return picture ?? blank();
    } catch (error) {
      if (!signal.aborted) this.onMissing(++this.failed);
      throw error;
    }
  }
}
