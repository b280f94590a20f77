import { Button } from '@mantine/core'
import type { UserReply } from '@sallyport/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import classes from './settings.module.css'

type Deed = 'suspend' | 'admit' | 'remove'

const questions = {
  suspend: {
    title: 'Suspend',
    tells: 'They are logged out at once, and cannot log in until they are let in again.',
  },
  remove: {
    title: 'Remove',
    tells:
      'They are logged out at once and gone from the list. Keys that they made stay: revoke those too, where needed.',
  },
} as const

/** Suspends somebody, or removes them for good: each after a question. */
export function LettingOut({ person: { id, name, disabled } }: { readonly person: UserReply }) {
  const [asked, setAsked] = useState<keyof typeof questions>()
  const navigate = useNavigate()
  const change = useChange(
    async (deed: Deed) => {
      const params = { id }
      if (deed === 'remove') {
        await request('DELETE', '/v1/users/{id}', { params })
        await navigate({ to: '/settings/people' })
      } else await request('PATCH', '/v1/users/{id}', { params, body: { disabled: deed === 'suspend' } })
    },
    ['users'],
    () => setAsked(undefined),
  )
  return (
    <>
      <ChangeProblem change={change} />
      <div className={classes.ways}>
        {disabled ? (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate('admit')}>
            Let in again
          </Button>
        ) : (
          <Button variant="default" onClick={() => setAsked('suspend')}>
            Suspend…
          </Button>
        )}
        <Button variant="default" onClick={() => setAsked('remove')}>
          Remove…
        </Button>
      </div>
      {asked && (
        <Confirmation
          title={`${questions[asked].title} ${name}?`}
          action={questions[asked].title}
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(asked)}
          onLeave={() => setAsked(undefined)}
        >
          <p>{questions[asked].tells}</p>
        </Confirmation>
      )}
    </>
  )
}
