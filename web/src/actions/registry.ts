/**
 * Every command of the app, once: its name, its keys, where it belongs and who sees it. The palette, the keyboard, the menus and the help
 * page all read from here. Screens add their own commands while they are shown.
 */
import type { MessageDescriptor } from '@lingui/core';

export type Section = 'go' | 'make' | 'view' | 'app';

export interface Action {
  id: string;
  name: MessageDescriptor | string;
  section: Section;
  /** "c", "/", "?", "g p" (one after the other), "mod+k" (Ctrl or Cmd). Letters are of the keyboard's own layout. */
  keys?: string;
  /** More words it is found by. */
  words?: MessageDescriptor;
  /** Not in the palette: only meaningful as a key. */
  silent?: boolean;
  run: () => void;
}

export class Registry {
  private readonly layers: { key: symbol; actions: readonly Action[] }[] = [];
  private readonly listeners = new Set<() => void>();
  private list: readonly Action[] = [];

  /** add puts actions on top; a later one with the same keys or id wins. The answer takes them away again. */
  add(actions: readonly Action[]): () => void {
    const key = Symbol();
    this.layers.push({ key, actions });
    this.rebuild();
    return () => {
      const i = this.layers.findIndex((l) => l.key === key);
      if (i >= 0) this.layers.splice(i, 1);
      this.rebuild();
    };
  }

  readonly all = (): readonly Action[] => this.list;

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  byKeys(keys: string): Action | undefined {
    return this.list.findLast((a) => a.keys === keys);
  }

  startsWith(keys: string): boolean {
    return this.list.some((a) => a.keys?.startsWith(`${keys} `));
  }

  run(id: string): void {
    this.list.findLast((a) => a.id === id)?.run();
  }

  private rebuild(): void {
    const byId = new Map<string, Action>();
    for (const l of this.layers) for (const a of l.actions) byId.set(a.id, a);
    this.list = [...byId.values()];
    for (const f of this.listeners) f();
  }
}

/** stroke names a key event as the registry does. */
export function stroke(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return e.ctrlKey || e.metaKey ? `mod+${key}` : key;
}

/** listen runs actions by key until the answer is called. Single keys are for the page, not for who is typing or in a dialog. */
export function listen(registry: Registry, on: () => boolean, target: Window = window): () => void {
  let before = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const down = (e: KeyboardEvent) => {
    if (e.defaultPrevented || e.isComposing || e.altKey) return;
    const key = stroke(e);
    const mod = key.startsWith('mod+');
    const at = e.target instanceof HTMLElement ? e.target : null;
    // A box that is ticked takes no text: its keys are the page's.
    const typing = at?.closest(
      'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"]',
    );
    if (typing && (key === 'mod+z' || key === 'mod+y')) return; // the text's own
    if (!mod && (!on() || typing || document.querySelector('[role="dialog"][aria-modal="true"]'))) return;
    const keys = before ? `${before} ${key}` : key;
    clearTimeout(timer);
    before = '';
    const action = registry.byKeys(keys) ?? registry.byKeys(key);
    if (action) {
      e.preventDefault();
      action.run();
    } else if (!mod && registry.startsWith(keys)) {
      before = keys;
      timer = setTimeout(() => {
        before = '';
      }, 1500);
    }
  };
  target.addEventListener('keydown', down);
  return () => {
    clearTimeout(timer);
    target.removeEventListener('keydown', down);
  };
}
