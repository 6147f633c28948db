import { Page, Skeleton } from '@/ui';

export function SettingsPage() {
  return (
    <Page title="">
      <Skeleton />
    </Page>
  );
}
