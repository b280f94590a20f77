import type {
  ProviderEntry,
  ProviderSummary,
  StandardOperation,
  StandardOperations,
} from '@sallyport/contract'
import { readData, readDataIfAny } from './files.ts'
import { type ProviderSearch, searched } from './search.ts'

/** As much of a list as was asked for: `after` is the id of the last entry that is known already. */
export interface ProviderPage extends ProviderSearch {
  readonly limit: number
  readonly after: string | undefined
}

/**
 * The entries, each a file that is read when it is asked for. Names are looked up in an index, which is read once,
 * with the first question.
 */
export class Catalogue {
  #index: Promise<readonly ProviderSummary[]> | undefined

  /** Undefined where there is none of this id. */
  async entry(id: string): Promise<ProviderEntry | undefined> {
    // Ids come from outside: only those of the index are names of files.
    const known = (await this.#names()).some((summary) => summary.id === id)
    return known ? readData(`providers/${id}.json`) : undefined
  }

  /** Operations that are known of an entry; a file for all of a family is read when it is asked for. */
  async operations(id: string): Promise<readonly StandardOperation[]> {
    const family = (await this.#names()).find((summary) => summary.id === id)?.family
    if (family === undefined) return []
    const known = await readDataIfAny<StandardOperations>(`operations/${family}.json`)
    if (!known?.providers.includes(id)) return []
    return known.operations.filter(({ providers = known.providers }) => providers.includes(id))
  }

  /** Entries in order, the best first where words are searched for. */
  async search({
    limit,
    after,
    ...search
  }: ProviderPage): Promise<{ items: readonly ProviderSummary[]; nextCursor: string | undefined }> {
    const found = searched(await this.#names(), search)
    const start = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1
    const items = found.slice(start, start + limit)
    const isLast = start + items.length >= found.length
    return { items, nextCursor: isLast ? undefined : items.at(-1)?.id }
  }

  #names(): Promise<readonly ProviderSummary[]> {
    this.#index ??= readData('index.json')
    return this.#index
  }
}
