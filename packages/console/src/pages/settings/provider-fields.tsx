import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { grantableRoles } from './grantable.ts'
import { faultOfLines } from './lines.ts'
import type { ProviderDraft } from './provider-draft.ts'
import { roles } from './queries.ts'

/** The members whose faults stand beside their fields. */
export const providerMembers = [
  ...['/key', '/name', '/issuer', '/clientId', '/clientSecret', '/scopes', '/defaultRole'],
  '/allowedEmailDomains',
]

/** The fields of an identity provider. */
export function ProviderFields(content: {
  readonly draft: ProviderDraft
  readonly secret: string
  readonly isNew: boolean
  readonly hasSecret: boolean
  readonly error: unknown
  readonly set: (change: Partial<ProviderDraft>) => void
  readonly setSecret: (secret: string) => void
}) {
  const { draft, secret, isNew, hasSecret, error, set, setSecret } = content
  const text = (name: 'name' | 'key' | 'issuer' | 'clientId' | 'scopes') => ({
    value: draft[name],
    error: faultAt(error, `/${name}`),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  })
  return (
    <>
      <TextInput label="Name" description="What its button says: Log in with …" {...text('name')} />
      {isNew && (
        <TextInput label="Key" description="Letters and digits. It never changes." {...text('key')} />
      )}
      <TextInput
        label="Issuer"
        description="Exactly as the provider names itself; its metadata are read there."
        placeholder="https://login.example.com"
        inputMode="url"
        {...text('issuer')}
      />
      <TextInput label="Client id" autoComplete="off" {...text('clientId')} />
      <TextInput
        label="Client secret"
        type="password"
        autoComplete="new-password"
        description={
          hasSecret
            ? 'One is stored, and never shown. Leave it empty to keep it.'
            : 'Empty for a public client.'
        }
        value={secret}
        error={faultAt(error, '/clientSecret')}
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      <TextInput label="Scopes" description="Beside openid, with spaces between." {...text('scopes')} />
      <WhoComesIn draft={draft} error={error} set={set} />
    </>
  )
}

function WhoComesIn({
  draft,
  error,
  set,
}: {
  readonly draft: ProviderDraft
  readonly error: unknown
  readonly set: (change: Partial<ProviderDraft>) => void
}) {
  const all = useQuery(roles).data ?? []
  const me = useQuery(ownUser).data
  const choices = me
    ? grantableRoles(all, me)
        .filter(({ key }) => key !== 'owner')
        .map(({ key, name }) => ({ value: key, label: name }))
    : []
  return (
    <>
      <NativeSelect
        label="Role of new people"
        description="Whoever the provider vouches for becomes a user with it at their first log-in."
        data={[{ value: '', label: 'None: only who is invited comes in' }, ...choices]}
        value={draft.defaultRole}
        error={faultAt(error, '/defaultRole')}
        onChange={(event) => set({ defaultRole: event.currentTarget.value })}
      />
      <Textarea
        label="Domains of new people"
        description="One a line, as example.com. Empty: everybody whom the provider vouches for."
        rows={3}
        value={draft.domains}
        error={faultOfLines(error, '/allowedEmailDomains', draft.domains)}
        onChange={(event) => set({ domains: event.currentTarget.value })}
      />
      <Checkbox
        label="The only way in"
        description="Nobody but owners may log in with a password. Sessions that a password began end at once."
        checked={draft.ssoOnly}
        onChange={(event) => set({ ssoOnly: event.currentTarget.checked })}
      />
      <Checkbox
        label="Disabled"
        description="Nobody logs in by it."
        checked={draft.disabled}
        onChange={(event) => set({ disabled: event.currentTarget.checked })}
      />
    </>
  )
}
