/** The chart's colours: those of the page, read from it, and those of paper. */
import type { Colours } from '@/engines/gantt';

type Read = (name: string) => string;

const paper: Record<string, string> = {
  paper: '#ffffff',
  card: '#ffffff',
  line: '#e3ded3',
  'line-strong': '#b9b1a0',
  ink: '#1d1c1a',
  'ink-2': '#5b574f',
  accent: '#1f47b8',
  'accent-soft': '#e8edfb',
  open: '#b3261e',
  progress: '#9a4b00',
  'progress-soft': '#fcefdf',
  review: '#1f47b8',
  'review-soft': '#e8edfb',
  done: '#17663f',
  'done-soft': '#e3f3ea',
  idle: '#5b574f',
  'idle-soft': '#efece5',
};

function colours(read: Read): Colours {
  const c = (n: string) => read(n);
  return {
    paper: c('paper'),
    card: c('card'),
    line: c('line'),
    lineStrong: c('line-strong'),
    ink: c('ink'),
    ink2: c('ink-2'),
    accent: c('accent'),
    accentSoft: c('accent-soft'),
    strong: [c('idle'), c('accent'), c('progress'), c('review'), c('done'), c('progress')],
    soft: [c('idle-soft'), c('accent-soft'), c('progress-soft'), c('review-soft'), c('done-soft'), c('progress-soft')],
    critical: c('open'),
    rest: mix(c('ink'), c('card'), 0.075),
    font: '"IBM Plex Sans", system-ui, sans-serif',
  };
}

export function pageColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return colours((n) => style.getPropertyValue(`--${n}`).trim() || (paper[n] as string));
}

export const paperColours = (): Colours => colours((n) => paper[n] as string);

/** mix of two #rrggbb. */
function mix(a: string, b: string, part: number): string {
  const [x, y] = [parts(a), parts(b)];
  if (!x || !y) return b;
  return `#${x
    .map((v, i) =>
      Math.round(v * part + (y[i] as number) * (1 - part))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** The build shortens #ffffff to #fff. */
function parts(s: string): number[] | null {
  const m = /^#(?:([\da-f]{2})([\da-f]{2})([\da-f]{2})|([\da-f])([\da-f])([\da-f]))$/i.exec(s);
  if (!m) return null;
  return [m[1] ?? `${m[4]}${m[4]}`, m[2] ?? `${m[5]}${m[5]}`, m[3] ?? `${m[6]}${m[6]}`].map((v) => Number.parseInt(v, 16));
}

/** onScheme tells when the scheme or the height of rows changes. */
export function onScheme(f: () => void): () => void {
  const o = new MutationObserver(f);
  o.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme', 'data-density'] });
  return () => o.disconnect();
}
