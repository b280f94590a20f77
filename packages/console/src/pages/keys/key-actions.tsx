import { Button } from '@mantine/core'
import type { ApiKeyReply, NewApiKeyReply } from '@sallyport/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Moment } from '../../ui/moment.tsx'
import fields from '../apps/fields.module.css'
import classes from './key-actions.module.css'
import { KeyDialog } from './key-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'

/** What can be done with a key. */
export function KeyActions(content: {
  readonly apiKey: ApiKeyReply
  readonly onRotated: (made: NewApiKeyReply) => void
}) {
  const { apiKey, onRotated } = content
  const { previousUntil } = apiKey
  const [open, setOpen] = useState<'change' | 'rotate' | 'revoke' | 'end'>()
  const leave = () => setOpen(undefined)
  const hasPrevious = previousUntil !== undefined && Date.parse(previousUntil) > Date.now()
  return (
    <section aria-label="Actions" className={classes.actions}>
      {hasPrevious && (
        <p className={classes.note}>
          Its secret was changed. The one before works on, and ends <Moment at={previousUntil} />.
        </p>
      )}
      <div className={fields.ways}>
        <Button variant="default" onClick={() => setOpen('change')}>
          Change
        </Button>
        <Button variant="default" onClick={() => setOpen('rotate')}>
          Rotate…
        </Button>
        {hasPrevious && (
          <Button variant="default" onClick={() => setOpen('end')}>
            End the secret before…
          </Button>
        )}
        <Button variant="default" onClick={() => setOpen('revoke')}>
          Revoke…
        </Button>
      </div>
      {open === 'change' && <KeyDialog apiKey={apiKey} onLeave={leave} />}
      {open === 'rotate' && <RotateDialog apiKey={apiKey} onRotated={onRotated} onLeave={leave} />}
      {open === 'end' && <EndPrevious apiKey={apiKey} onLeave={leave} />}
      {open === 'revoke' && <Revocation apiKey={apiKey} onLeave={leave} />}
    </section>
  )
}

interface Asked {
  readonly apiKey: ApiKeyReply
  readonly onLeave: () => void
}

function EndPrevious({ apiKey: { id }, onLeave }: Asked) {
  const ending = useChange(() => request('POST', '/v1/keys/{id}/end-previous', { params: { id } }), ['keys'])
  return (
    <Confirmation
      title="End the secret before?"
      action="End it"
      isUnderWay={ending.isPending}
      onConfirm={() => ending.mutate(undefined, { onSuccess: onLeave })}
      onLeave={onLeave}
    >
      <ChangeProblem change={ending} />
      <p>Programs that still call with the secret before are refused within a second.</p>
    </Confirmation>
  )
}

function Revocation({ apiKey: { id, name }, onLeave }: Asked) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const revoking = useChange(() => request('DELETE', '/v1/keys/{id}', { params: { id } }), [])
  const leave = async () => {
    await navigate({ to: '/keys' })
    queries.removeQueries({ queryKey: ['keys', id] })
    await queries.invalidateQueries({ queryKey: ['keys'] })
  }
  return (
    <Confirmation
      title={`Revoke ${name}?`}
      action="Revoke"
      isUnderWay={revoking.isPending}
      onConfirm={() => revoking.mutate(undefined, { onSuccess: leave })}
      onLeave={onLeave}
    >
      <ChangeProblem change={revoking} />
      <p>
        Programs that call with it are refused within a second, and for good. The audit keeps who revoked it.
      </p>
    </Confirmation>
  )
}
