import { type ComponentType, useEffect, useState } from 'react';

/**
 * usePart is a part of a screen that comes after it: undefined until it is here, and where it cannot be had now. It is asked for once
 * `wanted` is neither false nor 0, and again with each change of it, so that a part that does not come takes nothing else with it.
 */
export function usePart<P>(load: () => Promise<ComponentType<P> | undefined>, wanted: unknown): ComponentType<P> | undefined {
  const [part, set] = useState<ComponentType<P>>();
  useEffect(() => {
    if (!wanted || part) return;
    let live = true;
    load().then(
      (came) => live && came && set(() => came),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [load, wanted, part]);
  return part;
}
