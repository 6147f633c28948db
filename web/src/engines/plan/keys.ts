/** What a key does to the view; null for keys that are not its own. Steps are parts of the view's size. */
export type Step = { readonly zoom: number } | { readonly pan: readonly [x: number, y: number] } | { readonly fit: true };

export function stepOf(key: string, far: boolean): Step | null {
  const step = far ? 0.5 : 0.12;
  switch (key) {
    case '+':
    case '=':
      return { zoom: 1.5 };
    case '-':
    case '_':
      return { zoom: 1 / 1.5 };
    case '0':
      return { fit: true };
    case 'ArrowLeft':
      return { pan: [-step, 0] };
    case 'ArrowRight':
      return { pan: [step, 0] };
    case 'ArrowUp':
      return { pan: [0, -step] };
    case 'ArrowDown':
      return { pan: [0, step] };
    default:
      return null;
  }
}
