import { readSort, type Sort } from '../../ui/sorted.ts'

export const integrationColumns = ['name', 'type', 'provider', 'accounts', 'updated'] as const
export type IntegrationColumn = (typeof integrationColumns)[number]

/** Which integrations a list shows, and in which order; all of it stands in the address. */
export interface IntegrationSearch {
  readonly q?: string
  readonly type?: string
  readonly sort?: Sort<IntegrationColumn>
}

/** What an address says of it; what it cannot mean is left out. */
export function readIntegrationSearch(given: Readonly<Record<string, unknown>>): IntegrationSearch {
  // The router reads `?q=123` as a number.
  const q = ['string', 'number', 'boolean'].includes(typeof given.q) ? String(given.q).slice(0, 200) : ''
  const type = typeof given.type === 'string' && /^[a-z0-9_]{1,64}$/.test(given.type) ? given.type : undefined
  const sort = readSort(given.sort, integrationColumns)
  return { ...(q !== '' && { q }), ...(type !== undefined && { type }), ...(sort && { sort }) }
}
