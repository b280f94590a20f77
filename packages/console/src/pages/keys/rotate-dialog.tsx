import { Button, NativeSelect } from '@mantine/core'
import type { ApiKeyReply, NewApiKeyReply } from '@sallyport/contract'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import fields from '../apps/fields.module.css'

const graces = [
  { value: '86400', label: 'For a day' },
  { value: '3600', label: 'For an hour' },
  { value: '604800', label: 'For a week' },
  { value: '2592000', label: 'For 30 days' },
  { value: '0', label: 'Not at all: it ends at once' },
]

/** A key gets a new secret; the one before works on for as long as programs need to take the new one. */
export function RotateDialog(content: {
  readonly apiKey: ApiKeyReply
  readonly onRotated: (made: NewApiKeyReply) => void
  readonly onLeave: () => void
}) {
  const { apiKey, onRotated, onLeave } = content
  const [grace, setGrace] = useState('86400')
  const rotating = useChange(
    () =>
      request('POST', '/v1/keys/{id}/rotate', {
        params: { id: apiKey.id },
        body: { graceSeconds: Number(grace) },
      }),
    ['keys'],
    (made) => {
      if (!made) return
      onRotated(made)
      onLeave()
    },
  )
  return (
    <Dialog
      title={`Rotate ${apiKey.name}`}
      onLeave={onLeave}
      ways={
        <Button loading={rotating.isPending} onClick={() => rotating.mutate()}>
          Make a new secret
        </Button>
      }
    >
      <div className={fields.dialog}>
        <ChangeProblem change={rotating} />
        <NativeSelect
          label="The secret before works on"
          value={grace}
          data={graces}
          onChange={(event) => setGrace(event.currentTarget.value)}
        />
        <p className={fields.note}>
          The new secret is shown once. A secret before the one before ends in any case.
        </p>
      </div>
    </Dialog>
  )
}
