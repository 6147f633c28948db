import type { ReactNode } from 'react';

/** Row is one of the things that an account has, with what can be done about it. */
export function Row({ title, note, children }: { title: ReactNode; note: ReactNode; children: ReactNode }) {
  return (
    <li>
      <span>
        {title}
        <small>{note}</small>
      </span>
      {children}
    </li>
  );
}
