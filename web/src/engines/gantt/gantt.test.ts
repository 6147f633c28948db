import { describe, expect, test } from 'vitest';
import { type Bar, barOf, distance, hit, pathOf, progressX, relationsIn, route } from './bars';
import { shading, stepOf } from './calendar';
import { circles } from './circles';
import { lineOfBalance, pieceAt } from './lob';
import { kinds, type Network } from './network';
import { type Colours, paint, type Scene } from './paint';
import { SvgPen } from './pen';
import { layoutRows, windowOf } from './rows';
import { none } from './table';
import { made, monday } from './testing/made';
import { day, fitted, fromCivil, Words, xOf } from './time';

const shell = () =>
  made(
    [
      { name: 'Shell', kind: kinds.summary, finish: '2031-01-10' },
      { name: 'Dig', level: 2, finish: '2031-01-07', percent: 50 },
      { name: 'Pour', level: 2, start: '2031-01-09', finish: '2031-01-10', late: '2031-01-14' },
      { name: 'Fit out', kind: kinds.summary, start: '2031-01-13' },
      { name: 'Paint', level: 2, start: '2031-01-13', state: 2 },
      { name: 'Handover', kind: kinds.finishMilestone, start: '2031-01-14' },
    ],
    [
      [1, 2, 0, 0, 0],
      [2, 4, 1, 480, 0],
    ],
  );

const at = (net: Network, id: string) => net.at.get(id) as number;

describe('working time', () => {
  const c = shell().calendars[0] as NonNullable<Network['calendars'][0]>;
  const on = (d: string, m = 0) => fromCivil(d) + m;

  test('counts shifts, not breaks, nights, weekends or holidays', () => {
    expect(c.between(on(monday), on(monday, day))).toBe(480);
    expect(c.between(on(monday, 600), on(monday, 800))).toBe(140);
    expect(c.between(on(monday), on('2031-01-13'))).toBe(4 * 480);
    expect(c.between(on(monday, 900), on(monday, 900))).toBe(0);
  });

  test('snaps a start to when work begins, and an end to when it ended', () => {
    expect(c.next(on(monday, 100))).toBe(on(monday, 480));
    expect(c.next(on(monday, 740))).toBe(on(monday, 780));
    expect(c.next(on('2031-01-07', 1020))).toBe(on('2031-01-09', 480));
    expect(c.last(on('2031-01-12', 600))).toBe(on('2031-01-10', 1020));
    expect(c.last(on(monday, 740))).toBe(on(monday, 720));
    expect(c.snap(on('2031-01-11', 300), day)).toBe(on('2031-01-13', 480));
    expect(c.snapEnd(on('2031-01-11', 300), day)).toBe(on('2031-01-10', 1020));
  });

  test('shades less the less there is to see', () => {
    const week = [on(monday), on(monday) + 7 * day] as const;
    expect(shading(c, ...week, 0.0005)).toEqual([]);
    expect(shading(c, ...week, 0.02)).toEqual([
      [on('2031-01-08'), on('2031-01-09')],
      [on('2031-01-11'), on('2031-01-13')],
    ]);
    expect(shading(c, ...week, 0.5).length).toBeGreaterThan(8);
    expect([stepOf(1), stepOf(0.15), stepOf(0.01)]).toEqual([15, 60, day]);
  });
});

describe('rows', () => {
  test('are the outline, less what is folded', () => {
    const net = shell();
    expect([...layoutRows(net, { folded: new Set() }).items]).toEqual([0, 1, 2, 3, 4, 5]);
    const l = layoutRows(net, { folded: new Set(['a0']) });
    expect([...l.items]).toEqual([0, 3, 4, 5]);
    expect([l.rowOf[1], l.rowOf[3]]).toEqual([-1, 1]);
  });

  test('of a filter bring what is above them, folded or not', () => {
    const net = shell();
    const l = layoutRows(net, { folded: new Set(['a3']), keep: (i) => i === 4 });
    expect([...l.items]).toEqual([3, 4]);
    expect(l.matches).toBe(1);
  });

  test('of groups have headings, fold, and an activity may be in two', () => {
    const net = shell();
    const groups = (i: number) =>
      i === 2
        ? [
            { key: 'x', title: 'X' },
            { key: 'y', title: 'Y' },
          ]
        : i === 5
          ? [{ key: '', title: '' }]
          : [{ key: 'x', title: 'X' }];
    const l = layoutRows(net, { folded: new Set(), groups });
    expect([...l.items]).toEqual([-1, 1, 2, 4, -2, 2, -3, 5]);
    expect(l.rowOf[2]).toBe(2);
    expect(l.groups.map((g) => [g.title, g.count])).toEqual([
      ['X', 3],
      ['Y', 1],
      ['', 1],
    ]);
    expect([...layoutRows(net, { folded: new Set(['group:x']), groups }).items]).toEqual([-1, -2, 2, -3, 5]);
  });

  test('a window shows whole rows and the cut ones', () => {
    expect(windowOf(45, 100, 30, 100)).toEqual([1, 5]);
    expect(windowOf(0, 1000, 30, 3)).toEqual([0, 3]);
  });
});

describe('bars and relations', () => {
  const net = shell();
  const layout = layoutRows(net, { folded: new Set() });
  const span = fitted(...net.bounds(), 900);
  const s = { net, layout, span, row: 30, relations: true };

  test('a bar reaches from start to finish; a milestone is round its time', () => {
    const b = barOf(net, 1, span, 30) as Bar;
    expect(b.x).toBeCloseTo(xOf(span, net.start[1] as number));
    expect(b.x + b.w).toBeCloseTo(xOf(span, net.finish[1] as number));
    const m = barOf(net, 5, span, 30) as Bar;
    expect(m.x + m.w / 2).toBeCloseTo(xOf(span, net.finish[5] as number));
    expect(barOf(net, 1, span, 30, Number.NaN, 5)).toBeNull();
  });

  test('routes run by right angles from the side to the side that the kind says', () => {
    const a: Bar = { x: 100, w: 50, half: 8, shape: 'bar' };
    for (const [x, link] of [200, 20].flatMap((x) => [0, 1, 2, 3].map((l) => [x, l] as const))) {
      const b: Bar = { x, w: 60, half: 8, shape: 'bar' };
      const p = route(link, a, 15, b, 75, 30);
      expect([p[0], p[1]]).toEqual([link === 0 || link === 2 ? 150 : 100, 15]);
      for (let k = 2; k < p.length; k += 2) expect(p[k] === p[k - 2] || p[k + 1] === p[k - 1]).toBe(true);
      const end = p.at(-2) as number;
      if (link === 0 && x > 150) expect([end, p.at(-1)]).toEqual([x + 5, 67]);
      else expect(end).toBe(link === 0 || link === 1 ? x : x + 60);
    }
  });

  test('only relations that have to do with the window are drawn', () => {
    expect([...relationsIn(net, layout, 0, 6)]).toEqual([0, 1]);
    expect([...relationsIn(net, layout, 5, 6)]).toEqual([]);
    expect([...relationsIn(net, layout, 3, 4)]).toEqual([1]);
    const folded = layoutRows(net, { folded: new Set(['a0']) });
    expect([...relationsIn(net, folded, 0, 4)]).toEqual([]);
  });

  test('a pointer finds bars, their ends, their handles and relations', () => {
    const b = barOf(net, 1, span, 30) as Bar;
    expect(hit(s, b.x + b.w / 2, 45)).toEqual({ kind: 'activity', activity: 1, part: 'bar' });
    expect(hit(s, b.x + b.w - 1, 45)).toEqual({ kind: 'activity', activity: 1, part: 'end' });
    expect(hit({ ...s, handles: 1 }, b.x + b.w + 13, 45)).toEqual({ kind: 'activity', activity: 1, part: 'out-end' });
    expect(hit({ ...s, handles: 1 }, b.x - 13, 45)).toEqual({ kind: 'activity', activity: 1, part: 'out-start' });
    const path = pathOf(s, 0) as number[];
    expect(hit(s, path[2] as number, 52)).toEqual({ kind: 'relation', relation: 0 });
    expect(hit({ ...s, relations: false }, path[2] as number, 60)).toBeNull();
    expect(hit(s, 5, 45)).toBeNull();
    expect(distance([0, 0, 10, 0, 10, 10], 13, 5)).toBe(3);
  });

  test('the progress line leans to how far an activity has come', () => {
    const line = net.s.day as number;
    expect(progressX(net, 1, span, line)).toBeCloseTo(xOf(span, ((net.start[1] as number) + (net.finish[1] as number)) / 2));
    expect(progressX(net, 4, span, line)).toBe(xOf(span, line));
  });
});

describe('what changes', () => {
  test('dates of an answer are laid over, and edits that are known here are done here', () => {
    const net = shell();
    net.move(
      [
        [2, 10, 20, 11, 21, 12, 22, 30, 31, 1],
        [99, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [4, null, null, null, null, null, null, 0, 0, 0],
      ],
      500,
    );
    expect([
      net.start[2],
      net.finish[2],
      net.earlyStart[2],
      net.lateFinish[2],
      net.totalFloat[2],
      net.freeFloat[2],
      net.critical[2],
    ]).toEqual([10, 20, 11, 22, 30, 31, 1]);
    expect(net.start[4]).toBeNaN();
    expect(net.finishOfAll).toBe(500);
    expect(net.apply([{ do: 'set', activity: 'a1', name: 'Dig deep', duration: 960 }])).toBe(true);
    expect(net.s.activities.name[1]).toBe('Dig deep');
    expect(net.apply([{ do: 'link', from: 'a4', to: 'a5', link: 'FF', lag: 60, unit: 'elapsed' }])).toBe(true);
    expect(net.relations().at(-1)).toEqual([4, 5, 2, 60, 1]);
    expect(net.apply([{ do: 'unlink', from: 'a1', to: 'a2', link: 'FS' }])).toBe(true);
    expect(net.from.length).toBe(2);
    expect(net.apply([{ do: 'remove', activity: 'a1' }])).toBe(false);
  });

  test('a summary is as far as what is below it', () => {
    expect(shell().percent[0]).toBe(25);
    expect(shell().percent[3]).toBe(0);
  });

  test('a summary lasts from its first to its last', () => {
    expect(shell().lasts(0)).toBe(4 * 480);
    expect(shell().lasts(1)).toBe(480);
  });
});

describe('circles', () => {
  const names = (net: Network, list: number[][]) => list.map((c) => c.map((i) => net.s.activities.name[i]).sort());
  test('are found with their activities, and none where there is none', () => {
    const net = shell();
    expect(circles(net)).toEqual([]);
    expect(names(net, circles(net, [4, 1, 0]))).toEqual([['Dig', 'Paint', 'Pour']]);
  });

  test('go through summaries, and are not where starts and finishes only look alike', () => {
    const net = shell();
    expect(names(net, circles(net, [0, 1, 0]))).toEqual([['Dig', 'Pour', 'Shell']]);
    // Dig starts with Pour, and Pour finishes with Dig: no circle.
    net.setRelations([
      [1, 2, 1, 0, 0],
      [2, 1, 2, 0, 0],
    ]);
    expect(circles(net)).toEqual([]);
  });

  test('a chain of ten thousand is no trouble', () => {
    const n = 10_000;
    const net = made(
      Array.from({ length: n }, (_, i) => ({ name: String(i) })),
      Array.from({ length: n - 1 }, (_, i) => [i, i + 1, 0, 0, 0]),
    );
    expect(circles(net)).toEqual([]);
    expect(circles(net, [n - 1, 0, 0])[0]?.length).toBe(n);
  });
});

describe('line of balance', () => {
  const net = made([
    { name: 'Walls', location: 'one', finish: '2031-01-07' },
    { name: 'walls ', location: 'two', start: '2031-01-09', finish: '2031-01-10' },
    { name: 'Paint', location: 'one', start: '2031-01-07', finish: '2031-01-09' },
    { name: 'Crane' },
    { name: 'Lifts', location: 'gone' },
    { name: 'All', kind: kinds.summary, location: 'one' },
  ]);
  const lob = lineOfBalance(net, {
    locations: ['one', 'two', 'three'],
    locationOf: (i) => net.s.activities.location[i] ?? null,
    nameOf: (i) => net.s.activities.name[i] ?? '',
  });

  test('the same work is one line through its locations', () => {
    expect(lob.bands).toEqual(['one', 'two']);
    expect(lob.lines.map((l) => [l.title, l.pieces.map((p) => p.band)])).toEqual([
      ['Walls', [0, 1]],
      ['Paint', [0]],
    ]);
    expect(lob.without).toBe(2);
  });

  test('two trades in one place at one time are told', () => {
    expect(lob.clashes.map((c) => [c.band, c.activities])).toEqual([[0, [0, 2]]]);
  });

  test('a piece rises inside its band, the lowest location at the foot', () => {
    const { y1, y2 } = pieceAt({ activity: 0, band: 0, start: 0, finish: 1 }, 2, 100);
    expect(y1).toBeGreaterThan(y2);
    expect(y1).toBeLessThan(200);
    expect(y2).toBeGreaterThan(100);
  });
});

test('what is painted on paper is what is painted on the screen: every bar, name and relation once', () => {
  const net = shell();
  const layout = layoutRows(net, { folded: new Set() });
  const g = new SvgPen();
  const colours: Colours = {
    paper: '#fff',
    card: '#fff',
    line: '#eee',
    lineStrong: '#ccc',
    ink: '#000',
    ink2: '#555',
    accent: '#00f',
    accentSoft: '#eef',
    strong: ['#1', '#2', '#3', '#4', '#5', '#6'],
    soft: ['#a', '#b', '#c', '#d', '#e', '#f'],
    critical: '#f00',
    rest: '#f5f5f5',
    font: 'sans-serif',
  };
  const scene: Scene = {
    net,
    layout,
    span: fitted(...net.bounds(), 900),
    top: 0,
    width: 900,
    height: 300,
    row: 30,
    head: 44,
    colours,
    words: new Words('en', 'wk'),
    shown: { critical: true, floats: true, relations: true, progress: true, names: true, planned: true },
    baselines: [],
    selected: new Set(),
    active: none,
    hover: -1,
    relation: -1,
    ghosts: new Map(),
    pull: null,
    labels: { today: 'Today', dataDate: 'Data date' },
    handles: -1,
  };
  paint(g, scene);
  const svg = g.svg(900, 300, 'Works <&"');
  for (const name of ['Dig', 'Pour', 'Paint', 'Handover', 'Today']) expect(svg.split(`>${name}<`).length - 1).toBe(1);
  expect(svg).toContain('aria-label="Works &lt;&amp;&quot;"');
  expect(svg.split('<g ').length).toBe(svg.split('</g>').length);
  expect(at(net, 'a1')).toBe(1);
});
