import { Button } from '@mantine/core'
import type { WebhookReply } from '@sallyport/contract'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { attemptWords } from './status.ts'
import classes from './webhooks.module.css'

/** Tries it, switches it off and on, and gives it another secret. */
export function WebhookActions({ webhook: { id, disabled } }: { readonly webhook: WebhookReply }) {
  const params = { id }
  const [isAsked, setAsked] = useState(false)
  const testing = useChange(
    (_: 'test') => request('POST', '/v1/webhooks/{id}/test', { params }),
    ['webhooks'],
  )
  const switching = useChange(
    (isOff: boolean) => request('PATCH', '/v1/webhooks/{id}', { params, body: { disabled: isOff } }),
    ['webhooks'],
  )
  const rotating = useChange(
    (_: 'rotate') => request('POST', '/v1/webhooks/{id}/rotate', { params }),
    ['webhooks'],
    () => setAsked(false),
  )
  return (
    <>
      <div className={classes.ways}>
        <Button loading={testing.isPending} onClick={() => testing.mutate('test')}>
          Send a test
        </Button>
        <Button variant="default" loading={switching.isPending} onClick={() => switching.mutate(!disabled)}>
          {disabled ? 'Enable' : 'Disable'}
        </Button>
        <Button variant="default" onClick={() => setAsked(true)}>
          New secret…
        </Button>
      </div>
      <div role="status" className={classes.said}>
        {testing.data &&
          (testing.data.status === 'delivered'
            ? `The test was taken: ${attemptWords(testing.data)}.`
            : `The test was not taken: ${attemptWords(testing.data)}.`)}
      </div>
      <ChangeProblem change={testing} />
      <ChangeProblem change={switching} />
      <ChangeProblem change={rotating} />
      {rotating.data && <SecretOnce label="New signing secret" secret={rotating.data.secret} />}
      {isAsked && (
        <Confirmation
          title="Make a new signing secret?"
          action="Make it"
          isUnderWay={rotating.isPending}
          onConfirm={() => rotating.mutate('rotate')}
          onLeave={() => setAsked(false)}
        >
          <p>Events are signed with both for a day, so that the receiver can change its own in between.</p>
        </Confirmation>
      )}
    </>
  )
}
