import { Button } from '@mantine/core'
import { loginAddress } from '../api/addresses.ts'
import { Failure, moveAfter } from '../api/failure.ts'
import { InTheWay } from './in-the-way.tsx'
import classes from './problem-alert.module.css'

/** A failure: what happened, whose move it is, what to do, and the id to ask about. */
export function ProblemAlert({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const failure = error instanceof Failure ? error : undefined
  const problem = failure?.problem
  const move = failure && moveAfter(failure)
  return (
    <div role="alert" className={classes.alert}>
      <strong>{problem?.title ?? (failure ? 'No answer' : 'This page failed')}</strong>
      <p>
        {failure?.message ??
          'Load the page again. If it fails again, report it: it is a fault of the console.'}
      </p>
      {problem?.errors && (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {problem && <InTheWay problem={problem} />}
      {problem && (
        <p className={classes.note}>
          {move && `${move}. `}
          Request <code>{problem.requestId}</code>
        </p>
      )}
      <div className={classes.ways}>
        {problem?.code === 'step_up' && <a href={loginAddress('/login/confirm')}>Prove who you are</a>}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}
