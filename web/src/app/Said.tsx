import { Notifications } from '@mantine/notifications';

/** Said shows what was said in passing, at the bottom. */
export default function Said() {
  return <Notifications position="bottom-center" limit={3} />;
}
