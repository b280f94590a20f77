import { NativeSelect, TextInput } from '@mantine/core'
import type { OwnUserReply, UserReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { grantableRoles, mayChange } from './grantable.ts'
import { waysIn } from './people-page.tsx'
import { LettingOut } from './person-out.tsx'
import { person, roles } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

/** One person: who they are, what they may do, and the ways to end that. */
export function PersonPage() {
  const { id } = useParams({ from: '/settings/people/$id' })
  const query = useQuery(person(id))
  const me = useQuery(ownUser).data
  const { data } = query
  return (
    <SettingsPage
      title={data?.name ?? 'Person'}
      within={<Link to="/settings/people">People</Link>}
      beside={data?.disabled && <Badge tone="warn">Suspended</Badge>}
    >
      <Loaded query={query} rows={5}>
        {(shown) => (
          <>
            <Section title="Details">
              <PersonFacts person={shown} />
            </Section>
            {me && <Changes person={shown} me={me} />}
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function PersonFacts({ person }: { readonly person: UserReply }) {
  const { email, lastLoginAt, createdAt, identities } = person
  return (
    <Facts
      facts={{
        'E-mail address': email,
        'Logs in by': waysIn(person),
        'Identity providers': identities.map(({ issuer }) => issuer).join(', ') || undefined,
        'Last logged in': lastLoginAt === undefined ? 'never' : <Moment at={lastLoginAt} />,
        Since: <Moment at={createdAt} />,
      }}
    />
  )
}

function Changes({ person, me }: { readonly person: UserReply; readonly me: OwnUserReply }) {
  if (!mayChange(me, person)) {
    return (
      <Section title="Role">
        <Empty>Owner. Only owners change owners.</Empty>
      </Section>
    )
  }
  return (
    <>
      <Section title="Name and role">
        <PersonForm key={person.id} person={person} me={me} />
      </Section>
      <Section title="End access">
        {person.id === me.id ? (
          <Empty>
            This is you. Somebody else suspends or removes you. <Link to="/me">Your account</Link>
          </Empty>
        ) : (
          <LettingOut person={person} />
        )}
      </Section>
    </>
  )
}

function PersonForm({ person, me }: { readonly person: UserReply; readonly me: OwnUserReply }) {
  const [draft, set] = useDraft({ name: person.name, role: person.role })
  const change = useChange(
    (body: typeof draft) => request('PATCH', '/v1/users/{id}', { params: { id: person.id }, body }),
    ['users'],
  )
  const all = useQuery(roles).data ?? []
  const choices = grantableRoles(all, me).map(({ key, name }) => ({ value: key, label: name }))
  return (
    <ChangeForm
      change={change}
      given={draft}
      action="Save"
      beside={['/name', '/role']}
      done="Saved. With another role they log in anew."
    >
      <TextInput
        label="Name"
        value={draft.name}
        error={faultAt(change.error, '/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label="Role"
        data={choices}
        value={draft.role}
        error={faultAt(change.error, '/role')}
        onChange={(event) => set({ role: event.currentTarget.value })}
      />
    </ChangeForm>
  )
}
