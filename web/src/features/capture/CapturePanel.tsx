import { useLingui } from '@lingui/react/macro';
import { CaptureForm, type CaptureFormProps } from './CaptureForm';
import s from './capture.module.css';

/** The capture card at the right of a desk, or over the list on a phone. */
export function CapturePanel(props: CaptureFormProps) {
  const { t } = useLingui();
  return (
    <div className={s.panel}>
      <h2 className={s.title}>{t`New point`}</h2>
      <CaptureForm {...props} />
    </div>
  );
}
