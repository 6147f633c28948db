import type { Place } from './types';

const LONG_PRESS_MS = 500;
/** A finger may tremble this far, in pixels. */
const LONG_PRESS_SLACK = 10;

/** Tells of a finger held still, and of the second mouse button, in pixels of the element. The answer ends it. */
export function watchLongPress(element: HTMLElement, fire: (pixel: Place) => void): () => void {
  const offs: (() => void)[] = [];
  const listen = (name: string, fn: (event: Event) => void) => {
    element.addEventListener(name, fn);
    offs.push(() => element.removeEventListener(name, fn));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from: Place | null = null;
  const stop = () => {
    clearTimeout(timer);
    from = null;
  };
  const local = (event: { clientX: number; clientY: number }): Place => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  listen('pointerdown', (raw) => {
    const event = raw as PointerEvent;
    stop();
    if (!event.isPrimary || event.pointerType === 'mouse') return;
    from = local(event);
    const pixel = from;
    timer = setTimeout(() => {
      from = null;
      fire(pixel);
    }, LONG_PRESS_MS);
  });
  listen('pointermove', (raw) => {
    if (!from) return;
    const at = local(raw as PointerEvent);
    if (Math.hypot(at.x - from.x, at.y - from.y) > LONG_PRESS_SLACK) stop();
  });
  for (const name of ['pointerup', 'pointercancel']) listen(name, stop);
  // A second finger means pinch.
  listen('touchstart', (event) => {
    if ((event as TouchEvent).touches.length > 1) stop();
  });
  listen('contextmenu', (raw) => {
    const event = raw as PointerEvent;
    event.preventDefault();
    // Touch browsers send it after a long press too: that one has been told already.
    if (event.pointerType === 'mouse' || event.pointerType === undefined) fire(local(event));
  });
  return () => {
    stop();
    for (const off of offs) off();
  };
}
