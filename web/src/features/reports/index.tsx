import { Page, Skeleton } from '@/ui';

export function ReportsPage() {
  return (
    <Page title="">
      <Skeleton />
    </Page>
  );
}
