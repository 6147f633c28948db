import { useLingui } from '@lingui/react/macro';
import type { CaseRow, StepKind } from '@/api/office';

export function useStates(): Record<CaseRow['state'], string> {
  const { t } = useLingui();
  return {
    open: t`Open`,
    identity: t`Waits for who asked`,
    working: t`Being worked on`,
    sent: t`Answered; recipients are still being told`,
    done: t`Done`,
    refused: t`Refused`,
    merged: t`Joined with another request`,
    withdrawn: t`Withdrawn`,
  };
}

export function useActs(): Record<'erased' | 'rectified' | 'restricted', string> {
  const { t } = useLingui();
  return { erased: t`erased`, rectified: t`corrected`, restricted: t`restricted` };
}

export function useRights(): Record<string, string> {
  const { t } = useLingui();
  return {
    A15: t`See what is held`,
    A16: t`Correct`,
    A17: t`Erase`,
    A18: t`Restrict`,
    A20: t`Take along`,
    A21: t`Object`,
    'A7-3': t`Withdraw consent`,
  };
}

export function useSteps(): Record<StepKind, { name: string; what: string }> {
  const { t } = useLingui();
  return {
    classify: { name: t`Say what it asks for`, what: t`Where the program read it wrongly.` },
    'ask-identity': {
      name: t`Ask who it is`,
      what: t`Only where there is reasonable doubt; say why. The time stands still until the answer. Never ask for a copy of an identity card.`,
    },
    'identity-ok': { name: t`It is clear who it is`, what: t`What was sent to show it is deleted.` },
    extend: { name: t`Take two months more`, what: t`Only for many or complex requests, and only within the first month; say why.` },
    execute: { name: t`Carry it out`, what: t`The program does it: archive, erasure, restriction, as asked.` },
    answer: { name: t`Answer`, what: t`Answers what is still open.` },
    decline: { name: t`Refuse one part`, what: t`With the ground and your reasons.` },
    refuse: { name: t`Refuse all that is open`, what: t`With the ground and your reasons. It is for you to show that the ground holds.` },
    merge: { name: t`Join with another request`, what: t`Of the same person, about the same.` },
    acknowledge: { name: t`It has said that it knows`, what: '' },
    'acknowledge-source': { name: t`It has said that it knows`, what: '' },
  };
}

export function useRefusals(): Record<string, string> {
  const { t } = useLingui();
  return {
    'not-applicable': t`The right does not exist for this basis`,
    'nothing-held': t`Nothing is held`,
    'not-identified': t`It cannot be told whose data it is`,
    'legal-duty': t`A law demands that it is kept`,
    'legal-claims': t`It is needed for legal claims`,
    'rights-of-others': t`The rights of others`,
    'manifestly-unfounded': t`Manifestly unfounded`,
    excessive: t`Excessive, as by repetition`,
  };
}
