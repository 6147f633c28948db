/** What is drawn on the sheet for the chosen point: shown over the plan, and drawn anew. The sheet itself stays as it is. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Point, Sheet } from '@/api/types';
import type { PlanViewer } from '@/engines/plan';
import { useCommands } from '@/store';
import { toast } from '@/ui';
import { One } from '../markup/Drawn';
import { Editor } from '../markup/Editor';
import { Overlay, useMatrix } from './Overlay';
import s from './plans.module.css';

export function SheetMarks({ viewer, sheet, point }: { viewer: PlanViewer | null; sheet: Sheet; point: Point | undefined }) {
  const { t } = useLingui();
  const commands = useCommands();
  const matrix = useMatrix(viewer);
  const [drawing, setDrawing] = useState(false);
  if (!viewer || point?.pin?.sheet_id !== sheet.id) return null;
  const shapes = point.markups?.find((m) => m.target_id === sheet.id)?.shapes ?? [];
  if (drawing && matrix) {
    const { clientWidth, clientHeight } = viewer.element;
    const { scale } = viewer.look();
    return (
      <Editor
        matrix={matrix}
        width={clientWidth / scale}
        height={clientHeight / scale}
        shapes={shapes}
        onSave={(next) => {
          setDrawing(false);
          void commands.mark(point.id, 'sheet', sheet.id, next).then((undo) => toast(t`Mark-up saved`, undo));
        }}
        onCancel={() => setDrawing(false)}
      />
    );
  }
  return (
    <>
      {shapes.length > 0 && (
        <Overlay viewer={viewer}>
          {shapes.map((x, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no name but their place
            <One key={i} shape={x} />
          ))}
        </Overlay>
      )}
      {point.may.photo && (
        <Button className={s.drawHere} size="compact-sm" variant="default" onClick={() => setDrawing(true)}>
          <Trans>Draw on the plan</Trans>
        </Button>
      )}
    </>
  );
}
