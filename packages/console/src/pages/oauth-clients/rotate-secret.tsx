import { Button, PasswordInput } from '@mantine/core'
import type { OAuthClientReply } from '@sallyport/contract'
import { useId, useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import classes from './oauth-client-page.module.css'
import { rotationTo } from './rotation.ts'

const places = ['/clientSecret', '/clientSecrets'] as const

/** Another secret, without a moment in which none is valid. What is stored is not shown, so the old one is asked for, too. */
export function RotateSecret(content: {
  readonly client: OAuthClientReply
  readonly onEnd: (outcome: string | undefined) => void
}) {
  const { client, onEnd } = content
  const [next, setNext] = useState('')
  const [old, setOld] = useState('')
  const id = useId()
  const change = useChange(
    (patch: Readonly<Record<string, unknown>>) =>
      request('PATCH', '/v1/oauth-clients/{key}', { params: { key: client.key }, body: patch }),
    ['oauth-clients'],
    (saved) =>
      saved &&
      onEnd(
        old === '' ? 'The new secret is stored.' : 'Both secrets are stored; the new one is tried first.',
      ),
  )
  const fault = places.map((place) => faultAt(change.error, place)).find((each) => each !== undefined)
  return (
    <Dialog
      title={`Rotate the secret of ${client.name}`}
      onLeave={() => onEnd(undefined)}
      ways={
        <Button type="submit" form={id} loading={change.isPending} disabled={next === ''}>
          Store it
        </Button>
      }
    >
      <p>
        Make a new secret at the provider and give it here. While both are valid, give the old one, too: it is
        tried where the new one is refused. Come back with the new one alone once the old one has ended.
      </p>
      <ChangeProblem change={change} beside={places} />
      <form
        id={id}
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(rotationTo(next, old))
        }}
      >
        <PasswordInput
          label="New secret"
          autoComplete="new-password"
          required
          error={fault}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label="Old secret, while it is valid"
          autoComplete="new-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
      </form>
    </Dialog>
  )
}
