import type { ApiKeyReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { placeOf } from './search.ts'

/** What is known of a key: never its secret. */
export function KeyFacts({ apiKey }: { readonly apiKey: ApiKeyReply }) {
  const { id, app, profile, environment, accounts, addresses, tags, createdAt, expiresAt, lastUsedAt } =
    apiKey
  const facts = {
    'Limited to': app === undefined ? placeOf(apiKey) : <PlaceLink app={app} profile={profile} />,
    Environment: app && environment,
    Accounts: accounts && <AccountLinks ids={accounts} />,
    ...Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`Only tag ${name}`, value])),
    Addresses: addresses?.join(', '),
    Expires: <Moment at={expiresAt} />,
    'Last used': lastUsedAt === undefined ? 'never' : <Moment at={lastUsedAt} />,
    Made: <Moment at={createdAt} />,
    'Key id': <code>{id}</code>,
  }
  return <Facts facts={facts} />
}

function PlaceLink({ app, profile }: { readonly app: string; readonly profile: string | undefined }) {
  return (
    <>
      <Link to="/apps/$key" params={{ key: app }}>
        {app}
      </Link>{' '}
      / {profile}
    </>
  )
}

const mostLinked = 20

function AccountLinks({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.slice(0, mostLinked).map((id) => (
        <span key={id}>
          <Link to="/accounts/$id" params={{ id }}>
            <code>{id}</code>
          </Link>{' '}
        </span>
      ))}
      {ids.length > mostLinked && `and ${ids.length - mostLinked} more`}
    </>
  )
}
