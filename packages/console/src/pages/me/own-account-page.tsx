import { TextInput } from '@mantine/core'
import type { OwnUserReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { addressOf } from '../../api/addresses.ts'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { ScopeList } from '../../ui/scope-choice.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { Authenticator } from './authenticator.tsx'
import { PasswordForm } from './password-form.tsx'
import { Sessions } from './sessions.tsx'

/** Whoever is logged in: what they are called, how they log in, and where. */
export function OwnAccountPage() {
  return (
    <Page title="Your account">
      <Loaded query={useQuery(ownUser)} rows={6}>
        {(me) => (
          <>
            <Section title="You">
              <Facts
                facts={{ 'E-mail address': me.email, Role: me.role, Organization: me.organizationName }}
              />
              <NameForm key={me.id} me={me} />
            </Section>
            {me.hasPassword && (
              <Section title="Password">
                <PasswordForm />
              </Section>
            )}
            <Section title="Authenticator">
              <Authenticator me={me} />
            </Section>
            <Section title="Single sign-on">
              <Identities me={me} />
            </Section>
            <Section title="Where you are logged in">
              <Sessions />
            </Section>
            <Section title="What you may do">
              <ScopeList scopes={me.scopes} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function NameForm({ me: { name } }: { readonly me: OwnUserReply }) {
  const [draft, set] = useDraft({ name })
  const change = useChange((body: typeof draft) => request('PATCH', '/v1/users/me', { body }), ['users'])
  return (
    <ChangeForm change={change} given={draft} action="Save" beside={['/name']} done="Saved.">
      <TextInput
        label="Name"
        autoComplete="name"
        value={draft.name}
        error={faultAt(change.error, '/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
    </ChangeForm>
  )
}

function Identities({ me: { identities } }: { readonly me: OwnUserReply }) {
  return (
    <p>
      {identities.length === 0
        ? 'You log in by no identity provider. '
        : `You log in by ${identities.map(({ issuer }) => issuer).join(', ')}. `}
      <a href={addressOf('/account')}>Link or unlink a provider</a>
    </p>
  )
}
