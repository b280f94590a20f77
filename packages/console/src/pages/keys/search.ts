import type { ApiKeyReply } from '@sallyport/contract'
import { readSort, type Sort, sorted } from '../../ui/sorted.ts'

const columns = ['name', 'place', 'used', 'expires'] as const
type Column = (typeof columns)[number]

/** Which keys a list shows, and how: all of it stands in the address. */
export interface KeySearch {
  readonly q?: string
  readonly sort?: Sort<Column>
  /** Where this page begins; its first one has none. */
  readonly cursor?: string
}

export function readKeySearch(given: Readonly<Record<string, unknown>>): KeySearch {
  const q = textOf(given.q)
  const sort = readSort(given.sort, columns)
  const cursor = /^\d{1,6}$/.test(String(given.cursor)) ? String(given.cursor) : undefined
  return {
    ...(q !== '' && { q }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
  }
}

/** Where the form for a new key begins. */
export interface NewKeySearch {
  readonly app?: string
  readonly profile?: string
}

export function readNewKeySearch(given: Readonly<Record<string, unknown>>): NewKeySearch {
  const [app, profile] = [textOf(given.app), textOf(given.profile)]
  return { ...(app !== '' && { app }), ...(profile !== '' && { profile }) }
}

// The router reads `?q=123` as a number.
function textOf(given: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof given) ? String(given).slice(0, 200) : ''
}

/** What a key is limited to, in a few words. */
export function placeOf({ app, profile, environment }: ApiKeyReply): string {
  if (app !== undefined) return `${app} / ${profile}`
  return environment === undefined ? 'The whole organization' : `Environment ${environment}`
}

const pageLength = 50

/** A page of the keys that match, in their order. */
export function keysShown(
  keys: readonly ApiKeyReply[],
  { q = '', sort = 'name', cursor = '0' }: KeySearch,
): { readonly items: readonly ApiKeyReply[]; readonly nextCursor: string | undefined } {
  const wanted = q.toLowerCase()
  const matching = keys.filter((key) =>
    [key.name, key.id, placeOf(key), ...key.scopes].some((text) => text.toLowerCase().includes(wanted)),
  )
  const all = sorted(matching, sort, {
    name: ({ name }) => name,
    place: placeOf,
    used: ({ lastUsedAt }) => lastUsedAt,
    expires: ({ expiresAt }) => expiresAt,
  })
  const from = Number(cursor)
  const isMore = all.length > from + pageLength
  return {
    items: all.slice(from, from + pageLength),
    nextCursor: isMore ? String(from + pageLength) : undefined,
  }
}
