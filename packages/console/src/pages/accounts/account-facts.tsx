import type { AccountReply } from '@sallyport/contract'
import type { ReactNode } from 'react'
import { Moment } from '../../ui/moment.tsx'
import classes from './account-facts.module.css'
import { creatorName } from './creator.ts'
import { nextMoment } from './status.ts'

/** What is known of an account; of its secrets only that they are there. */
export function AccountFacts({ account }: { readonly account: AccountReply }) {
  const { integration, environment, scopes, secretsSet, generation, parameters, kept, tags } = account
  const next = nextMoment(account)
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Integration', integration],
    ['Environment', environment],
    ['Account id', <code key="id">{account.id}</code>],
    ...moment('Connected', account.connectedAt),
    ...(next ? moment(next.what, next.at) : []),
    ...moment('Last used', account.lastUsedAt),
    ['Generation', `${generation}, one more with each renewal`],
    ...text('Scopes', scopes.join(' ')),
    ...text('Secrets', secretsSet.length === 0 ? '' : `${secretsSet.length} stored, never shown`),
    ...named('Parameter', parameters),
    ...named('Kept from replies', kept),
    ...named('Tag', tags),
    ...moment('Created', account.createdAt),
    ['Made by', creatorName(account)],
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

function moment(name: string, at: string | undefined): readonly (readonly [string, ReactNode])[] {
  return at === undefined ? [] : [[name, <Moment key={name} at={at} />]]
}

function text(name: string, value: string): readonly (readonly [string, ReactNode])[] {
  return value === '' ? [] : [[name, value]]
}

function named(
  kind: string,
  values: Readonly<Record<string, string>>,
): readonly (readonly [string, ReactNode])[] {
  return Object.entries(values).map(([name, value]) => [`${kind} ${name}`, value])
}
