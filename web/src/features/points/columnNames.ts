import { useLingui } from '@lingui/react/macro';
import type { ColumnId } from './columns';

export function useColumnNames(): (id: ColumnId) => string {
  const { t } = useLingui();
  return (id) => {
    switch (id) {
      case 'number':
        return t`No.`;
      case 'subject':
        return t`Subject`;
      case 'status':
        return t`Status`;
      case 'location':
        return t`Where`;
      case 'in_charge':
        return t`In charge`;
      case 'due':
        return t`Due`;
      case 'changed':
        return t`Changed`;
      case 'category':
        return t`Category`;
      case 'list':
        return t`List`;
      case 'author':
        return t`Made by`;
      case 'created':
        return t`Made`;
      case 'photos':
        return t`Photos`;
    }
  };
}
