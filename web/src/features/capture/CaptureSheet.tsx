/** The capture card on a phone: it slides over the plan, which stays in sight, and stays above the keyboard. */
import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { CaptureForm, type CaptureFormProps } from './CaptureForm';
import s from './capture.module.css';
import { useKeyboard } from './keyboard';

export function CaptureSheet({ onHeight, ...props }: CaptureFormProps & { onHeight?: (px: number) => void }) {
  const { t } = useLingui();
  const card = useRef<HTMLElement>(null);
  const keyboard = useKeyboard();
  useEffect(() => {
    const element = card.current;
    if (!element || !onHeight) return;
    const sizes = new ResizeObserver(() => onHeight(element.offsetHeight + keyboard));
    sizes.observe(element);
    onHeight(element.offsetHeight + keyboard);
    return () => {
      sizes.disconnect();
      onHeight(0);
    };
  }, [onHeight, keyboard]);
  return (
    <section
      ref={card}
      className={s.sheet}
      aria-label={t`New point`}
      data-keyboard={keyboard > 0 || undefined}
      style={keyboard > 0 ? { position: 'fixed', bottom: keyboard, maxHeight: `calc(100dvh - ${keyboard + 96}px)` } : undefined}
    >
      <div className={s.grab} aria-hidden="true" />
      <CaptureForm {...props} />
    </section>
  );
}
