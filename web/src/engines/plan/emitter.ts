/** A typed event emitter, so that the engine needs no framework to be heard. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Listens; the answer stops listening. */
  on<K extends keyof Events>(name: K, fn: (value: Events[K]) => void): () => void {
    let set = this.listeners.get(name);
    if (!set) {
      set = new Set();
      this.listeners.set(name, set);
    }
    const kept = set;
    kept.add(fn as (value: never) => void);
    return () => {
      kept.delete(fn as (value: never) => void);
    };
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const fn of [...(this.listeners.get(name) ?? [])]) {
      (fn as (value: Events[K]) => void)(value);
    }
  }

  clear(): void {
    this.listeners.clear();
  }
}
