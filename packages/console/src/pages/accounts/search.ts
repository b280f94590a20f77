import { type AccountStatus, accountStatuses } from '@sallyport/contract'

/** Which accounts a list shows: all of it stands in the address, so that it can be shared. */
export interface AccountSearch {
  readonly q?: string
  readonly status?: AccountStatus
  readonly integration?: string
  readonly environment?: string
  /** Where this page begins; its first one has none. */
  readonly cursor?: string
}

const texts = { q: 200, integration: 64, environment: 64, cursor: 200 } as const

/** What an address says of it; what it cannot mean is left out. */
export function readAccountSearch(given: Readonly<Record<string, unknown>>): AccountSearch {
  const status = accountStatuses.find((each) => each === given.status)
  // The router reads `?q=123` as a number.
  const read = Object.entries(texts).flatMap(([name, longest]) => {
    const value = ['string', 'number', 'boolean'].includes(typeof given[name]) ? String(given[name]) : ''
    return value !== '' && value.length <= longest ? [[name, value]] : []
  })
  return { ...Object.fromEntries(read), ...(status && { status }) }
}
