/**
 * What an address says of these names, each with the length that it has at most; what it cannot mean is left out. The router
 * reads `?q=123` as a number.
 */
export function readTexts<Name extends string>(
  given: Readonly<Record<string, unknown>>,
  longest: Readonly<Record<Name, number>>,
): { readonly [Each in Name]?: string } {
  const read = Object.entries<number>(longest).flatMap(([name, most]) => {
    const value = ['string', 'number', 'boolean'].includes(typeof given[name]) ? String(given[name]) : ''
    return value !== '' && value.length <= most ? [[name, value]] : []
  })
  return Object.fromEntries(read) as { readonly [Each in Name]?: string }
}

/** A moment, in the one way that the API writes it; nothing where it is none. */
export function readMoment(given: unknown): string | undefined {
  const at = typeof given === 'string' ? Date.parse(given) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
