import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './change-form.module.css'
import { ChangeProblem } from './change-problem.tsx'

/** Fields, and the button that has them changed. What is wrong with a field stands beside it, all else above. */
export function ChangeForm<Given>(content: {
  readonly change: {
    readonly error: Error | null
    readonly variables: Given | undefined
    readonly isPending: boolean
    readonly isSuccess: boolean
    readonly mutate: (given: Given) => void
  }
  readonly given: Given
  readonly action: string
  /** JSON Pointers of the fields that show their own faults. */
  readonly beside: readonly string[]
  /** What there is to say when it is done. */
  readonly done?: string
  readonly children: ReactNode
}) {
  const { change, given, action, beside, done, children } = content
  return (
    <>
      <ChangeProblem change={change} beside={beside} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(given)
        }}
      >
        <div className={classes.fields}>{children}</div>
        <Button type="submit" loading={change.isPending}>
          {action}
        </Button>
      </form>
      <p role="status" className={classes.done}>
        {change.isSuccess && done}
      </p>
    </>
  )
}
