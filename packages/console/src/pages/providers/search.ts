/** Which providers the gallery shows; all of it stands in the address. */
export interface ProviderSearch {
  readonly q?: string
  readonly type?: string
}

/** What an address says of it; what it cannot mean is left out. */
export function readProviderSearch(given: Readonly<Record<string, unknown>>): ProviderSearch {
  // The router reads `?q=23` as a number.
  const q = ['string', 'number', 'boolean'].includes(typeof given.q) ? String(given.q).slice(0, 200) : ''
  const type = typeof given.type === 'string' && /^[a-z0-9_]{1,64}$/.test(given.type) ? given.type : undefined
  return { ...(q !== '' && { q }), ...(type !== undefined && { type }) }
}
