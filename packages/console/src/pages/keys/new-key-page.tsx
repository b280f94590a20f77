import { Button } from '@mantine/core'
import type { NewApiKeyReply } from '@sallyport/contract'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import type { ChosenAccount } from '../apps/account-choice.tsx'
import fields from '../apps/fields.module.css'
import { AccountLimitDialog } from './account-limit.tsx'
import { emptyDraft, type KeyDraft, keyInput } from './draft.ts'
import { KeyFields } from './key-fields.tsx'
import { ShownKey } from './shown-key.tsx'
import { useEnvironmentOf } from './use-environment-of.ts'

/** A key is made, and shown this once. */
export function NewKeyPage() {
  const [made, setMade] = useState<NewApiKeyReply>()
  return (
    <>
      <Trail>
        <Link to="/keys">API keys</Link>
      </Trail>
      <Page title={made ? 'The new key' : 'New key'}>
        {made ? <Made made={made} /> : <Form onMade={setMade} />}
      </Page>
    </>
  )
}

function Made({ made }: { readonly made: NewApiKeyReply }) {
  const { id, name, app } = made
  return (
    <>
      <ShownKey made={made} />
      <p>
        Is it kept?{' '}
        <Link to="/keys/$id" params={{ id }}>
          Go on to {name}
        </Link>
        {app !== undefined && (
          <>
            {' '}
            or{' '}
            <Link to="/apps/$key" params={{ key: app }}>
              back to the app
            </Link>
          </>
        )}
        .
      </p>
    </>
  )
}

/** Members whose faults stand beside their fields. */
const beside = [
  ...['/name', '/expiresAt', '/app', '/profile', '/environment'],
  ...['/accounts', '/addresses', '/scopes'],
]

function Form({ onMade }: { readonly onMade: (made: NewApiKeyReply) => void }) {
  const { app = '', profile = '' } = useSearch({ from: '/keys/new' })
  const [draft, change] = useDraft<KeyDraft>({ ...emptyDraft, app, profile })
  const making = useChange(
    () => request('POST', '/v1/keys', { body: keyInput(draft) }),
    ['keys'],
    (made) => made && onMade(made),
  )
  const [isLimiting, setLimiting] = useState(false)
  const environment = useEnvironmentOf(draft)
  const add = (account: ChosenAccount) => {
    change({ accounts: [...draft.accounts.filter(({ id }) => id !== account.id), account] })
    setLimiting(false)
  }
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    making.mutate()
  }
  return (
    <>
      <ChangeProblem change={making} beside={beside} />
      <form noValidate onSubmit={submit}>
        <KeyFields draft={draft} error={making.error} onChange={change} onLimit={() => setLimiting(true)} />
        <div className={fields.ways}>
          <Button type="submit" loading={making.isPending}>
            Make the key
          </Button>
          <p className={fields.note}>It is shown once, on the next page.</p>
        </div>
      </form>
      {isLimiting && (
        <AccountLimitDialog environment={environment} onAdd={add} onLeave={() => setLimiting(false)} />
      )}
    </>
  )
}
