import { Button, Textarea, TextInput } from '@mantine/core'
import type { ApiKeyReply } from '@sallyport/contract'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import fields from '../apps/fields.module.css'
import { faultOfLines } from '../settings/lines.ts'
import { type KeyChange, narrowing } from './narrowing.ts'

/** A key gets another name, or less: whoever holds it never gets more by a change. */
export function KeyDialog(content: { readonly apiKey: ApiKeyReply; readonly onLeave: () => void }) {
  const { apiKey, onLeave } = content
  const [change, setChange] = useState<KeyChange>({
    ...{ name: apiKey.name, expires: '' },
    addresses: (apiKey.addresses ?? []).join('\n'),
  })
  const changing = useChange(
    () => request('PATCH', '/v1/keys/{id}', { params: { id: apiKey.id }, body: narrowing(apiKey, change) }),
    ['keys'],
  )
  const { error } = changing
  return (
    <Dialog
      title={`Change ${apiKey.name}`}
      onLeave={onLeave}
      ways={
        <Button
          loading={changing.isPending}
          onClick={() => changing.mutate(undefined, { onSuccess: onLeave })}
        >
          Save
        </Button>
      }
    >
      <div className={fields.dialog}>
        <ChangeProblem change={changing} beside={['/name', '/expiresAt', '/addresses']} />
        <TextInput
          label="Name"
          maxLength={200}
          value={change.name}
          error={faultAt(error, '/name')}
          onChange={(event) => setChange({ ...change, name: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="Expires earlier"
          description="Empty: as before"
          value={change.expires}
          error={faultAt(error, '/expiresAt')}
          onChange={(event) => setChange({ ...change, expires: event.currentTarget.value })}
        />
        <Textarea
          label="Addresses"
          description="Only callers from these ranges, one a line: fewer than before"
          autosize
          minRows={2}
          value={change.addresses}
          error={faultOfLines(error, '/addresses', change.addresses)}
          onChange={(event) => setChange({ ...change, addresses: event.currentTarget.value })}
        />
        <p className={fields.note}>A key only becomes narrower. For one that may more, make another.</p>
      </div>
    </Dialog>
  )
}
