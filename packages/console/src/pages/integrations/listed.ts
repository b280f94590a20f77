import type { AccountGroup } from '@sallyport/contract'
import { sorted } from '../../ui/sorted.ts'
import { authLabel } from './auth-types.ts'
import type { Integration } from './queries.ts'
import type { IntegrationSearch } from './search.ts'

/** An integration as a row of the list. */
export interface ListedIntegration {
  readonly integration: Integration
  readonly accounts: number
}

/** Those that match, in the order that the address says. */
export function listed(
  integrations: readonly Integration[],
  counts: readonly AccountGroup[],
  { q = '', type, sort = 'name' }: IntegrationSearch,
): readonly ListedIntegration[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = integrations
    .filter(({ auth }) => type === undefined || auth.type === type)
    .filter(({ name, key, provider = '' }) => {
      const text = `${name} ${key} ${provider}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .map((integration) => ({ integration, accounts: accountsOf(integration.key, counts) }))
  const values = {
    name: ({ integration: { name } }: ListedIntegration) => name,
    type: ({ integration: { auth } }: ListedIntegration) => authLabel(auth.type),
    provider: ({ integration: { provider } }: ListedIntegration) => provider,
    accounts: ({ accounts }: ListedIntegration) => accounts,
    updated: ({ integration: { updatedAt } }: ListedIntegration) => Date.parse(updatedAt),
  }
  // Of equals by name.
  return sorted(sorted(rows, 'name', values), sort, values)
}

function accountsOf(key: string, counts: readonly AccountGroup[]): number {
  return counts
    .filter(({ integration }) => integration === key)
    .reduce((total, { count }) => total + count, 0)
}
