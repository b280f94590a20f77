import type { IdentityProviderReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { identityProviders } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

/** The OpenID providers by which people log in. */
export function SignOnPage() {
  return (
    <SettingsPage
      title="Single sign-on"
      tells="People log in by an OpenID provider of yours. Each has a button on the log-in page."
      beside={<Link to="/settings/sign-on/new">Add a provider</Link>}
    >
      <Section title="Providers">
        <Loaded query={useQuery(identityProviders)}>{(all) => <Providers providers={all} />}</Loaded>
      </Section>
    </SettingsPage>
  )
}

function Providers({ providers }: { readonly providers: readonly IdentityProviderReply[] }) {
  if (providers.length === 0)
    return <Empty>There are none: everybody logs in with a password. Add a provider.</Empty>
  return (
    <Table heads={['Provider', 'Issuer', 'New people become', 'State']}>
      {providers.map(({ key, name, issuer, defaultRole, ssoOnly, disabled }) => (
        <tr key={key}>
          <th scope="row">
            <Link to="/settings/sign-on/$key" params={{ key }}>
              {name}
            </Link>
          </th>
          <td data-label="Issuer">{issuer}</td>
          <td data-label="New people become">{defaultRole ?? 'nobody unasked'}</td>
          <td data-label="State">
            {disabled ? (
              <Badge tone="warn">Disabled</Badge>
            ) : (
              <Badge tone="good">{ssoOnly ? 'The only way in' : 'In use'}</Badge>
            )}
          </td>
        </tr>
      ))}
    </Table>
  )
}
