import { Trans, useLingui } from '@lingui/react/macro';
import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { keysOn, setKeysOn, useAllActions } from '@/actions/react';
import { Keys } from './Keys';
import k from './Keys.module.css';
import { sectionNames } from './sections';

/** Help lists the keys that work here and now. */
export default function Help({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [on, setOn] = useState(keysOn());
  const actions = useAllActions().filter((a) => a.keys);
  return (
    <Modal opened onClose={onClose} title={t`Keyboard shortcuts`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Switch
        checked={on}
        onChange={(e) => {
          setOn(e.currentTarget.checked);
          setKeysOn(e.currentTarget.checked);
        }}
        label={<Trans>Single-key shortcuts</Trans>}
        description={<Trans>Off: only shortcuts with Ctrl or Cmd work.</Trans>}
      />
      <table className={k.table}>
        {(['make', 'go', 'view', 'app'] as const).map((section) => {
          const list = actions.filter((a) => a.section === section);
          if (list.length === 0) return null;
          return (
            <tbody key={section}>
              <tr>
                <th colSpan={2} scope="rowgroup">
                  {i18n._(sectionNames[section])}
                </th>
              </tr>
              {list.map((a) => (
                <tr key={a.id}>
                  <td>{typeof a.name === 'string' ? a.name : i18n._(a.name)}</td>
                  <td>
                    <Keys keys={a.keys ?? ''} />
                  </td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </Modal>
  );
}
