/** Draws pins, clusters, halo and ring on a canvas, and knows what was hit. */
import { ClusterIndex, type Group, levelOf } from './cluster';
import type { Pin, PinShape, Place } from './types';

/** Teardrop with its tip at (0, 0), 26 wide and 37 high. */
const TEARDROP = 'M0 0l-11-14a13 13 0 1 1 22 0z';
const HEAD_Y = -21.5;
const CLUSTER_INK = '#1d1c1a';
const HALO = 'rgb(31 71 184 / .16)';
const ACCENT = '#1f47b8';
const RADIUS = 30;
const HIT_MOUSE = 17;
const HIT_TOUCH = 26;

export interface Hit {
  /** One id for a pin, several for a cluster. */
  readonly ids: readonly string[];
  readonly place: Place;
}

interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly head: number;
  readonly ids: readonly string[];
  readonly place: Place;
}

/** From page units to CSS pixels of the canvas. */
export type Project = (p: Place) => Place;

export class PinPainter {
  private pins: Pin[] = [];
  /** Where each pin stands on the page. */
  private places: Place[] = [];
  private index = new ClusterIndex([], RADIUS);
  private loose: number[] = [];
  private drawn: Drawn[] = [];
  private selected: string | null = null;
  private focused: string | null = null;
  private ghost: Place | null = null;
  private font = 'ui-monospace, monospace';
  private teardrop: Path2D | null = null;

  setFont(family: string): void {
    this.font = family;
  }

  setPins(pins: readonly Pin[], toPage: (p: Place) => Place): void {
    this.pins = [...pins];
    this.places = this.pins.map(toPage);
    this.rebuild();
  }

  /** The selected pin never hides in a cluster. */
  select(id: string | null): void {
    if (this.selected === id) return;
    this.selected = id;
    this.rebuild();
  }

  focus(id: string | null): void {
    if (this.focused === id) return;
    this.focused = id;
    this.rebuild();
  }

  /** A pin that is being placed, on the page. */
  setGhost(place: Place | null): void {
    this.ghost = place;
  }

  placeOf(id: string): Place | undefined {
    const i = this.pins.findIndex((pin) => pin.id === id);
    return i < 0 ? undefined : this.places[i];
  }

  placesOf(ids: readonly string[]): Place[] {
    const wanted = new Set(ids);
    return this.places.filter((_, i) => wanted.has((this.pins[i] as Pin).id));
  }

  private rebuild(): void {
    this.loose = [];
    this.pins.forEach((pin, i) => {
      if (pin.id !== this.selected && pin.id !== this.focused) this.loose.push(i);
    });
    this.index = new ClusterIndex(
      this.loose.map((i) => this.places[i] as Place),
      RADIUS,
    );
  }

  /** Paints all that is within the view; scale in CSS pixels per page unit. */
  paint(ctx: CanvasRenderingContext2D, width: number, height: number, scale: number, project: Project): void {
    this.teardrop ??= new Path2D(TEARDROP);
    this.drawn = [];
    const margin = 48;
    const visible = (p: Place) => p.x > -margin && p.y > -margin && p.x < width + margin && p.y < height + margin;
    // Farther down is nearer to the eye: it covers what is above.
    const shown: { at: Place; group: Group }[] = [];
    for (const group of this.index.at(levelOf(scale))) {
      const at = project(group);
      if (visible(at)) shown.push({ at, group });
    }
    shown.sort((a, b) => a.at.y - b.at.y);
    for (const { at, group } of shown) {
      const ids = group.members.map((m) => (this.pins[this.loose[m] as number] as Pin).id);
      if (ids.length === 1) {
        this.paintPin(ctx, at, this.pins[this.loose[group.members[0] as number] as number] as Pin, false);
        this.drawn.push({ x: at.x, y: at.y, head: HEAD_Y, ids, place: group });
      } else {
        this.paintCluster(ctx, at, ids.length);
        this.drawn.push({ x: at.x, y: at.y, head: 0, ids, place: group });
      }
    }
    for (const id of new Set([this.focused, this.selected])) {
      const i = id === null ? -1 : this.pins.findIndex((pin) => pin.id === id);
      if (i < 0) continue;
      const place = this.places[i] as Place;
      const at = project(place);
      if (!visible(at)) continue;
      const pin = this.pins[i] as Pin;
      if (id === this.selected) this.paintHalo(ctx, at);
      this.paintPin(ctx, at, pin, id === this.selected);
      if (id === this.focused) this.paintRing(ctx, at);
      this.drawn.push({ x: at.x, y: at.y, head: HEAD_Y, ids: [pin.id], place });
    }
    if (this.ghost) {
      const at = project(this.ghost);
      this.paintHalo(ctx, at);
      this.paintPin(ctx, at, { id: '', x: 0, y: 0, colour: ACCENT, shape: 'circle', label: '' }, true);
    }
  }

  /** What lies under a CSS pixel of the canvas; the nearest wins, the topmost on a tie. */
  hit(at: Place, touch: boolean): Hit | null {
    const reach = touch ? HIT_TOUCH : HIT_MOUSE;
    let best: Drawn | null = null;
    let least = reach * reach;
    for (const item of this.drawn) {
      const head = (at.x - item.x) ** 2 + (at.y - item.y - item.head) ** 2;
      // The tip is narrow, so it counts only from close by.
      const tip = item.head === 0 ? head : 4 * ((at.x - item.x) ** 2 + (at.y - item.y) ** 2);
      const away = Math.min(head, tip);
      if (away <= least) {
        least = away;
        best = item;
      }
    }
    return best ? { ids: best.ids, place: best.place } : null;
  }

  private paintPin(ctx: CanvasRenderingContext2D, at: Place, pin: Pin, strong: boolean): void {
    const ink = inkOn(pin.colour);
    ctx.save();
    ctx.translate(Math.round(at.x), Math.round(at.y));
    if (strong) ctx.scale(1.15, 1.15);
    const path = this.teardrop as Path2D;
    ctx.lineJoin = 'round';
    // A white edge keeps the pin readable on dark lines and on its neighbours.
    ctx.strokeStyle = '#ffffff';
    ctx.lineWidth = strong ? 4 : 2.5;
    ctx.stroke(path);
    ctx.fillStyle = pin.colour;
    ctx.fill(path);
    ctx.fillStyle = ink;
    if (pin.label === '') {
      paintShape(ctx, pin.shape, 0, HEAD_Y, 5, ink);
    } else {
      const size = pin.label.length > 4 ? 7 : pin.label.length > 3 ? 8.5 : pin.label.length > 2 ? 9.5 : 11;
      ctx.font = `600 ${size}px ${this.font}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(pin.label, 0, HEAD_Y - 1);
      paintShape(ctx, pin.shape, 0, -10, 2.6, ink);
    }
    if (pin.urgent) paintUrgent(ctx);
    ctx.restore();
  }

  private paintCluster(ctx: CanvasRenderingContext2D, at: Place, count: number): void {
    const text = count > 999 ? `${Math.floor(count / 1000)}k` : String(count);
    const radius = text.length > 2 ? 19 : 17;
    ctx.save();
    ctx.translate(Math.round(at.x), Math.round(at.y));
    ctx.beginPath();
    ctx.arc(0, 0, radius, 0, Math.PI * 2);
    ctx.fillStyle = CLUSTER_INK;
    ctx.fill();
    ctx.strokeStyle = '#ffffff';
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.fillStyle = '#ffffff';
    ctx.font = `600 11px ${this.font}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, 0, 0.5);
    ctx.restore();
  }

  private paintHalo(ctx: CanvasRenderingContext2D, at: Place): void {
    ctx.beginPath();
    ctx.arc(at.x, at.y + HEAD_Y + 3, 28, 0, Math.PI * 2);
    ctx.fillStyle = HALO;
    ctx.fill();
  }

  private paintRing(ctx: CanvasRenderingContext2D, at: Place): void {
    ctx.beginPath();
    ctx.arc(at.x, at.y + HEAD_Y + 3, 25, 0, Math.PI * 2);
    ctx.strokeStyle = '#ffffff';
    ctx.lineWidth = 6;
    ctx.stroke();
    ctx.strokeStyle = ACCENT;
    ctx.lineWidth = 3;
    ctx.stroke();
  }
}

/** Black or white, whichever reads better on the colour (WCAG relative luminance). */
export function inkOn(hex: string): string {
  const match = /^#([0-9a-f]{6})$/i.exec(hex);
  if (!match) return '#ffffff';
  const value = Number.parseInt(match[1] as string, 16);
  const channel = (shift: number) => {
    const c = ((value >> shift) & 255) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.0625 ? '#ffffff' : '#1d1c1a';
}

function paintShape(ctx: CanvasRenderingContext2D, shape: PinShape, x: number, y: number, r: number, ink: string): void {
  ctx.beginPath();
  switch (shape) {
    case 'square':
      ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      break;
    case 'diamond':
      ctx.moveTo(x, y - r * 1.25);
      ctx.lineTo(x + r * 1.25, y);
      ctx.lineTo(x, y + r * 1.25);
      ctx.lineTo(x - r * 1.25, y);
      ctx.closePath();
      break;
    case 'triangle':
      ctx.moveTo(x, y - r * 1.1);
      ctx.lineTo(x + r * 1.2, y + r);
      ctx.lineTo(x - r * 1.2, y + r);
      ctx.closePath();
      break;
    default:
      ctx.arc(x, y, r, 0, Math.PI * 2);
  }
  if (shape === 'ring') {
    ctx.strokeStyle = ink;
    ctx.lineWidth = r * 0.6;
    ctx.stroke();
  } else {
    ctx.fillStyle = ink;
    ctx.fill();
  }
}

/** Two chevrons on a dark disc, upper right of the head. */
function paintUrgent(ctx: CanvasRenderingContext2D): void {
  ctx.save();
  ctx.translate(11, -31);
  ctx.beginPath();
  ctx.arc(0, 0, 6.5, 0, Math.PI * 2);
  ctx.fillStyle = CLUSTER_INK;
  ctx.fill();
  ctx.strokeStyle = '#ffffff';
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(-3, 0);
  ctx.lineTo(0, -3);
  ctx.lineTo(3, 0);
  ctx.moveTo(-3, 3.5);
  ctx.lineTo(0, 0.5);
  ctx.lineTo(3, 3.5);
  ctx.stroke();
  ctx.restore();
}
