/** The few pictures of the app: line drawings in the ink's colour, always beside a word. */
import type { ReactNode } from 'react';

function Line({ children, size = 20 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const TodayIcon = () => (
  <Line>
    <rect x="3" y="4" width="14" height="13" rx="2" />
    <path d="M3 8h14M7 2.5v3M13 2.5v3M7 12l2 2 4-3.5" />
  </Line>
);
export const PlansIcon = () => (
  <Line>
    <path d="M3 3h14v14H3zM3 10h7M10 3v10M10 17v-1.5M13 10h4" />
  </Line>
);
export const PointsIcon = () => (
  <Line>
    <path d="M10 17.5s-5.5-5-5.5-9a5.5 5.5 0 0 1 11 0c0 4-5.5 9-5.5 9z" />
    <circle cx="10" cy="8.5" r="1.8" />
  </Line>
);
export const ReportsIcon = () => (
  <Line>
    <path d="M5 2.5h7l4 4v11H5zM12 2.5v4h4M8 10.5h5M8 13.5h5" />
  </Line>
);
export const MoreIcon = () => (
  <Line>
    <path d="M3.5 6h13M3.5 10h13M3.5 14h13" />
  </Line>
);

/** The mark: a plumb bob on its line. */
export const Bob = ({ height = 24 }: { height?: number }) => (
  <svg
    width={(height * 18) / 24}
    height={height}
    viewBox="0 0 18 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    aria-hidden="true"
  >
    <path d="M9 0v10" />
    <path d="M9 10l5 5-5 9-5-9z" fill="var(--accent)" stroke="var(--accent)" />
  </svg>
);
