import type { ProviderEntry, ProviderSummary, StandardOperation } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

/** What is known of providers. */
export interface Catalogue {
  /** Undefined where there is none of this id. */
  entry(id: string): Promise<ProviderEntry | undefined>
  /** Operations that are known of an entry, in order; none where there is no entry of this id. */
  operations(id: string): Promise<readonly StandardOperation[]>
  search(
    search: PageRequest & {
      readonly q?: string | undefined
      readonly family?: string | undefined
      readonly auth?: string | undefined
    },
  ): Promise<Page<ProviderSummary>>
}
