import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { Choices as ChoicesAnswer, Held as HeldAnswer } from '@/api/privacy';
import { Block, useAsk } from '@/features/ask';
import { useSession } from '@/store';
import { Page } from '@/ui';
import { Choices } from './Choices';
import { Download } from './Download';
import { Erase } from './Erase';
import { Held } from './Held';
import { Import } from './Import';
import s from './Privacy.module.css';
import { Restrict } from './Restrict';

/** PrivacyPage is the person's own: take along, leave, choose, see what is held and who saw it, set aside. */
export function PrivacyPage() {
  const { t, i18n } = useLingui();
  const { account, organisations } = useSession();
  const held = useAsk<HeldAnswer>(`/me/privacy?locale=${i18n.locale}`);
  const choices = useAsk<ChoicesAnswer>(`/me/choices?locale=${i18n.locale}`);
  return (
    <Page title={t`Your data`} subtitle={account.email} reading>
      <div className={s.page}>
        <div className={s.pair}>
          <Download />
          <Erase held={held} />
        </div>
        <Choices asked={choices} />
        <Held asked={held} />
        <Restrict held={held} choices={choices} />
        <Block title={<Trans>From another Plumbline</Trans>}>
          <Import />
        </Block>
        <nav className={s.links} aria-label={t`More about your data`}>
          <a href="/privacy">
            <Trans>Privacy policy</Trans>
          </a>
          <Link to="/trust">
            <Trans>What we promise, and whether it holds</Trans>
          </Link>
          <Link to="/request">
            <Trans>Ask something else about your data</Trans>
          </Link>
          {organisations
            .filter((o) => o.role !== 'member')
            .map((o) => (
              <Link key={o.id} to="/o/$org/privacy" params={{ org: o.id }}>
                <Trans>Privacy office of {o.name}</Trans>
              </Link>
            ))}
        </nav>
      </div>
    </Page>
  );
}
