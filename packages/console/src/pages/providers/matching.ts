import { type ProviderSummary, providerRank } from '@sallyport/contract'
import type { ProviderSearch } from './search.ts'

/** The providers that match, the best first; of equals by name. */
export function matching(
  providers: readonly ProviderSummary[],
  { q = '', type }: ProviderSearch,
): readonly ProviderSummary[] {
  return providers
    .filter(({ auth }) => type === undefined || auth === type)
    .flatMap((provider) => {
      const rank = providerRank(provider, q)
      return rank === undefined ? [] : [{ provider, rank }]
    })
    .sort((one, other) => one.rank - other.rank || compare(one.provider.name, other.provider.name))
    .map(({ provider }) => provider)
}

const { compare } = new Intl.Collator('en', { sensitivity: 'base' })
