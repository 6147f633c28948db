import { Page, Skeleton } from '@/ui';

export function TodayPage() {
  return (
    <Page title="">
      <Skeleton />
    </Page>
  );
}
