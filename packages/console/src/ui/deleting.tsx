import { Button } from '@mantine/core'
import { type LinkProps, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange } from '../api/use-change.ts'
import { ChangeProblem } from './change-problem.tsx'
import { Confirmation } from './confirmation.tsx'

/** Deletes something for good, after a question, and goes to the list that it was in. */
export function Deleting(content: {
  readonly name: string
  /** What that does. */
  readonly tells: string
  readonly remove: () => Promise<undefined>
  /** What is asked for anew afterwards. */
  readonly keys: readonly string[]
  readonly to: LinkProps['to'] & string
}) {
  const { name, tells, remove, keys, to } = content
  const [isAsked, setAsked] = useState(false)
  const navigate = useNavigate()
  const change = useChange(
    async (_: undefined) => {
      await remove()
      await navigate({ to })
    },
    keys,
    () => setAsked(false),
  )
  return (
    <>
      <ChangeProblem change={change} />
      <Button variant="default" onClick={() => setAsked(true)}>
        Delete…
      </Button>
      {isAsked && (
        <Confirmation
          title={`Delete ${name}?`}
          action="Delete"
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(undefined)}
          onLeave={() => setAsked(false)}
        >
          <p>{tells}</p>
        </Confirmation>
      )}
    </>
  )
}
