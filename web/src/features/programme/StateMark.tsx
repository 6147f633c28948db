import s from './programme.module.css';

/** StateMark is the shape of a state; beside its name. 5 is "in progress, behind". */
export function StateMark({ state }: { state: number }) {
  return <span className={s.mark} data-state={state} aria-hidden="true" />;
}

export function StateTag({ state, children }: { state: number; children: string }) {
  return (
    <span className={s.tag} data-state={state}>
      <StateMark state={state} />
      {children}
    </span>
  );
}
