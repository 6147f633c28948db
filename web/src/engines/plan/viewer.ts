/**
 * The plan viewer: OpenLayers for tiles and gestures, own canvas for pins.
 *
 * It works in page units with y up (OpenLayers' way), and speaks to the outside
 * in frame places only. It knows no framework and no store: give it a sheet,
 * tiles and pins, and listen.
 */

import { defaults as noControls } from 'ol/control/defaults';
import { easeOut } from 'ol/easing';
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom';
import DragPan from 'ol/interaction/DragPan';
import MouseWheelZoom from 'ol/interaction/MouseWheelZoom';
import PinchZoom from 'ol/interaction/PinchZoom';
import Kinetic from 'ol/Kinetic';
import Layer from 'ol/layer/Layer';
import TileLayer from 'ol/layer/Tile';
import type { FrameState } from 'ol/Map';
import OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import Projection from 'ol/proj/Projection';
import type ImageTile from 'ol/source/ImageTile';
import View from 'ol/View';
import { LayerCanvas, paintCross } from './canvas';
import { Emitter } from './emitter';
import { apply, fitScale, growth, inside, invert, OVERZOOM, pageSize, rounded } from './geometry';
import { stepOf } from './keys';
import { watchLongPress } from './longpress';
import { PinPainter } from './pins';
import { SheetTiles } from './tiles';
import type { Affine, Look, Padding, Pin, Place, PlanEvents, SheetImage, Size, TileLoader } from './types';

export interface PlanOptions {
  readonly sheet: SheetImage;
  readonly tiles: TileLoader;
  /** Where to look first; the whole sheet when left out. */
  readonly look?: Look | undefined;
  readonly padding?: Padding | undefined;
  /** The system asks for no motion. */
  readonly still?: boolean;
  /** Font family of the numbers in the pins. */
  readonly font?: string;
}

const NO_PADDING: Padding = { top: 0, right: 0, bottom: 0, left: 0 };
/** CSS pixels below which a view is a phone's. */
const NARROW = 600;
/** Decoded tiles are a megabyte each: a phone must not run out. */
const KEPT_TILES = 120;

export class PlanViewer {
  private readonly events = new Emitter<PlanEvents>();
  private readonly map: OlMap;
  private readonly view: View;
  private readonly painter = new PinPainter();
  private readonly page: Size;
  private readonly toPage: Affine;
  private readonly toFrame: Affine;
  /** Page units per frame unit. */
  private readonly unit: number;
  private readonly pinLayer: Layer;
  private readonly source: ImageTile;
  private readonly tiles: SheetTiles;
  private over: TileLayer<ImageTile> | null = null;
  private readonly still: boolean;
  private readonly paperCanvas = new LayerCanvas('plan-paper');
  private readonly pinCanvas = new LayerCanvas('plan-pins');
  private padding: Padding;
  private placing = false;
  private fitted: boolean;
  private readonly stops: (() => void)[] = [];

  constructor(
    /** The box it lives in; it takes the focus. */
    readonly element: HTMLElement,
    private readonly options: PlanOptions,
  ) {
    const { sheet } = options;
    this.page = pageSize(sheet);
    this.toFrame = sheet.affine;
    this.toPage = invert(sheet.affine);
    this.unit = 1 / growth(sheet.affine);
    this.still = options.still ?? false;
    this.padding = options.padding ?? NO_PADDING;
    this.fitted = !options.look;
    if (options.font) this.painter.setFont(options.font);

    const extent: [number, number, number, number] = [0, -this.page.height, this.page.width, 0];
    const projection = new Projection({ code: `sheet:${sheet.key}`, units: 'pixels', extent });
    const native = this.page.width / sheet.pixels.width;
    this.view = new View({
      projection,
      enableRotation: false,
      center: [this.page.width / 2, -this.page.height / 2],
      resolution: this.page.width / 600,
      minResolution: native / OVERZOOM,
      maxResolution: Math.max(this.page.width, this.page.height) / 160,
      padding: [this.padding.top, this.padding.right, this.padding.bottom, this.padding.left],
    });

    this.tiles = new SheetTiles(sheet, projection, extent, this.time(120), (failed) => this.events.emit('missing', { failed }));
    this.source = this.tiles.source(options.tiles);
    const paper = new Layer({ render: (frame) => this.paintPaper(frame) });
    this.pinLayer = new Layer({ render: (frame) => this.paintPins(frame) });
    const kinetic = this.still ? undefined : new Kinetic(-0.005, 0.05, 100);
    this.map = new OlMap({
      target: element,
      view: this.view,
      pixelRatio: window.devicePixelRatio,
      controls: noControls({ zoom: false, attribution: false, rotate: false }),
      interactions: [
        new DragPan(kinetic ? { kinetic } : {}),
        new PinchZoom({ duration: this.still ? 0 : 120 }),
        new MouseWheelZoom({ duration: this.still ? 0 : 120, constrainResolution: false }),
        new DoubleClickZoom({ duration: this.time(150) }),
      ],
      layers: [paper, new TileLayer({ source: this.source, extent, cacheSize: KEPT_TILES, preload: 0 }), this.pinLayer],
      moveTolerance: 4,
    });
    // Tests and designers look at the canvas; nobody else needs the handle.
    element.dataset.plan = sheet.key;
    this.listen();
    if (options.look) this.lookAt(options.look, false);
  }

  on<K extends keyof PlanEvents>(name: K, fn: (value: PlanEvents[K]) => void): () => void {
    return this.events.on(name, fn);
  }

  destroy(): void {
    for (const stop of this.stops) stop();
    this.events.clear();
    this.map.setTarget(undefined);
    this.map.dispose();
    delete this.element.dataset.plan;
  }

  // What is shown

  setPins(pins: readonly Pin[]): void {
    this.painter.setPins(pins, (p) => this.flip(apply(this.toPage, p)));
    this.pinLayer.changed();
  }

  select(id: string | null): void {
    this.painter.select(id);
    this.pinLayer.changed();
  }

  /** Draws the ring of keyboard focus around a pin. */
  focus(id: string | null): void {
    this.painter.focus(id);
    this.pinLayer.changed();
  }

  /** Shows the pin that is being placed; null takes it away. */
  setGhost(place: Place | null): void {
    this.painter.setGhost(place ? this.flip(apply(this.toPage, place)) : null);
    this.pinLayer.changed();
  }

  /** Placing mode: a cross stands in the middle for the keyboard, the cursor is one too. */
  setPlacing(on: boolean): void {
    this.placing = on;
    this.element.style.cursor = on ? 'crosshair' : '';
    this.pinLayer.changed();
  }

  /** Lays other tiles of the same grid over the sheet: another revision, or what differs. */
  setOver(tiles: TileLoader | null): void {
    if (this.over) this.map.removeLayer(this.over);
    this.over = null;
    if (!tiles) return;
    const extent = this.tiles.grid.getExtent();
    this.over = new TileLayer({ source: this.tiles.source(tiles), cacheSize: KEPT_TILES, preload: 0, ...(extent ? { extent } : {}) });
    this.map.getLayers().insertAt(2, this.over);
  }

  setOverOpacity(part: number): void {
    this.over?.setOpacity(part);
  }

  /** Tiles that failed may now be had: the network or the archive is there. */
  retry(): void {
    if (this.tiles.forgive()) this.source.refresh();
  }

  // Where one looks

  look(): Look {
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const place = apply(this.toFrame, { x, y: -y });
    return { ...place, scale: this.unit / (this.view.getResolution() ?? 1) };
  }

  lookAt(look: Look, smooth = true): void {
    const centre = this.flip(apply(this.toPage, look));
    this.fitted = false;
    this.move([centre.x, centre.y], this.unit / look.scale, smooth);
  }

  /** The whole sheet. */
  fit(smooth = true): void {
    this.fitted = true;
    const scale = fitScale(this.page, this.size(), this.framed());
    this.move([this.page.width / 2, -this.page.height / 2], 1 / scale, smooth);
  }

  zoomBy(factor: number): void {
    const resolution = (this.view.getResolution() ?? 1) / factor;
    this.fitted = false;
    this.move(undefined, resolution, true);
  }

  panBy(dx: number, dy: number): void {
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const r = this.view.getResolution() ?? 1;
    this.fitted = false;
    this.move([x + dx * r, y - dy * r], undefined, true);
  }

  /** Shows a pin with what is around it; false when there is no such pin. */
  showPin(id: string, smooth = true): boolean {
    const place = this.painter.placeOf(id);
    if (place) this.showPage(place, smooth);
    return place !== undefined;
  }

  /** Shows a place of the frame with what is around it. */
  showPlace(place: Place, smooth = true): void {
    this.showPage(this.flip(apply(this.toPage, place)), smooth);
  }

  /** Moves only as far as needed for a pin to be visible. */
  reveal(id: string): void {
    const place = this.painter.placeOf(id);
    if (place) this.revealPage(place);
  }

  /** The same for any place of the frame. */
  revealPlace(place: Place): void {
    this.revealPage(this.flip(apply(this.toPage, place)));
  }

  /** What other things cover, so that the middle is the middle of the rest. */
  setPadding(padding: Padding): void {
    const more = padding.bottom < this.padding.bottom || padding.right < this.padding.right;
    this.padding = padding;
    this.view.padding = [padding.top, padding.right, padding.bottom, padding.left];
    if (this.fitted) this.fit(false);
    else if (more) this.fill();
  }

  /** Where a place stands on the screen, in CSS pixels of the target. */
  pixelOf(place: Place): Place | null {
    const at = this.flip(apply(this.toPage, place));
    const pixel = this.map.getPixelFromCoordinate([at.x, at.y]);
    return pixel ? { x: pixel[0] ?? 0, y: pixel[1] ?? 0 } : null;
  }

  /** How the frame lies on the screen, as SVG writes it; null before it is drawn. */
  matrix(): Affine | null {
    const [o, x, y] = [this.pixelOf({ x: 0, y: 0 }), this.pixelOf({ x: 1000, y: 0 }), this.pixelOf({ x: 0, y: 1000 })];
    if (!o || !x || !y) return null;
    return [(x.x - o.x) / 1000, (x.y - o.y) / 1000, (y.x - o.x) / 1000, (y.y - o.y) / 1000, o.x, o.y];
  }

  /** The place under a CSS pixel of the target; null beside the sheet. */
  placeAt(pixel: Place): Place | null {
    const at = this.map.getCoordinateFromPixel([pixel.x, pixel.y]);
    if (!at) return null;
    const place = rounded(apply(this.toFrame, { x: at[0] ?? 0, y: -(at[1] ?? 0) }));
    return inside(this.options.sheet.frame, place) ? place : null;
  }

  /** The place in the middle of the uncovered part. */
  middle(): Place | null {
    const look = rounded(this.look());
    return inside(this.options.sheet.frame, look) ? look : null;
  }

  // Inside

  private time(ms: number): number {
    return this.still ? 0 : ms;
  }

  private flip(p: Place): Place {
    return { x: p.x, y: -p.y };
  }

  private size(): Size {
    const [width = 1, height = 1] = this.map.getSize() ?? [this.element.clientWidth || 1, this.element.clientHeight || 1];
    return { width, height };
  }

  /** The padding with some air, as a sheet on a table. */
  private framed(): Padding {
    const air = this.size().width < NARROW ? 10 : 22;
    const { top, right, bottom, left } = this.padding;
    return { top: top + air, right: right + air, bottom: bottom + air, left: left + air };
  }

  /**
   * On a phone near enough to recognise the room, on a desk the whole sheet is near enough. The sheet fills the view: a place at its edge
   * stands at the edge.
   */
  private showPage(place: Place, smooth: boolean): void {
    const size = this.size();
    const now = 1 / (this.view.getResolution() ?? 1);
    const whole = fitScale(this.page, size, this.framed());
    if (size.width >= NARROW && now <= whole * 1.01) {
      this.fit(smooth);
      return;
    }
    const scale = Math.max(now, size.width < NARROW ? fitScale(this.page, size, NO_PADDING) * 2.4 : whole);
    this.fitted = false;
    this.move(this.filling(place, scale), 1 / scale, smooth);
  }

  /** Where to look for a place to be seen and the sheet to fill the view: no emptiness beside it that need not be. */
  private filling(place: Place, scale: number): [number, number] {
    const size = this.size();
    const pad = this.padding;
    const middle = (at: number, page: number, room: number) => {
      const half = Math.max(1, room) / scale / 2;
      return half * 2 >= page ? page / 2 : Math.max(half, Math.min(page - half, at));
    };
    const x = middle(place.x, this.page.width, size.width - pad.left - pad.right);
    const y = middle(-place.y, this.page.height, size.height - pad.top - pad.bottom);
    return [x, -y];
  }

  /** What was covered is seen again: the sheet takes the room. */
  private fill(): void {
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const [inX, inY] = this.filling({ x, y }, 1 / (this.view.getResolution() ?? 1));
    if (Math.hypot(inX - x, inY - y) > 1e-6 * this.page.width) this.move([inX, inY], undefined, true);
  }

  private revealPage(place: Place): void {
    const pixel = this.map.getPixelFromCoordinate([place.x, place.y]);
    if (!pixel) return;
    const [px = 0, py = 0] = pixel;
    const size = this.size();
    const pad = this.padding;
    const margin = 40;
    const seen =
      px > pad.left + margin && px < size.width - pad.right - margin && py > pad.top + margin && py < size.height - pad.bottom - margin / 2;
    if (seen) return;
    this.fitted = false;
    this.move([place.x, place.y], undefined, true);
  }

  private move(center: [number, number] | undefined, resolution: number | undefined, smooth: boolean): void {
    this.view.cancelAnimations();
    if (!smooth || this.still) {
      if (resolution !== undefined) this.view.setResolution(resolution);
      if (center) this.view.setCenter(center);
      return;
    }
    this.view.animate({
      ...(center ? { center } : {}),
      ...(resolution !== undefined ? { resolution } : {}),
      duration: 140,
      easing: easeOut,
    });
  }

  private projector(frame: FrameState): (p: Place) => Place {
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = frame.coordinateToPixelTransform;
    return (p) => ({ x: a * p.x + c * p.y + e, y: b * p.x + d * p.y + f });
  }

  /** White in every theme: a drawing is ink on paper. */
  private paintPaper(frame: FrameState): HTMLElement {
    const ctx = this.paperCanvas.ready(frame.size, frame.pixelRatio);
    const project = this.projector(frame);
    const from = project({ x: 0, y: 0 });
    const to = project({ x: this.page.width, y: -this.page.height });
    ctx.save();
    ctx.shadowColor = 'rgb(29 28 26 / .18)';
    ctx.shadowBlur = 18 * frame.pixelRatio;
    ctx.shadowOffsetY = 4 * frame.pixelRatio;
    ctx.fillStyle = '#ffffff';
    ctx.fillRect(from.x, from.y, to.x - from.x, to.y - from.y);
    ctx.restore();
    // The tiles are drawn on this very canvas, in device pixels.
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    return ctx.canvas;
  }

  private paintPins(frame: FrameState): HTMLElement {
    const ctx = this.pinCanvas.ready(frame.size, frame.pixelRatio);
    const [width = 1, height = 1] = frame.size;
    this.painter.paint(ctx, width, height, 1 / frame.viewState.resolution, this.projector(frame));
    if (this.placing && this.element.contains(document.activeElement)) {
      const pad = this.padding;
      const x = (pad.left + width - pad.right) / 2;
      const y = (pad.top + height - pad.bottom) / 2;
      paintCross(ctx, x, y);
    }
    return ctx.canvas;
  }

  private listen(): void {
    this.map.on('singleclick', (event) => this.tapped(event));
    this.map.on('pointermove', (event) => {
      if (event.dragging || this.placing) return;
      const hit = this.painter.hit({ x: event.pixel[0] ?? 0, y: event.pixel[1] ?? 0 }, false);
      this.element.style.cursor = hit ? 'pointer' : '';
    });
    this.map.on('moveend', () => this.rest());
    this.map.on('postrender', () => this.events.emit('drawn', {}));
    this.view.on('change:resolution', () => this.events.emit('scale', { scale: this.look().scale }));
    // The first size decides the first look; later ones keep the whole sheet whole.
    this.map.on('change:size', () => {
      if (this.fitted && this.size().width > 1) this.fit(false);
    });
    this.map.updateSize();
    if (this.fitted) this.fit(false);
    const ratio = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this.listenTo(ratio, 'change', () => this.map.render());
    this.listenTo(this.element, 'keydown', (event) => this.key(event as KeyboardEvent));
    this.listenTo(this.element, 'focusin', () => this.pinLayer.changed());
    this.listenTo(this.element, 'focusout', () => this.pinLayer.changed());
    this.stops.push(
      watchLongPress(this.element, (pixel) => {
        const place = this.placeAt(pixel);
        if (place) this.events.emit('longpress', { place });
      }),
    );
    const sizes = new ResizeObserver(() => this.map.updateSize());
    sizes.observe(this.element);
    this.stops.push(() => sizes.disconnect());
  }

  /** The middle of what is seen stays on the sheet: pushed further, it comes back. */
  private rest(): void {
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const inX = Math.max(0, Math.min(this.page.width, x));
    const inY = Math.max(-this.page.height, Math.min(0, y));
    if (Math.hypot(inX - x, inY - y) > 1e-6 * this.page.width) this.move([inX, inY], undefined, true);
    else this.events.emit('look', this.look());
  }

  private listenTo(what: EventTarget, name: string, fn: (event: Event) => void): void {
    what.addEventListener(name, fn);
    this.stops.push(() => what.removeEventListener(name, fn));
  }

  private tapped(event: MapBrowserEvent): void {
    const pixel = { x: event.pixel[0] ?? 0, y: event.pixel[1] ?? 0 };
    const original = event.originalEvent as PointerEvent;
    const touch = original.pointerType === 'touch' || original.pointerType === 'pen';
    const place = this.placeAt(pixel);
    const hit = this.placing ? null : this.painter.hit(pixel, touch);
    if (!hit) {
      if (this.placing && place) this.events.emit('place', { place });
      else if (place) this.events.emit('tap', { place, touch });
      else this.events.emit('cancel', {});
      return;
    }
    const [only] = hit.ids;
    if (hit.ids.length === 1 && only !== undefined) this.events.emit('pin', { id: only });
    else this.openCluster(hit.ids);
  }

  /** Zooms until the cluster parts; tells of it when no zoom can part it. */
  private openCluster(ids: readonly string[]): void {
    const places = this.painter.placesOf(ids);
    const xs = places.map((p) => p.x);
    const ys = places.map((p) => p.y);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const now = this.view.getResolution() ?? 1;
    const size = this.size();
    const wanted = Math.max((right - left) / (size.width * 0.6), (high - low) / (size.height * 0.6), this.view.getMinResolution());
    if (now <= this.view.getMinResolution() * 1.01) {
      this.events.emit('cluster', { ids });
      return;
    }
    this.fitted = false;
    this.move([(left + right) / 2, (low + high) / 2], Math.min(wanted, now / 2), true);
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, event.shiftKey);
    const place = event.key === 'Enter' && this.placing ? this.middle() : null;
    if (event.key === 'Escape') this.events.emit('cancel', {});
    if (place) this.events.emit('place', { place });
    else if (!step) return;
    else if ('zoom' in step) this.zoomBy(step.zoom);
    else if ('fit' in step) this.fit();
    else this.panBy(step.pan[0] * this.size().width, step.pan[1] * this.size().height);
    event.preventDefault();
    event.stopPropagation();
  }
}
