import { Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { Section } from '../../ui/page.tsx'
import { ScopeChoice } from '../../ui/scope-choice.tsx'
import fields from '../apps/fields.module.css'
import { faultOfLines } from '../settings/lines.ts'
import { AccountLimit } from './account-limit.tsx'
import type { KeyDraft } from './draft.ts'
import { PlaceFields } from './place-fields.tsx'

export interface KeyFieldsContent {
  readonly draft: KeyDraft
  readonly error: unknown
  readonly onChange: (change: Partial<KeyDraft>) => void
}

/** All that a key is made of. */
export function KeyFields({
  draft,
  error,
  onChange,
  onLimit,
}: KeyFieldsContent & {
  /** Somebody wants to choose an account. */
  readonly onLimit: () => void
}) {
  const own = useQuery(ownUser).data?.scopes ?? []
  return (
    <>
      <Section title="The key">
        <div className={fields.row}>
          <TextInput
            label="Name"
            description="Who or what calls with it"
            required
            maxLength={200}
            value={draft.name}
            error={faultAt(error, '/name')}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Expires"
            description="Empty: in one year. Three years at most"
            value={draft.expires}
            error={faultAt(error, '/expiresAt')}
            onChange={(event) => onChange({ expires: event.currentTarget.value })}
          />
        </div>
      </Section>
      <Section title="What it is limited to">
        <div className={fields.form}>
          <PlaceFields draft={draft} error={error} onChange={onChange} />
          <AccountLimit
            accounts={draft.accounts}
            error={faultAt(error, '/accounts')}
            onChange={(accounts) => onChange({ accounts })}
            onChoose={onLimit}
          />
          <Textarea
            label="Addresses"
            description="Only callers from these ranges, one a line, as 203.0.113.0/24. Empty: from anywhere"
            autosize
            minRows={2}
            value={draft.addresses}
            error={faultOfLines(error, '/addresses', draft.addresses)}
            onChange={(event) => onChange({ addresses: event.currentTarget.value })}
          />
        </div>
      </Section>
      <Section title="What it may do">
        <ScopeChoice
          legend="Scopes: nobody makes a key that may do more than they"
          offered={own}
          chosen={draft.scopes}
          error={faultAt(error, '/scopes')}
          onChange={(scopes) => onChange({ scopes })}
        />
      </Section>
    </>
  )
}
