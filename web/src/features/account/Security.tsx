import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Stack, Text } from '@mantine/core';
import { call } from '@/api/client';
import { Answered, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/Failed';
import { leaveFor, type Provider } from '@/features/signin/Providers';
import { ago, exact, useReader } from '@/store';
import { Page, Section } from '@/ui';
import s from './Account.module.css';
import { Again, useProving } from './proving';
import { Row } from './Row';
import { type Factors, SecondProof } from './SecondProof';
import { Sessions } from './Sessions';
import { type Token, Tokens } from './Tokens';

interface IdentityList {
  items: { id: string; provider: string; name: string; created_at: string; used_at?: string }[];
  providers: Provider[];
}

export function SecurityPage() {
  const { t } = useLingui();
  const factors = useAsk<Factors>('/account/factors');
  const identities = useAsk<IdentityList>('/account/identities');
  const tokens = useAsk<{ items: Token[] }>('/account/tokens');
  return (
    <Page title={t`Security`} reading>
      <div className={s.narrow}>
        <Section title={t`A second proof`}>
          <Answered asked={factors} rows={3}>
            {(f) => <SecondProof factors={f} again={factors.again} />}
          </Answered>
        </Section>
        <Answered asked={identities} rows={1}>
          {(x) =>
            x.providers.length + x.items.length > 0 ? (
              <Section title={t`Signing in by a provider`}>
                <Identities identities={x} again={identities.again} />
              </Section>
            ) : null
          }
        </Answered>
        <Sessions />
        <Section title={t`Keys for programs`}>
          <Answered asked={tokens} rows={2}>
            {(x) => <Tokens items={x.items} again={tokens.again} />}
          </Answered>
        </Section>
      </div>
    </Page>
  );
}

function Identities({ identities, again }: { identities: IdentityList; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const proving = useProving();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        <Trans>Your password goes on working. A second proof is asked for all the same.</Trans>
      </Text>
      {!proving.waiting && <Failed error={proving.error} />}
      {identities.items.length > 0 && (
        <ul className={s.sessions}>
          {identities.items.map((x) => {
            const name = x.name || x.provider;
            return (
              <Row
                key={x.id}
                title={name}
                note={
                  <span title={exact(x.used_at ?? x.created_at, r)}>
                    {x.used_at ? <Trans>last used {ago(x.used_at, r)}</Trans> : <Trans>never used</Trans>}
                  </span>
                }
              >
                <Button
                  size="compact-md"
                  variant="default"
                  aria-label={t`Remove ${name}`}
                  onClick={() =>
                    void proving.run(async () => {
                      await call(`/account/identities/${x.id}`, { method: 'DELETE' });
                      again();
                    })
                  }
                >
                  <Trans>Remove</Trans>
                </Button>
              </Row>
            );
          })}
        </ul>
      )}
      <Group gap="sm">
        {identities.providers.map((p) => (
          <Button
            key={p.id}
            variant="default"
            loading={proving.busy}
            onClick={() => void proving.run(() => leaveFor(`/account/identities/${p.id}`))}
          >
            <Trans>Link {p.name}</Trans>
          </Button>
        ))}
      </Group>
      <Again proving={proving} />
    </Stack>
  );
}
