/** Draws over a photo: pen, line, arrow, rectangle, ellipse, text, eraser. One finger or a mouse; undo and redo until it is saved. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, TextInput } from '@mantine/core';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Shape } from '@/api/types';
import { colours, hit, type Tool, thin } from '@/engines/markup/shapes';
import { One } from './Drawn';
import s from './markup.module.css';

export interface EditorProps {
  /** The picture; none where one draws over what is on the screen, as `matrix` lays it there. */
  url?: string;
  /** From what is drawn on to CSS pixels of the box. */
  matrix?: string;
  width: number;
  height: number;
  shapes: readonly Shape[];
  onSave: (shapes: Shape[]) => void;
  onCancel: () => void;
}

const tools: readonly Tool[] = ['pen', 'line', 'arrow', 'rect', 'ellipse', 'text', 'erase'];

export function Editor({ url, matrix, width, height, shapes, onSave, onCancel }: EditorProps) {
  const { t } = useLingui();
  const [past, setPast] = useState<readonly (readonly Shape[])[]>([]);
  const [now, setNow] = useState<readonly Shape[]>(shapes);
  const [future, setFuture] = useState<readonly (readonly Shape[])[]>([]);
  const [tool, setTool] = useState<Tool>('pen');
  const [colour, setColour] = useState<string>(colours[0]);
  const [thick, setThick] = useState(1);
  const [draft, setDraft] = useState<Shape | null>(null);
  const [writing, setWriting] = useState<{ x: number; y: number } | null>(null);
  const [words, setWords] = useState('');
  const svg = useRef<SVGGElement>(null);
  const unit = Math.max(width, height) / 250;
  const line = Math.round(unit * ([0.7, 1.3, 2.4][thick] ?? 1) * 10) / 10;

  const change = (next: readonly Shape[]) => {
    setPast([...past, now]);
    setNow(next);
    setFuture([]);
  };
  const undo = () => {
    const last = past.at(-1);
    if (!last) return;
    setPast(past.slice(0, -1));
    setFuture([now, ...future]);
    setNow(last);
  };
  const redo = () => {
    const [next, ...rest] = future;
    if (!next) return;
    setPast([...past, now]);
    setFuture(rest);
    setNow(next);
  };
  const keys = useRef({ undo, redo });
  keys.current = { undo, redo };
  useEffect(() => {
    const down = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || (e.target as HTMLElement).closest('input')) return;
      const key = e.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      e.preventDefault();
      e.stopPropagation();
      if (key === 'y' || e.shiftKey) keys.current.redo();
      else keys.current.undo();
    };
    window.addEventListener('keydown', down, true);
    return () => window.removeEventListener('keydown', down, true);
  }, []);

  const at = (e: PointerEvent): [number, number] => {
    const m = svg.current?.getScreenCTM();
    if (!m) return [0, 0];
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m.inverse());
    return [Math.round(p.x * 10) / 10, Math.round(p.y * 10) / 10];
  };
  const down = (e: PointerEvent) => {
    if (!e.isPrimary || e.button > 0) return;
    const [x, y] = at(e);
    if (tool === 'text') {
      setWriting({ x, y });
      return;
    }
    if (tool === 'erase') {
      const i = hit(now, [x, y], unit * 4);
      if (i >= 0) change(now.filter((_, j) => j !== i));
      return;
    }
    e.currentTarget.setPointerCapture(e.pointerId);
    setDraft({ kind: tool, colour, width: line, at: tool === 'pen' ? [x, y] : [x, y, x, y] });
  };
  const move = (e: PointerEvent) => {
    if (!draft || !e.isPrimary) return;
    const [x, y] = at(e);
    const [x0 = x, y0 = y] = draft.at;
    setDraft({ ...draft, at: draft.kind === 'pen' ? [...draft.at, x, y] : [x0, y0, x, y] });
  };
  const up = () => {
    if (!draft) return;
    setDraft(null);
    const [x0 = 0, y0 = 0, x1 = x0, y1 = y0] = draft.at;
    const dot = draft.kind !== 'pen' && Math.hypot(x1 - x0, y1 - y0) < unit;
    if (!dot) change([...now, draft.kind === 'pen' ? { ...draft, at: thin(draft.at, unit / 2) } : draft]);
  };
  const write = () => {
    const text = words.replace(/\s+/g, ' ').trim();
    if (writing && text) change([...now, { kind: 'text', colour, width: Math.round(line * 6), at: [writing.x, writing.y], text }]);
    setWriting(null);
    setWords('');
  };
  const name = (x: Tool): string => {
    switch (x) {
      case 'pen':
        return t`Pen`;
      case 'line':
        return t`Line`;
      case 'arrow':
        return t`Arrow`;
      case 'rect':
        return t`Rectangle`;
      case 'ellipse':
        return t`Ellipse`;
      case 'text':
        return t`Text`;
      case 'erase':
        return t`Eraser`;
    }
  };
  const colourNames = [t`Red`, t`Blue`, t`Green`, t`Yellow`, t`Black`, t`White`];
  const thickNames = [t`Thin`, t`Medium`, t`Thick`];
  return (
    <div className={matrix ? `${s.editor} ${s.over}` : s.editor}>
      <div className={s.stage}>
        <svg
          className={s.paper}
          viewBox={matrix ? undefined : `0 0 ${width} ${height}`}
          role="img"
          aria-label={matrix ? t`Plan with mark-up` : t`Photo with mark-up`}
          data-markup
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={() => setDraft(null)}
        >
          <g ref={svg} transform={matrix}>
            {url && <image href={url} width={width} height={height} />}
            {now.map((x, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no name but their place
              <One key={i} shape={x} />
            ))}
            {draft && <One shape={draft} />}
          </g>
        </svg>
      </div>
      {writing && (
        <form
          className={s.write}
          onSubmit={(e) => {
            e.preventDefault();
            write();
          }}
        >
          <TextInput
            aria-label={t`Text to write`}
            placeholder={t`Text to write`}
            maxLength={200}
            value={words}
            onChange={(e) => setWords(e.currentTarget.value)}
            autoFocus
          />
          <Button type="submit">
            <Trans>Place it</Trans>
          </Button>
        </form>
      )}
      <div className={s.tools} role="toolbar" aria-label={t`Drawing tools`}>
        <div className={s.group}>
          {tools.map((x) => (
            <button
              key={x}
              type="button"
              className={s.tool}
              aria-pressed={tool === x}
              aria-label={name(x)}
              title={name(x)}
              onClick={() => setTool(x)}
            >
              <Icon tool={x} />
            </button>
          ))}
        </div>
        <div className={s.group}>
          {colours.map((c, i) => (
            <button
              key={c}
              type="button"
              className={s.tool}
              aria-pressed={colour === c}
              aria-label={colourNames[i]}
              title={colourNames[i]}
              onClick={() => setColour(c)}
            >
              <span className={s.dot} style={{ background: c }} />
            </button>
          ))}
        </div>
        <div className={s.group}>
          {thickNames.map((what, i) => (
            <button
              key={what}
              type="button"
              className={s.tool}
              aria-pressed={thick === i}
              aria-label={what}
              title={what}
              onClick={() => setThick(i)}
            >
              <span className={s.bar} style={{ height: 2 + i * 3 }} />
            </button>
          ))}
        </div>
        <div className={s.group}>
          <Button size="compact-md" variant="default" disabled={past.length === 0} onClick={undo}>
            <Trans>Undo</Trans>
          </Button>
          <Button size="compact-md" variant="default" disabled={future.length === 0} onClick={redo}>
            <Trans>Redo</Trans>
          </Button>
          <Button size="compact-md" variant="default" disabled={now.length === 0} onClick={() => change([])}>
            <Trans>Erase all</Trans>
          </Button>
        </div>
        <div className={s.group}>
          <Button size="compact-md" variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button size="compact-md" onClick={() => onSave([...now])}>
            <Trans>Save</Trans>
          </Button>
        </div>
      </div>
    </div>
  );
}

function Icon({ tool }: { tool: Tool }) {
  const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.8, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
  const paths: Record<Tool, string> = {
    pen: 'M3 15c2-6 4 2 6-4s3 4 6-6',
    line: 'M3 15L15 3',
    arrow: 'M3 15L15 3M8.5 3H15v6.5',
    rect: 'M3 5h12v8H3z',
    ellipse: 'M2.5 9a6.5 4.5 0 1 0 13 0a6.5 4.5 0 1 0-13 0',
    text: 'M4 4.5h10M9 4.5V15',
    erase: 'M4 11l6-7 5 4-6 7H6zM7.5 7l5 4',
  };
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d={paths[tool]} {...line} />
    </svg>
  );
}
