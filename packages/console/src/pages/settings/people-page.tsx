import type { UserReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Filters } from '../../ui/filters.tsx'
import { matches } from '../../ui/list-search.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { sorted } from '../../ui/sorted.ts'
import { Table } from '../../ui/table.tsx'
import { Invitations } from './invitations.tsx'
import { people } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

const mostShown = 200

/** Who may log in, and who is invited. */
export function PeoplePage() {
  return (
    <SettingsPage
      title="People"
      tells="They log in with a browser, and may do what their role allows. Programs have API keys instead."
    >
      <PeopleList />
      <Invitations />
    </SettingsPage>
  )
}

function PeopleList() {
  const { q, sort = 'name' } = useSearch({ from: '/settings/people' })
  const navigate = useNavigate({ from: '/settings/people' })
  const search = (text: string) =>
    void navigate({
      search: ({ q: _, ...shown }) => ({ ...shown, ...(text !== '' && { q: text }) }),
      replace: true,
    })
  const shown = (all: readonly UserReply[]) =>
    sorted(
      all.filter(({ name, email, role }) => matches(q, name, email, role)),
      sort,
      {
        name: ({ name }) => name,
        email: ({ email }) => email,
        role: ({ role }) => role,
        login: ({ lastLoginAt }) => lastLoginAt && Date.parse(lastLoginAt),
      },
    )
  return (
    <>
      <Filters>
        <SearchField text={q ?? ''} placeholder="Name, e-mail address or role" onSearch={search} />
      </Filters>
      <Section title={q === undefined ? 'Everybody' : 'People that match'}>
        <Loaded query={useQuery(people)} rows={5}>
          {(all) => <PeopleTable people={shown(all)} sort={sort} />}
        </Loaded>
      </Section>
    </>
  )
}

function PeopleTable({ people, sort }: { readonly people: readonly UserReply[]; readonly sort: string }) {
  if (people.length === 0) return <Empty>Nobody matches. Search for something shorter.</Empty>
  const heads = [
    { label: 'Name', sort: 'name' },
    { label: 'E-mail address', sort: 'email' },
    { label: 'Role', sort: 'role' },
    'Log-in',
    { label: 'Last logged in', sort: 'login' },
  ]
  return (
    <>
      <Table heads={heads} sort={sort}>
        {people.slice(0, mostShown).map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </Table>
      {people.length > mostShown && (
        <Empty>
          The first {mostShown} of {people.length} are shown. Search for the others.
        </Empty>
      )}
    </>
  )
}

function PersonRow({ person }: { readonly person: UserReply }) {
  const { id, name, email, role, disabled, lastLoginAt } = person
  return (
    <tr>
      <th scope="row">
        <Link to="/settings/people/$id" params={{ id }}>
          {name}
        </Link>
      </th>
      <td data-label="E-mail address">{email}</td>
      <td data-label="Role">{role}</td>
      <td data-label="Log-in">{disabled ? <Badge tone="warn">Suspended</Badge> : waysIn(person)}</td>
      <td data-label="Last logged in">{lastLoginAt === undefined ? 'never' : <Moment at={lastLoginAt} />}</td>
    </tr>
  )
}

/** How somebody logs in, in words. */
export function waysIn({ hasPassword, hasTotp, identities }: UserReply): string {
  const ways = [
    hasPassword && (hasTotp ? 'password and authenticator' : 'password'),
    identities.length > 0 && 'single sign-on',
  ].filter((way) => way !== false)
  return ways.length === 0 ? 'none yet' : ways.join(', ')
}
