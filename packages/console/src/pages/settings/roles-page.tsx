import type { RoleReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { people, roles } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

/** What people may do, by role. */
export function RolesPage() {
  return (
    <SettingsPage
      title="Roles"
      tells="A role is what its people may do. Five are built in; make others of them by leaving something away."
      beside={<Link to="/settings/roles/new">Make a role</Link>}
    >
      <Section title="All roles">
        <Loaded query={useQuery(roles)} rows={5}>
          {(all) => <RoleTable roles={all} />}
        </Loaded>
      </Section>
    </SettingsPage>
  )
}

function RoleTable({ roles }: { readonly roles: readonly RoleReply[] }) {
  const held = useQuery(people).data
  return (
    <Table heads={['Role', 'Key', 'Made of', 'Scopes', 'People']}>
      {roles.map(({ key, name, builtIn, base, scopes }) => (
        <tr key={key}>
          <th scope="row">
            <Link to="/settings/roles/$key" params={{ key }}>
              {name}
            </Link>
          </th>
          <td data-label="Key">
            <code>{key}</code>
          </td>
          <td data-label="Made of">{builtIn ? 'built in' : base}</td>
          <td data-label="Scopes">{scopes.length}</td>
          <td data-label="People">{held ? held.filter(({ role }) => role === key).length : '–'}</td>
        </tr>
      ))}
    </Table>
  )
}
