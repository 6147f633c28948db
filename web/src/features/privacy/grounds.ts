import { useLingui } from '@lingui/react/macro';

/** useErasureGrounds are the reasons a person can give for an erasure of their own, in words. */
export function useErasureGrounds(): { value: string; label: string }[] {
  const { t } = useLingui();
  return [
    { value: 'no-longer-needed', label: t`It is no longer needed` },
    { value: 'consent-withdrawn', label: t`I withdraw my consent` },
    { value: 'objection', label: t`I object to its use` },
    { value: 'unlawful', label: t`It is used unlawfully` },
    { value: 'legal-duty', label: t`A law asks for it` },
    { value: 'child', label: t`I was a child when it was collected` },
  ];
}
