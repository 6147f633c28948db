import { type ComponentProps, type ComponentType, lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react';

/** The button of something that opens, as its part draws it once it is there. */
export type Opener = Omit<ComponentProps<'button'>, 'ref' | 'onClick' | 'type'> & { 'data-on'?: true | undefined };

type Part<P> = ComponentType<P & { button: Opener }>;

interface Later<P> {
  load: () => Promise<unknown>;
  Part: Part<P>;
}

/** later is a part that an Opening loads. */
export function later<P extends object>(load: () => Promise<{ default: Part<P> }>): Later<P> {
  return { load, Part: lazy(load) as unknown as Part<P> };
}

/**
 * Opening is a button whose menu or window is loaded when it is pressed, and already at the first sign that it will be. The part draws
 * the button itself from then on. Should it not come, the button stays as it was.
 */
export function Opening<P extends object>({ of, gives, button }: { of: Later<P>; gives: P; button: Opener }) {
  const [here, set] = useState(false);
  const near = () => void of.load().catch(() => undefined);
  const still = (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      {...button}
      onPointerEnter={near}
      onFocus={near}
      onClick={() => {
        of.load().then(
          () => set(true),
          () => undefined,
        );
      }}
    />
  );
  if (!here) return still;
  return (
    <Suspense fallback={still}>
      <of.Part {...gives} button={button} />
    </Suspense>
  );
}

/** useBegin opens a part as soon as it is drawn, with the focus on its button, so that it comes back there. */
export function useBegin(): { ref: RefObject<HTMLButtonElement | null>; opened: boolean; setOpened: (opened: boolean) => void } {
  const ref = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    ref.current?.focus();
    setOpened(true);
  }, []);
  return { ref, opened, setOpened };
}
