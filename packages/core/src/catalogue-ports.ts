import type { ProviderEntry, ProviderSummary } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

/** What is known of providers. */
export interface Catalogue {
  /** Undefined where there is none of this id. */
  entry(id: string): Promise<ProviderEntry | undefined>
  search(
    search: PageRequest & {
      readonly q?: string | undefined
      readonly family?: string | undefined
      readonly auth?: string | undefined
    },
  ): Promise<Page<ProviderSummary>>
}
