import type { ProviderSummary } from '@sallyport/contract'

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
  const words = folded(q).split(' ').filter(Boolean)
  return entries
    .filter(
      (entry) =>
        (family === undefined || entry.family === family) && (auth === undefined || entry.auth === auth),
    )
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => rank < none)
    .sort((a, b) => a.rank - b.rank || (a.entry.id < b.entry.id ? -1 : 1))
    .map(({ entry }) => entry)
}

const none = 4

/** 0 for the very name, then names that begin so, words that do, and texts that hold all words. */
function rankOf({ id, name, family }: ProviderSummary, words: readonly string[]): number {
  if (words.length === 0) return 0
  const asked = words.join(' ')
  const names = [folded(name), folded(id)]
  if (names.includes(asked)) return 0
  if (names.some((each) => each.startsWith(asked))) return 1
  const text = [...names, folded(family)].join(' ')
  if (words.every((word) => ` ${text}`.includes(` ${word}`))) return 2
  return words.every((word) => text.includes(word)) ? 3 : none
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
