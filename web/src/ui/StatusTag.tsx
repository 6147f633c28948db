import type { Status, StatusColour, StatusShape } from '@/api/types';
import s from './ui.module.css';

const named = new Set(['open', 'progress', 'review', 'done', 'idle']);

/** statusColours are the strong and the soft CSS colour of a status. A colour of one's own is mixed with the ink until it can be read. */
export function statusColours(colour: StatusColour): { strong: string; soft: string } {
  if (named.has(colour)) return { strong: `var(--${colour})`, soft: `var(--${colour}-soft)` };
  return { strong: `color-mix(in srgb, ${colour} 45%, var(--ink))`, soft: `color-mix(in srgb, ${colour} 14%, var(--card))` };
}

const shapes: Record<StatusShape, string> = {
  circle: 'M5 .8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 0 1 0-8.4z',
  square: 'M1.2 1.2h7.6v7.6H1.2z',
  diamond: 'M5 .2L9.8 5L5 9.8L.2 5z',
  triangle: 'M5 .7L9.8 9.2H.2z',
  ring: 'M5 .6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 0 1 0-8.8zm0 2a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 0 0 0-4.8z',
};

/** shapePath is the SVG path of a status's shape in a 10×10 box: for pins, lists and legends alike. */
export const shapePath = (shape: StatusShape): string => shapes[shape] ?? shapes.circle;

/** StatusMark is the shape alone; always beside a name or with a label of its own. */
export function StatusMark({ status, size = 10, label }: { status: Pick<Status, 'colour' | 'shape'>; size?: number; label?: string }) {
  return (
    <svg
      className={s.mark}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      fill={statusColours(status.colour).strong}
      fillRule="evenodd"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={shapePath(status.shape)} />
    </svg>
  );
}

export function StatusTag({ status }: { status: Pick<Status, 'name' | 'colour' | 'shape'> | undefined }) {
  if (!status) return null;
  const c = statusColours(status.colour);
  return (
    <span className={s.tag} style={{ color: c.strong, background: c.soft }}>
      <StatusMark status={status} size={9} />
      <span>{status.name}</span>
    </span>
  );
}
