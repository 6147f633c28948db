import { useLingui } from '@lingui/react/macro';
import type { Level } from '@/api/types';

/** useLevelNames are the five project levels in words, from the least. */
export function useLevelNames(): Record<Level, string> {
  const { t } = useLingui();
  return {
    subcontractor: t`Subcontractor`,
    guest: t`Guest`,
    contributor: t`Contributor`,
    manager: t`Manager`,
    administrator: t`Administrator`,
  };
}
