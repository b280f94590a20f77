import { readSort, type Sort } from '../../ui/sorted.ts'

const columns = ['name', 'key', 'integration', 'adapter', 'steps', 'updatedAt'] as const
export type Column = (typeof columns)[number]

/** Which operations a list shows, in its address. */
export interface OperationSearch {
  readonly q?: string
  readonly integration?: string
  readonly adapter?: string
  readonly sort?: Sort<Column>
  /** The page of the list, from 2 on. */
  readonly page?: number
}

/** What an address says of it; what it cannot mean is left out. */
export function readOperationSearch(given: Readonly<Record<string, unknown>>): OperationSearch {
  const sort = readSort(given.sort, columns)
  const page = Number(given.page)
  const texts = (['q', 'integration', 'adapter'] as const).flatMap((name) => {
    const text = textOf(given[name])
    return text !== '' && text.length <= 200 ? [[name, text]] : []
  })
  return {
    ...Object.fromEntries(texts),
    ...(sort && { sort }),
    ...(Number.isInteger(page) && page > 1 && { page }),
  }
}

/** By whose account something is tried: where a page of an account leads here. */
export function readAccount(given: Readonly<Record<string, unknown>>): { readonly account?: string } {
  const account = textOf(given.account)
  return /^acc_\w{1,60}$/.test(account) ? { account } : {}
}

/** The router reads `?q=123` as a number. */
function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}
