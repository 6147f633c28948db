/** Which columns are shown and in which order: ticked, and moved up or down. Widths are set at the heads. */
import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { type Opener, useBegin } from '@/ui';
import { useColumnNames } from './columnNames';
import { allColumns, type Column, moved, usualColumns } from './columns';
import s from './points.module.css';

export interface ColumnsProps {
  columns: readonly Column[];
  onChange: (next: readonly Column[]) => void;
}

export default function Columns({ columns, onChange, button }: ColumnsProps & { button: Opener }) {
  const { t } = useLingui();
  const name = useColumnNames();
  const { ref, opened, setOpened } = useBegin();
  const off = allColumns.filter((id) => !columns.some((c) => c.id === id));
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      transitionProps={{ duration: 80 }}
    >
      <Popover.Target>
        <button type="button" ref={ref} {...button} />
      </Popover.Target>
      <Popover.Dropdown aria-label={t`Columns`} p={8}>
        <div className={s.choices}>
          {columns.map((c, i) => {
            const what = name(c.id);
            return (
              <div key={c.id} className={s.columnRow}>
                <Checkbox
                  size="sm"
                  label={what}
                  checked
                  disabled={columns.length === 1}
                  onChange={() => onChange(columns.filter((x) => x.id !== c.id))}
                />
                <span className={s.grow} />
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  disabled={i === 0}
                  aria-label={t`${what} further left`}
                  onClick={() => onChange(moved(columns, c.id, columns[i - 1]?.id ?? null))}
                >
                  ↑
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  disabled={i === columns.length - 1}
                  aria-label={t`${what} further right`}
                  onClick={() => onChange(moved(columns, c.id, columns[i + 2]?.id ?? null))}
                >
                  ↓
                </ActionIcon>
              </div>
            );
          })}
          {off.map((id) => (
            <div key={id} className={s.columnRow}>
              <Checkbox size="sm" label={name(id)} checked={false} onChange={() => onChange([...columns, { id }])} />
            </div>
          ))}
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(usualColumns)}>
            <Trans>As usual</Trans>
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
