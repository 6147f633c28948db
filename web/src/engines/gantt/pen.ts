/** What the painter needs of a canvas, and the same on an SVG: a page that is printed is drawn by what draws the screen. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'globalAlpha'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'rect'
  | 'arc'
  | 'roundRect'
  | 'fill'
  | 'stroke'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'setLineDash'
  | 'save'
  | 'restore'
  | 'clip'
  | 'translate'
>;

const round = (v: number) => Math.round(v * 100) / 100;
const xml = (t: string) => t.replace(/[&<>"]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&quot;'));

interface Kept {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  globalAlpha: number;
  dash: number[];
  x: number;
  y: number;
  open: number;
}

/** SvgPen writes what is drawn as SVG. Clips are rectangles. */
export class SvgPen implements Pen {
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  font = '10px sans-serif';
  textAlign: CanvasTextAlign = 'start';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  globalAlpha = 1;
  private dash: number[] = [];
  private x = 0;
  private y = 0;
  private open = 0;
  private path: string[] = [];
  private box: [number, number, number, number] | null = null;
  private readonly stack: Kept[] = [];
  private readonly out: string[] = [];
  private clips = 0;

  constructor(private readonly prefix = 'c') {}

  save(): void {
    this.stack.push({
      fillStyle: this.fillStyle,
      strokeStyle: this.strokeStyle,
      lineWidth: this.lineWidth,
      font: this.font,
      textAlign: this.textAlign,
      textBaseline: this.textBaseline,
      globalAlpha: this.globalAlpha,
      dash: this.dash,
      x: this.x,
      y: this.y,
      open: this.open,
    });
  }

  restore(): void {
    const k = this.stack.pop();
    if (!k) return;
    for (; this.open > k.open; this.open--) this.out.push('</g>');
    const { dash, x, y, open, ...rest } = k;
    Object.assign(this, rest);
    this.dash = dash;
    this.x = x;
    this.y = y;
    this.open = open;
  }

  translate(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
  }

  clip(): void {
    if (!this.box) return;
    const [x, y, w, h] = this.box;
    const id = `${this.prefix}${++this.clips}`;
    this.out.push(
      `<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}"/></clipPath><g clip-path="url(#${id})">`,
    );
    this.open++;
  }

  setLineDash(d: Iterable<number>): void {
    this.dash = [...d];
  }

  beginPath(): void {
    this.path = [];
    this.box = null;
  }
  moveTo(x: number, y: number): void {
    this.path.push(`M${round(x + this.x)} ${round(y + this.y)}`);
  }
  lineTo(x: number, y: number): void {
    this.path.push(`L${round(x + this.x)} ${round(y + this.y)}`);
  }
  closePath(): void {
    this.path.push('Z');
  }
  rect(x: number, y: number, w: number, h: number): void {
    this.box = [x + this.x, y + this.y, w, h];
    this.path.push(`M${round(x + this.x)} ${round(y + this.y)}h${round(w)}v${round(h)}h${round(-w)}Z`);
  }
  roundRect(x: number, y: number, w: number, h: number): void {
    this.rect(x, y, w, h);
  }
  arc(x: number, y: number, r: number): void {
    const [cx, cy] = [x + this.x, y + this.y];
    this.path.push(`M${round(cx - r)} ${round(cy)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`);
  }

  private paint(fill: boolean): string {
    const alpha = this.globalAlpha < 1 ? ` opacity="${round(this.globalAlpha)}"` : '';
    if (fill) return ` fill="${xml(this.fillStyle)}"${alpha}`;
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.join(' ')}"` : '';
    return ` fill="none" stroke="${xml(this.strokeStyle)}" stroke-width="${round(this.lineWidth)}"${dash}${alpha}`;
  }

  fill(): void {
    this.out.push(`<path d="${this.path.join('')}"${this.paint(true)}/>`);
  }
  stroke(): void {
    this.out.push(`<path d="${this.path.join('')}"${this.paint(false)}/>`);
  }
  fillRect(x: number, y: number, w: number, h: number): void {
    this.out.push(`<rect x="${round(x + this.x)}" y="${round(y + this.y)}" width="${round(w)}" height="${round(h)}"${this.paint(true)}/>`);
  }
  strokeRect(x: number, y: number, w: number, h: number): void {
    this.out.push(`<rect x="${round(x + this.x)}" y="${round(y + this.y)}" width="${round(w)}" height="${round(h)}"${this.paint(false)}/>`);
  }
  fillText(text: string, x: number, y: number): void {
    if (text === '') return;
    const m = /(?:(\d{3}|bold) )?([\d.]+)px (.+)/.exec(this.font);
    const anchor = this.textAlign === 'center' ? 'middle' : this.textAlign === 'right' || this.textAlign === 'end' ? 'end' : 'start';
    const size = Number(m?.[2] ?? 10);
    // "middle" is not everywhere: a third of the size below the middle stands as well.
    const dy = this.textBaseline === 'middle' ? size * 0.35 : 0;
    this.out.push(
      `<text x="${round(x + this.x)}" y="${round(y + this.y + dy)}" font-size="${size}" font-family="${xml(m?.[3] ?? 'sans-serif')}" font-weight="${m?.[1] ?? '400'}" text-anchor="${anchor}"${this.paint(true)}>${xml(text)}</text>`,
    );
  }

  /** svg is all of it, in its own units. */
  svg(width: number, height: number, label: string): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-label="${xml(label)}">${this.out.join('')}${'</g>'.repeat(this.open)}</svg>`;
  }
}
