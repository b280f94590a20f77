import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './step.module.css'

export type State = 'done' | 'now' | 'later'

/** One step of the walk: what it is for, the request that it makes, and what came of it. */
export function Step(content: {
  readonly title: string
  readonly state: State
  readonly action: string
  readonly change: { readonly isPending: boolean; readonly error: unknown }
  readonly onAct: () => void
  /** The requests that the button makes, as a program would. */
  readonly requests: string
  readonly outcome: ReactNode
  readonly children: ReactNode
}) {
  const { title, state, action, change, onAct, requests, outcome, children } = content
  const heading = useFocusOnArrival(state)
  return (
    <li className={classes.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{children}</p>
      {state !== 'later' && (
        <>
          <pre className={classes.requests}>{requests}</pre>
          {state === 'now' && (
            <Button loading={change.isPending} onClick={onAct}>
              {action}
            </Button>
          )}
          {change.error != null && <ProblemAlert error={change.error} />}
        </>
      )}
      <div role="status" className={classes.outcome}>
        {outcome}
      </div>
    </li>
  )
}

/** The button of the step before is gone, so the keyboard and the screen reader go on here. */
function useFocusOnArrival(state: State) {
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(state)
  useEffect(() => {
    if (before.current === 'later' && state === 'now') heading.current?.focus()
    before.current = state
  }, [state])
  return heading
}
