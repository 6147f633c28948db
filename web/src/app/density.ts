/** Row height: for a mouse, for a full screen of rows, for gloves. */
export type Density = 'normal' | 'compact' | 'gloves';

const key = 'plumbline-density';

export function density(): Density {
  try {
    const d = localStorage.getItem(key);
    return d === 'compact' || d === 'gloves' ? d : 'normal';
  } catch {
    return 'normal';
  }
}

export function applyDensity(d: Density = density()): void {
  document.documentElement.dataset.density = d;
}

export function setDensity(d: Density): void {
  try {
    localStorage.setItem(key, d);
  } catch {
    // It holds until the page is left.
  }
  applyDensity(d);
}
