import { type AccountSort, type AccountStatus, accountSorts, accountStatuses } from '@sallyport/contract'
import { readSort, type Sort } from '../../ui/sorted.ts'

/** Which accounts a list shows: all of it stands in the address, so that it can be shared. */
export interface AccountSearch {
  readonly q?: string
  readonly status?: AccountStatus
  readonly integration?: string
  readonly environment?: string
  readonly sort?: Sort<AccountSort>
  /** Where this page begins; its first one has none. */
  readonly cursor?: string
}

const texts = { q: 200, integration: 64, environment: 64, cursor: 2000 } as const

/** What an address says of it; what it cannot mean is left out. */
export function readAccountSearch(given: Readonly<Record<string, unknown>>): AccountSearch {
  const status = accountStatuses.find((each) => each === given.status)
  const sort = readSort(given.sort, accountSorts)
  // The router reads `?q=123` as a number.
  const read = Object.entries(texts).flatMap(([name, longest]) => {
    const value = ['string', 'number', 'boolean'].includes(typeof given[name]) ? String(given[name]) : ''
    return value !== '' && value.length <= longest ? [[name, value]] : []
  })
  return { ...Object.fromEntries(read), ...(status && { status }), ...(sort && { sort }) }
}

/** What a new account is made of, as far as an address says. */
export type NewAccountSearch = Pick<AccountSearch, 'integration' | 'environment'>

export function readNewAccountSearch(given: Readonly<Record<string, unknown>>): NewAccountSearch {
  const { integration, environment } = readAccountSearch(given)
  return { ...(integration && { integration }), ...(environment && { environment }) }
}
