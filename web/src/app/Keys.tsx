import { mod } from '@/ui/Page';
import s from './Keys.module.css';

/** Keys shows a shortcut: "g p" as two keys, "mod+k" with this machine's word for it. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={s.keys}>
      {keys.split(' ').map((k) => (
        <kbd key={k}>{k.startsWith('mod+') ? `${mod} ${k.slice(4).toUpperCase()}` : k}</kbd>
      ))}
    </span>
  );
}
