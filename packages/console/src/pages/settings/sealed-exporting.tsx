import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { allEnvironments } from './queries.ts'
import { accountsIn } from './revoking.tsx'
import { saveFile } from './save-file.ts'
import classes from './settings.module.css'

interface Draft {
  readonly recipient: string
  readonly withAccounts: boolean
  /** Empty: of all. */
  readonly environment: string
}

function bodyOf({ recipient, withAccounts, environment }: Draft) {
  const accounts = environment === '' ? {} : { environment }
  return { recipient: recipient.trim(), ...(withAccounts && { accounts }) }
}

/** The same with secrets, and the credentials of accounts if wanted, sealed to whoever is to import it. */
export function SealedExporting() {
  const [draft, set] = useDraft<Draft>({ recipient: '', withAccounts: false, environment: '' })
  const [isAsked, setAsked] = useState(false)
  const change = useChange(
    async (given: Draft) => {
      const made = await request('POST', '/v1/export', { body: bodyOf(given) })
      saveFile('sallyport-sealed.json', made)
      return made.accounts
    },
    ['accounts'],
    () => setAsked(false),
  )
  return (
    <>
      <ChangeProblem change={change} beside={['/recipient']} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (draft.withAccounts) setAsked(true)
          else change.mutate(draft)
        }}
      >
        <SealedFields draft={draft} error={change.error} set={set} />
        <Button type="submit" variant="default" loading={change.isPending}>
          Save the sealed export
        </Button>
      </form>
      {change.data && (
        <p role="status" className={classes.done}>
          Your browser saves it, with {accountsIn(change.data.exported)}.
          {change.data.left.length > 0 &&
            ` Left as they are: ${change.data.left.map(({ account, reason }) => `${account} (${reason})`).join(', ')}.`}
        </p>
      )}
      {isAsked && (
        <Confirmation
          title="Export accounts with their credentials?"
          action="Export them"
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(draft)}
          onLeave={() => setAsked(false)}
        >
          <p>
            They are not renewed here any more from now on, because two places that renew one token end it for
            both. They live where they are imported.
          </p>
        </Confirmation>
      )}
    </>
  )
}

function SealedFields(content: {
  readonly draft: Draft
  readonly error: unknown
  readonly set: (change: Partial<Draft>) => void
}) {
  const { draft, error, set } = content
  const places = useQuery(allEnvironments).data ?? []
  return (
    <div className={classes.fields}>
      <TextInput
        label="Recipient"
        description="The public key of whoever opens it: made where it is to be imported, on this same page."
        placeholder="age1…"
        autoComplete="off"
        value={draft.recipient}
        error={faultAt(error, '/recipient')}
        onChange={(event) => set({ recipient: event.currentTarget.value })}
      />
      <Checkbox
        label="With accounts and their credentials"
        checked={draft.withAccounts}
        onChange={(event) => set({ withAccounts: event.currentTarget.checked })}
      />
      {draft.withAccounts && (
        <NativeSelect
          label="Accounts of"
          data={[
            { value: '', label: 'every environment' },
            ...places.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={draft.environment}
          onChange={(event) => set({ environment: event.currentTarget.value })}
        />
      )}
    </div>
  )
}
