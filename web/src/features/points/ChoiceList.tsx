/** The list of what a filter may be: ticked, found by typing where it is long. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox, Popover, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Opener, useBegin } from '@/ui';
import s from './points.module.css';

export interface Option {
  value: string;
  label: string;
  mark?: ReactNode;
  deep?: number;
}

export interface ChoiceProps {
  label: string;
  options: readonly Option[];
  value: string | undefined;
  onChange: (v: string | undefined) => void;
  single?: boolean;
  title?: (id: string) => string;
}

export default function ChoiceList({ label, options, value, onChange, single = false, button }: ChoiceProps & { button: Opener }) {
  const { t } = useLingui();
  const { ref, opened, setOpened } = useBegin();
  const [find, setFind] = useState('');
  const chosen = value ? value.split(',') : [];
  const shown = find ? options.filter((o) => o.label.toLowerCase().includes(find.toLowerCase())) : options;
  const toggle = (v: string) => {
    if (single) {
      onChange(chosen.includes(v) ? undefined : v);
      setOpened(false);
      return;
    }
    const next = chosen.includes(v) ? chosen.filter((c) => c !== v) : [...chosen, v];
    onChange(next.length ? next.join(',') : undefined);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      transitionProps={{ duration: 80 }}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button type="button" ref={ref} {...button} onClick={() => setOpened(!opened)} />
      </Popover.Target>
      <Popover.Dropdown aria-label={label} p={8}>
        {options.length > 8 && (
          <TextInput
            size="xs"
            mb={6}
            data-autofocus
            value={find}
            onChange={(e) => setFind(e.currentTarget.value)}
            aria-label={t`Find`}
            placeholder={t`Find`}
          />
        )}
        <div className={s.choices}>
          {shown.map((o) => (
            <Checkbox
              key={o.value}
              className={s.choice}
              style={{ paddingInlineStart: (o.deep ?? 0) * 16 }}
              size="sm"
              checked={chosen.includes(o.value)}
              onChange={() => toggle(o.value)}
              label={
                <span className={s.choiceLabel}>
                  {o.mark}
                  {o.label}
                </span>
              }
            />
          ))}
          {shown.length === 0 && (
            <p className="quiet">
              <Trans>Nothing found</Trans>
            </p>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
