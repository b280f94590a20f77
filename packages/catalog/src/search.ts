import { type ProviderSummary, providerRank } from '@sallyport/contract'

/** What is looked for; what is left out is not looked at. */
export interface ProviderSearch {
  readonly q?: string | undefined
  readonly family?: string | undefined
  /** Type of `auth`. */
  readonly auth?: string | undefined
}

/** The entries that fit, the best first; of equals by id. */
export function searched(
  entries: readonly ProviderSummary[],
  { q = '', family, auth }: ProviderSearch,
): readonly ProviderSummary[] {
  return entries
    .filter(
      (entry) =>
        (family === undefined || entry.family === family) && (auth === undefined || entry.auth === auth),
    )
    .flatMap((entry) => {
      const rank = providerRank(entry, q)
      return rank === undefined ? [] : [{ entry, rank }]
    })
    .sort((a, b) => a.rank - b.rank || (a.entry.id < b.entry.id ? -1 : 1))
    .map(({ entry }) => entry)
}
