/** Line of balance: where the work is, over time. Lines that meet are two trades in one place. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Id } from '@/api/types';
import { fitted, hitLob, type LobScene, lineOfBalance, type Network, paintLob, type Span, type Words, zoomed } from '@/engines/gantt';
import { useLocations, useOpenProject } from '@/store';
import { EmptyState } from '@/ui';
import { placeText } from '../points/words';
import { onScheme, pageColours } from './colours';
import s from './programme.module.css';

const light = ['#1f47b8', '#9a4b00', '#17663f', '#7a1fa2', '#0f6b78', '#8a1c4b', '#5b574f'];
const dark = ['#8fabff', '#f5b06a', '#7fd3a5', '#d6a4f0', '#7fd0dc', '#f29ac0', '#b8b2a6'];
const head = 44;

/** The work without its place: "Painting, first floor" is painting. */
function work(name: string, place: string | undefined): string {
  if (!place) return name;
  const at = name.toLocaleLowerCase().indexOf(place.toLocaleLowerCase());
  if (at < 0) return name;
  const rest = (name.slice(0, at) + name.slice(at + place.length)).replace(/^[\s,:;–-]+|[\s,:;–-]+$/g, '');
  return rest || name;
}

export function LobView({
  net,
  stamp,
  keep,
  words,
  onOpen,
  open,
  critical,
}: {
  net: Network;
  stamp: number;
  keep: ((i: number) => boolean) | undefined;
  words: Words;
  onOpen: (id: Id) => void;
  open: Id | undefined;
  critical: boolean;
}) {
  const { t } = useLingui();
  const locations = useLocations();
  const { pool } = useOpenProject();
  const order = useMemo(() => {
    const out: Id[] = [];
    const walk = (parent: Id | null, deep: number) => {
      for (const l of locations) {
        if ((l.parent_id ?? null) !== parent || deep > 9) continue;
        out.push(l.id);
        walk(l.id, deep + 1);
      }
    };
    walk(null, 0);
    return out;
  }, [locations]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that the same network holds other dates
  const lob = useMemo(() => {
    const a = net.s.activities;
    const names = new Map(locations.map((l) => [l.id, l.name]));
    return lineOfBalance(net, {
      locations: order,
      locationOf: (i) => a.location[i] ?? null,
      nameOf: (i) => work(a.name[i] ?? '', names.get(a.location[i] ?? '')),
      keep,
    });
  }, [net, stamp, order, locations, keep]);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [span, setSpan] = useState<Span | null>(null);
  const [top, setTop] = useState(0);
  const [scheme, setScheme] = useState(0);
  const drag = useRef<{ x: number; y: number; from: number; top: number; moved: boolean } | null>(null);
  const band = Math.max(44, lob.bands.length > 0 ? Math.min(170, (size.height - head) / lob.bands.length) : 60);
  const most = Math.max(0, lob.bands.length * band - (size.height - head));

  useEffect(() => {
    const o = new ResizeObserver(([e]) => {
      if (e) setSize({ width: Math.floor(e.contentRect.width), height: Math.floor(e.contentRect.height) });
    });
    if (box.current) o.observe(box.current);
    const off = onScheme(() => setScheme((n) => n + 1));
    return () => {
      o.disconnect();
      off();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme's colours are read from the page
  const scene = useMemo((): LobScene | null => {
    if (size.width === 0) return null;
    const [a, b] = net.bounds();
    return {
      net,
      lob,
      span: span ?? fitted(a, b, size.width),
      width: size.width,
      height: size.height,
      head,
      band,
      top: Math.min(top, most),
      colours: pageColours(),
      palette: document.documentElement.dataset.mantineColorScheme === 'dark' ? dark : light,
      words,
      labels: { today: t`Today`, dataDate: t`Data date` },
      active: open === undefined ? -1 : (net.at.get(open) ?? -1),
      critical,
    };
  }, [net, lob, span, size, band, top, most, words, open, critical, scheme, t]);
  useLayoutEffect(() => {
    const el = canvas.current;
    if (!el || !scene) return;
    const ratio = globalThis.devicePixelRatio || 1;
    el.width = Math.round(scene.width * ratio);
    el.height = Math.round(scene.height * ratio);
    const g = el.getContext('2d', { alpha: false });
    if (!g) return;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintLob(g, scene);
  }, [scene]);
  // The wheel must be listened to as one that may be held back.
  const wheel = useRef<(e: WheelEvent) => void>(() => undefined);
  wheel.current = (e) => {
    if (!scene) return;
    e.preventDefault();
    if (e.ctrlKey || e.metaKey) setSpan(zoomed(scene.span, Math.exp(-e.deltaY * 0.0022), e.offsetX));
    else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY))
      setSpan({ ...scene.span, from: scene.span.from + (e.deltaX || e.deltaY) / scene.span.scale });
    else setTop(Math.max(0, Math.min(most, top + e.deltaY)));
  };
  useEffect(() => {
    const el = canvas.current;
    const f = (e: WheelEvent) => wheel.current(e);
    el?.addEventListener('wheel', f, { passive: false });
    return () => el?.removeEventListener('wheel', f);
  }, []);
  const a = net.s.activities;
  const zoom = (f: number) => scene && setSpan(zoomed(scene.span, f, scene.width / 2));
  const nothing = lob.bands.length === 0;
  return (
    <div className={s.lob}>
      {nothing && (
        <EmptyState title={<Trans>No activity has a location yet</Trans>}>
          <Trans>Give activities a location, at the right beside an open one; here you then see which trade is where, and when.</Trans>
        </EmptyState>
      )}
      <div className={s.lobNames} hidden={nothing}>
        <div style={{ transform: `translateY(${head - Math.min(top, most)}px)` }}>
          {[...lob.bands].reverse().map((id) => (
            <div key={id} style={{ height: band }}>
              {placeText(id, pool)}
            </div>
          ))}
        </div>
      </div>
      <div className={s.lobChart} ref={box} hidden={nothing}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={t`Work by location over time; the table below says the same in words.`}
          style={{ width: size.width, height: size.height }}
          onPointerDown={(e) => {
            if (e.button !== 0 || !scene) return;
            e.currentTarget.setPointerCapture(e.pointerId);
            drag.current = { x: e.clientX, y: e.clientY, from: scene.span.from, top: Math.min(top, most), moved: false };
          }}
          onPointerMove={(e) => {
            const d = drag.current;
            if (!d || !scene) return;
            if (!d.moved && Math.hypot(e.clientX - d.x, e.clientY - d.y) < 4) return;
            d.moved = true;
            setSpan({ ...scene.span, from: d.from - (e.clientX - d.x) / scene.span.scale });
            setTop(Math.max(0, Math.min(most, d.top - (e.clientY - d.y))));
          }}
          onPointerUp={(e) => {
            const d = drag.current;
            drag.current = null;
            if (!d || d.moved || !scene) return;
            const i = hitLob(scene, e.nativeEvent.offsetX, e.nativeEvent.offsetY - head + scene.top);
            if (i >= 0) onOpen(a.id[i] as Id);
          }}
        />
        <div className={s.zoom}>
          <Button.Group>
            <Button variant="default" size="compact-sm" aria-label={t`Zoom out`} onClick={() => zoom(1 / 1.5)}>
              −
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => setSpan(null)}>
              <Trans>All</Trans>
            </Button>
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => scene && setSpan({ ...scene.span, from: net.now - scene.width / 3 / scene.span.scale })}
            >
              <Trans>Today</Trans>
            </Button>
            <Button variant="default" size="compact-sm" aria-label={t`Zoom in`} onClick={() => zoom(1.5)}>
              +
            </Button>
          </Button.Group>
        </div>
        <p className={s.lobNote}>
          {lob.clashes.length > 0 && (
            <>
              <span className={s.clashMark} aria-hidden="true" />{' '}
              <Plural value={lob.clashes.length} one="# place where two trades meet" other="# places where two trades meet" />
            </>
          )}
          {lob.without > 0 && (
            <>
              {lob.clashes.length > 0 && ' · '}
              <Plural value={lob.without} one="# activity without a location" other="# activities without a location" />
            </>
          )}
        </p>
      </div>
      {!nothing && (
        <div className="hidden-text">
          <table>
            <caption>{t`Work by location`}</caption>
            <tbody>
              {lob.lines.slice(0, 200).flatMap((l) =>
                l.pieces.slice(0, 50).map((p) => (
                  <tr key={p.activity}>
                    <th scope="row">{placeText(lob.bands[p.band], pool)}</th>
                    <td>{l.title}</td>
                    <td>{words.date(p.start)}</td>
                    <td>{words.date(Math.max(p.start, p.finish - 1))}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
