import type { ApiKeyReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Moment } from '../../ui/moment.tsx'
import classes from '../accounts/account-facts.module.css'
import { placeOf } from './search.ts'

/** What is known of a key: never its secret. */
export function KeyFacts({ apiKey }: { readonly apiKey: ApiKeyReply }) {
  const { id, app, profile, environment, accounts, addresses, tags, createdAt, expiresAt, lastUsedAt } =
    apiKey
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Limited to', app === undefined ? placeOf(apiKey) : <PlaceLink key="app" app={app} profile={profile} />],
    ...(app !== undefined && environment !== undefined ? [['Environment', environment] as const] : []),
    ...(accounts ? [['Accounts', <AccountLinks key="accounts" ids={accounts} />] as const] : []),
    ...Object.entries(tags ?? {}).map(([name, value]) => [`Only tag ${name}`, value] as const),
    ...(addresses ? [['Addresses', addresses.join(', ')] as const] : []),
    ['Expires', <Moment key="expires" at={expiresAt} />],
    ['Last used', lastUsedAt === undefined ? 'never' : <Moment key="used" at={lastUsedAt} />],
    ['Made', <Moment key="made" at={createdAt} />],
    ['Key id', <code key="id">{id}</code>],
  ]
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
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
