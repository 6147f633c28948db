import { describe, expect, test } from 'vitest';
import type { Edit } from '@/api/programme';
import { kinds } from '@/engines/gantt';
import { made } from '@/engines/gantt/testing/made';
import { readLook, readSearch, usualLook, viewQuery, withColumn } from './choice';
import * as edits from './edits';
import { pageCount } from './print';
import { crossed } from './schedule';
import { durationText, finder, readDuration } from './words';

const tree = () =>
  made([{ name: 'A', kind: kinds.summary }, { name: 'A1', level: 2 }, { name: 'A2', level: 2 }, { name: 'B' }, { name: 'C' }]);

describe('edits', () => {
  const net = tree();
  test('indent goes below the one before, after what is there; several keep their order', () => {
    expect(edits.indent(net, [3])).toEqual([{ do: 'move', activity: 'a3', parent: 'a0', after: 'a2' }]);
    expect(edits.indent(net, [3, 4])).toEqual([
      { do: 'move', activity: 'a3', parent: 'a0', after: 'a2' },
      { do: 'move', activity: 'a4', parent: 'a0', after: 'a3' },
    ]);
    expect(edits.indent(net, [0])).toEqual([]);
  });

  test('outdent goes behind what it was below', () => {
    expect(edits.outdent(net, [1, 2])).toEqual([
      { do: 'move', activity: 'a1', parent: null, after: 'a0' },
      { do: 'move', activity: 'a2', parent: null, after: 'a1' },
    ]);
    expect(edits.outdent(net, [3])).toEqual([]);
  });

  test('up and down stay among those beside it', () => {
    expect(edits.shifted(net, 3, -1)).toEqual([{ do: 'move', activity: 'a3', parent: null, after: null }]);
    expect(edits.shifted(net, 3, 1)).toEqual([{ do: 'move', activity: 'a3', parent: null, after: 'a4' }]);
    expect(edits.shifted(net, 4, 1)).toEqual([]);
    expect(edits.shifted(net, 0, -1)).toEqual([]);
  });

  test('removing a summary and what is in it is one removal', () => {
    expect(edits.removal(net, [2, 0, 4])).toEqual([
      { do: 'remove', activity: 'a0' },
      { do: 'remove', activity: 'a4' },
    ]);
  });

  test('a new one comes after where one is; in an empty programme first', () => {
    expect(edits.addBelow(net, 1, 'x', 'New')).toMatchObject({ parent: 'a0', after: 'a1', duration: 480 });
    expect(edits.addBelow(made([]), -1, 'x', 'New')).toMatchObject({ parent: null, after: null });
  });

  test('a drag takes along what is selected, each to working time', () => {
    const by = 1440;
    const intent = { kind: 'move', activity: 3, start: (net.start[3] as number) + by } as const;
    const list = edits.ofIntent(net, intent, new Set([3, 4, 0]));
    expect(list).toEqual([
      { do: 'set', activity: 'a3', start: intent.start },
      { do: 'set', activity: 'a4', start: (net.start[4] as number) + by },
    ]);
  });

  test('a nudge steps over what is not worked', () => {
    // From Tuesday: Wednesday the 8th is a holiday.
    const at = made([{ name: 'X', start: '2031-01-07' }]);
    expect(edits.nudge(at, [0], 1)).toEqual([{ do: 'set', activity: 'a0', start: (at.start[0] as number) + 2 * 1440 }]);
  });
});

test('a field that was another on the server than here is a conflict, others are not', () => {
  const net = tree();
  const mine: Edit[] = [{ do: 'set', activity: 'a1', name: 'Mine', duration: 960 }];
  expect(crossed(net, mine, [{ do: 'set', activity: 'a1', name: 'A1', duration: 480 }])).toEqual([]);
  expect(crossed(net, mine, [{ do: 'set', activity: 'a1', name: 'Theirs', duration: 480 }])).toEqual([
    { activity: 'a1', field: 'name', theirs: 'Theirs', mine: 'Mine', back: { do: 'set', activity: 'a1', name: 'Theirs' } },
  ]);
});

describe('durations', () => {
  test('are read as they are written, in each language', () => {
    expect(readDuration('10', 480, 'en')).toBe(4800);
    expect(readDuration('1,5 w', 480, 'nl')).toBe(3600);
    expect(readDuration('4 u', 480, 'nl')).toBe(240);
    expect(readDuration('2 jours', 480, 'fr')).toBe(960);
    expect(readDuration('3 T', 480, 'de')).toBe(1440);
    expect(readDuration('3 t', 480, 'da')).toBe(180);
    expect(readDuration('soon', 480, 'en')).toBeNull();
    expect(readDuration('2 x', 480, 'en')).toBeNull();
  });
  test('are days, or hours below a few', () => {
    expect(durationText(4800, 480, 'en')).toBe('10d');
    expect(durationText(240, 480, 'en')).toBe('0.5d');
    expect(durationText(200, 480, 'en')).toBe('3.33h');
    expect(durationText(null, 480, 'en')).toBe('');
    for (const locale of ['en', 'nl', 'fr', 'da', 'de']) expect(readDuration(durationText(1440, 480, locale), 480, locale)).toBe(1440);
  });
});

describe('what is chosen', () => {
  test('is read from an address that may be anything', () => {
    expect(readSearch({ q: 'x', state: '1,2', location: '<b>', group: 'nothing', critical: 'true', programme: 'lob', id: 5 })).toEqual({
      q: 'x',
      state: '1,2',
      critical: true,
      programme: 'lob',
      id: '5',
    });
  });
  test('goes into a view without what is open', () => {
    expect(viewQuery({ q: 'a b', activity: 'x', id: 'y', group: 'state' })).toBe('group=state&programme=gantt&q=a+b');
  });
  test('a broken look is the usual one; the name is always there', () => {
    expect(readLook('{')).toEqual(usualLook);
    expect(readLook('{"columns":[{"id":"start","width":1}]}').columns).toEqual(usualLook.columns);
    expect(readLook('{"columns":[{"id":"name","width":9e9},{"id":"evil"}],"floats":true}')).toMatchObject({
      columns: [{ id: 'name', width: 700 }],
      floats: true,
    });
    expect(withColumn(usualLook.columns, 'name', false)).toEqual(usualLook.columns);
  });
});

test('words are found whatever their accents and order', () => {
  expect(finder('plafond ceiling')('Ceiling, faux Plâfond')).toBe(true);
  expect(finder('roof wall')('Roof')).toBe(false);
});

test('pages are counted before they are made', () => {
  const layout = { items: new Int32Array(100), rowOf: new Int32Array(), groups: [], matches: 100 };
  expect(pageCount({ height: 297, across: 2, layout })).toBe(
    2 * Math.ceil(100 / Math.floor((297 * (96 / 25.4) - 20 * (96 / 25.4) - 34 - 22 - 40) / 22)),
  );
});
