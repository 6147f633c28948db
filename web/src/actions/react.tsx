import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Action, listen, Registry } from './registry';

const Context = createContext<Registry | null>(null);

const keysKey = 'plumbline-keys';

/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export function keysOn(): boolean {
  try {
    return localStorage.getItem(keysKey) !== 'off';
  } catch {
    return true;
  }
}

export function setKeysOn(on: boolean): void {
  try {
    localStorage.setItem(keysKey, on ? 'on' : 'off');
  } catch {
    // Then they stay as they are.
  }
}

export function ActionsProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new Registry());
  useEffect(() => listen(registry, keysOn), [registry]);
  return <Context.Provider value={registry}>{children}</Context.Provider>;
}

export function useRegistry(): Registry {
  const r = useContext(Context);
  if (!r) throw new Error('useRegistry outside ActionsProvider');
  return r;
}

/** useActions adds commands while the component is shown. `deps` are what their visibility and names depend on; run is always the newest. */
export function useActions(actions: readonly Action[], deps: readonly unknown[] = []): void {
  const registry = useRegistry();
  const newest = useRef(actions);
  newest.current = actions;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the list depends on
  useEffect(
    () => registry.add(actions.map((a) => ({ ...a, run: () => newest.current.find((n) => n.id === a.id)?.run() }))),
    [registry, ...deps],
  );
}

export function useAllActions(): readonly Action[] {
  const r = useRegistry();
  return useSyncExternalStore(r.subscribe, r.all);
}
