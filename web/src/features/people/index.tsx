import { Page, Skeleton } from '@/ui';

export function PeoplePage() {
  return (
    <Page title="">
      <Skeleton />
    </Page>
  );
}
