/** What one measures in on this device: metres, or feet and inches. */
import { useSyncExternalStore } from 'react';
import type { Units } from '@/engines/plan/units';

const key = 'plumbline-units';
const listeners = new Set<() => void>();
let chosen: Units | undefined;

/** Before anybody chose: the units of the country that the browser names. */
function usual(): Units {
  return /-(US|LR|MM)$/i.test(globalThis.navigator?.language ?? '') ? 'imperial' : 'metric';
}

export function units(): Units {
  if (chosen) return chosen;
  try {
    const u = localStorage.getItem(key);
    return u === 'metric' || u === 'imperial' ? u : usual();
  } catch {
    return usual();
  }
}

export function setUnits(u: Units): void {
  chosen = u;
  try {
    localStorage.setItem(key, u);
  } catch {
    // It holds until the page is left.
  }
  for (const f of listeners) f();
}

export function useUnits(): Units {
  return useSyncExternalStore((f) => {
    listeners.add(f);
    return () => listeners.delete(f);
  }, units);
}
