import { Page, Skeleton } from '@/ui';

export function AccountPage() {
  return (
    <Page title="">
      <Skeleton />
    </Page>
  );
}

export const Projects = AccountPage;
