import type { AccountReply } from '@sallyport/contract'
import type { ReactNode } from 'react'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { creatorName } from './creator.ts'
import { nextMoment } from './status.ts'

/** What is known of an account; of its secrets only that they are there. */
export function AccountFacts({ account }: { readonly account: AccountReply }) {
  const { integration, environment, scopes, secretsSet, generation, parameters, kept, tags } = account
  const next = nextMoment(account)
  const facts = {
    Integration: integration,
    Environment: environment,
    'Account id': <code>{account.id}</code>,
    Connected: moment(account.connectedAt),
    ...(next && { [next.what]: moment(next.at) }),
    'Last used': moment(account.lastUsedAt),
    Generation: `${generation}, one more with each renewal`,
    Scopes: scopes.length === 0 ? undefined : scopes.join(' '),
    Secrets: secretsSet.length === 0 ? undefined : `${secretsSet.length} stored, never shown`,
    ...named('Parameter', parameters),
    ...named('Kept from replies', kept),
    ...named('Tag', tags),
    Created: moment(account.createdAt),
    'Made by': creatorName(account),
  }
  return <Facts facts={facts} />
}

function moment(at: string | undefined): ReactNode {
  return at === undefined ? undefined : <Moment at={at} />
}

function named(kind: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${kind} ${name}`, value]))
}
