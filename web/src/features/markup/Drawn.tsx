/** A layer of mark-up over a picture, which stays as it is. */
import type { Shape } from '@/api/types';
import { arrowPath, penPath, pointsOf } from '@/engines/markup/shapes';
import s from './markup.module.css';

export function Drawn({ width, height, shapes }: { width: number; height: number; shapes: readonly Shape[] }) {
  return (
    <svg className={s.drawn} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {shapes.map((x, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no name but their place
        <One key={i} shape={x} />
      ))}
    </svg>
  );
}

export function One({ shape }: { shape: Shape }) {
  const line = { fill: 'none', stroke: shape.colour, strokeWidth: shape.width, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
  const [a = [0, 0], b = a] = [pointsOf(shape)[0], pointsOf(shape).at(-1)];
  switch (shape.kind) {
    case 'pen':
      return <path d={penPath(shape)} fill={shape.colour} />;
    case 'line':
      return <line x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} {...line} />;
    case 'arrow':
      return <path d={arrowPath(shape)} {...line} />;
    case 'rect':
      return (
        <rect x={Math.min(a[0], b[0])} y={Math.min(a[1], b[1])} width={Math.abs(b[0] - a[0])} height={Math.abs(b[1] - a[1])} {...line} />
      );
    case 'ellipse':
      return (
        <ellipse cx={(a[0] + b[0]) / 2} cy={(a[1] + b[1]) / 2} rx={Math.abs(b[0] - a[0]) / 2} ry={Math.abs(b[1] - a[1]) / 2} {...line} />
      );
    case 'text':
      return (
        <text x={a[0]} y={a[1] + shape.width * 0.8} fill={shape.colour} fontSize={shape.width} fontWeight={600} className={s.letters}>
          {shape.text}
        </text>
      );
  }
}
