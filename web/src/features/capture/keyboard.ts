import { useEffect, useState } from 'react';

/** Less than this is a browser's bar moving, not a keyboard. */
const LEAST = 80;

/** How many pixels of the page the on-screen keyboard covers. Browsers that shrink the page instead answer 0. */
export function useKeyboard(): number {
  const [height, set] = useState(0);
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const measure = () => {
      // Zoomed in by two fingers: the numbers say nothing about a keyboard.
      if (view.scale > 1.05) return;
      const covered = Math.round(window.innerHeight - view.height - view.offsetTop);
      set(covered > LEAST ? covered : 0);
    };
    measure();
    view.addEventListener('resize', measure);
    view.addEventListener('scroll', measure);
    return () => {
      view.removeEventListener('resize', measure);
      view.removeEventListener('scroll', measure);
    };
  }, []);
  return height;
}
