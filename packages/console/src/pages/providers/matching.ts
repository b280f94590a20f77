import type { ProviderSummary } from '@sallyport/contract'
import type { ProviderSearch } from './search.ts'

/** The providers that match, the best first: names that begin so, then words that do, then whatever holds all words. */
export function matching(
  providers: readonly ProviderSummary[],
  { q = '', type }: ProviderSearch,
): readonly ProviderSummary[] {
  const words = folded(q).split(' ').filter(Boolean)
  return providers
    .filter(({ auth }) => type === undefined || auth === type)
    .map((provider) => ({ provider, rank: rankOf(provider, words) }))
    .filter(({ rank }) => rank < none)
    .sort((one, other) => one.rank - other.rank || compare(one.provider.name, other.provider.name))
    .map(({ provider }) => provider)
}

const none = 3
const { compare } = new Intl.Collator('en', { sensitivity: 'base' })

function rankOf({ id, name, family }: ProviderSummary, words: readonly string[]): number {
  if (words.length === 0) return 0
  const names = [folded(name), folded(id)]
  if (names.some((each) => each.startsWith(words.join(' ')))) return 0
  const text = ` ${[...names, folded(family)].join(' ')}`
  if (words.every((word) => text.includes(` ${word}`))) return 1
  return words.every((word) => text.includes(word)) ? 2 : none
}

/** Letters and digits alone, so that Hub-Spot, HubSpot and hubspot are one. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
