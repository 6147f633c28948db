import { useLingui } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { errorText } from '@/app/errors';

/** Failed says what did not work. */
export function Failed({ error }: { error: unknown }) {
  const { i18n } = useLingui();
  if (error === undefined) return null;
  return (
    <Alert color="brick" variant="light" role="alert">
      {errorText(error, i18n)}
    </Alert>
  );
}
