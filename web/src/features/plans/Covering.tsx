import { type ReactNode, useEffect, useRef } from 'react';
import s from './plans.module.css';

/** Tells how much of the plan the card over it covers. */
export function Covering({ onHeight, children }: { onHeight: (px: number) => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const card = box.current?.firstElementChild as HTMLElement | null;
    if (!card) return;
    const sizes = new ResizeObserver(() => onHeight(card.offsetHeight));
    sizes.observe(card);
    return () => {
      sizes.disconnect();
      onHeight(0);
    };
  }, [onHeight]);
  return (
    <div ref={box} className={s.covering}>
      {children}
    </div>
  );
}
