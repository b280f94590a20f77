import type { AppReply } from '@sallyport/contract'
import { readSort, type Sort, sorted } from '../../ui/sorted.ts'

const columns = ['name', 'key', 'unbound', 'updated'] as const

/** Which apps a list shows, and how: all of it stands in the address. */
export interface AppSearch {
  readonly q?: string
  readonly sort?: Sort<(typeof columns)[number]>
}

export function readAppSearch(given: Readonly<Record<string, unknown>>): AppSearch {
  const q = textOf(given.q)
  const sort = readSort(given.sort, columns)
  return { ...(q !== '' && { q }), ...(sort !== undefined && { sort }) }
}

/** Which two profiles are compared. */
export interface CompareSearch {
  readonly from?: string
  readonly with?: string
}

export function readCompareSearch(given: Readonly<Record<string, unknown>>): CompareSearch {
  const [from, other] = [textOf(given.from), textOf(given.with)]
  return { ...(from !== '' && { from }), ...(other !== '' && { with: other }) }
}

// The router reads `?q=123` as a number.
function textOf(given: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof given) ? String(given).slice(0, 200) : ''
}

/** How many places of an app's matrix hold no account. */
export function unboundIn({ profiles }: Pick<AppReply, 'profiles'>): number {
  return profiles.reduce((count, { unbound }) => count + unbound.length, 0)
}

/** The apps that match, by name, key, or the name or integration of an adapter, in their order. */
export function appsShown(
  apps: readonly AppReply[],
  { q = '', sort = 'name' }: AppSearch,
): readonly AppReply[] {
  const wanted = q.toLowerCase()
  const matching = apps.filter(({ name, key, adapters }) =>
    [name, key, ...adapters.flatMap((adapter) => [adapter.name, adapter.integration])].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  )
  return sorted(matching, sort, {
    name: ({ name }) => name,
    key: ({ key }) => key,
    unbound: unboundIn,
    updated: ({ updatedAt }) => updatedAt,
  })
}
