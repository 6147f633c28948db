import { describe, expect, it } from 'vitest';
import { type Action, Registry, stroke } from './registry';

const action = (id: string, keys?: string, run = () => {}): Action => ({ id, name: id, section: 'go', keys, run });
const key = (k: string, mod = false) => ({ key: k, ctrlKey: mod, metaKey: false, altKey: false });

describe('the registry', () => {
  it('finds an action by its keys, the newest first, and gives the older one back', () => {
    const r = new Registry();
    const ran: string[] = [];
    r.add([action('new-point', 'c', () => ran.push('list'))]);
    const away = r.add([action('capture', 'c', () => ran.push('plan'))]);
    r.byKeys('c')?.run();
    away();
    r.byKeys('c')?.run();
    expect(ran).toEqual(['plan', 'list']);
  });
  it('lets a screen take the place of an action of the same name', () => {
    const r = new Registry();
    r.add([action('new-point')]);
    r.add([action('new-point', 'n')]);
    expect(r.all().map((a) => [a.id, a.keys])).toEqual([['new-point', 'n']]);
  });
  it('knows that a key begins a sequence', () => {
    const r = new Registry();
    r.add([action('go-people', 'g p')]);
    expect([r.startsWith('g'), r.startsWith('p'), r.byKeys('g p')?.id]).toEqual([true, false, 'go-people']);
  });
  it('tells its listeners', () => {
    const r = new Registry();
    let n = 0;
    r.subscribe(() => n++);
    r.add([action('a')])();
    expect(n).toBe(2);
  });
  it('names strokes', () => {
    expect([stroke(key('K', true)), stroke(key('?')), stroke(key('G')), stroke(key('Escape'))]).toEqual(['mod+k', '?', 'g', 'Escape']);
  });
});
