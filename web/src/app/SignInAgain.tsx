import { useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { SignInForm } from '@/features/signin/SignInForm';
import { useSession } from '@/store';

/** SignInAgain asks for the password over the page: nothing that stands open is lost. */
export function SignInAgain({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { account } = useSession();
  return (
    <Modal opened onClose={onClose} title={t`Sign in`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <SignInForm email={account.email} done={onClose} />
    </Modal>
  );
}
