/** Canvases that the viewer draws on by itself. */

/** A canvas as large as the map, sharp on the screen it is on. */
export class LayerCanvas {
  private canvas: HTMLCanvasElement | null = null;

  constructor(private readonly name: string) {}

  /** Empty, and drawn on in CSS pixels. */
  ready(size: readonly number[], ratio: number): CanvasRenderingContext2D {
    if (!this.canvas) {
      this.canvas = document.createElement('canvas');
      this.canvas.className = this.name;
      this.canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none';
    }
    const { canvas } = this;
    const [width = 1, height = 1] = size;
    const w = Math.round(width * ratio);
    const h = Math.round(height * ratio);
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    return ctx;
  }
}

/** Blank paper for tiles that the archive leaves out. */
export function blank(): HTMLCanvasElement {
  const white = document.createElement('canvas');
  white.width = 1;
  white.height = 1;
  const ctx = white.getContext('2d') as CanvasRenderingContext2D;
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, 1, 1);
  return white;
}

/** The cross that the keyboard places a point with. */
export function paintCross(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [ink, line] of [
    ['#ffffff', 5],
    ['#1f47b8', 2],
  ] as const) {
    ctx.strokeStyle = ink;
    ctx.lineWidth = line;
    ctx.beginPath();
    ctx.moveTo(x - 14, y);
    ctx.lineTo(x + 14, y);
    ctx.moveTo(x, y - 14);
    ctx.lineTo(x, y + 14);
    ctx.stroke();
  }
}
