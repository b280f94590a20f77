import { readSort, type Sort } from './sorted.ts'

/** Which part of a list is shown, and in which order: it stands in the address. */
export interface ListSearch<Column extends string> {
  readonly q?: string
  readonly sort?: Sort<Column>
}

/** What an address says of it; what it cannot mean is left out. */
export function readListSearch<Column extends string>(columns: readonly Column[]) {
  return (given: Readonly<Record<string, unknown>>): ListSearch<Column> => {
    // The router reads `?q=123` as a number.
    const q = ['string', 'number', 'boolean'].includes(typeof given.q) ? String(given.q).slice(0, 200) : ''
    const sort = readSort(given.sort, columns)
    return { ...(q !== '' && { q }), ...(sort && { sort }) }
  }
}

/** Whether any of these texts has it within, whatever the case. */
export function matches(q: string | undefined, ...texts: readonly string[]): boolean {
  const wanted = q?.toLowerCase()
  return wanted === undefined || texts.some((text) => text.toLowerCase().includes(wanted))
}
