import type { ProviderSummary } from './provider.ts'

/**
 * How well an entry of the catalogue fits what somebody looks for: 0 for the very name, then names that begin so, words
 * that do, and texts that hold all words; undefined where it does not fit.
 */
export function providerRank(
  { id, name, family }: Pick<ProviderSummary, 'id' | 'name' | 'family'>,
  q: string,
): number | undefined {
  const asked = folded(q)
  if (asked === '') return 0
  const words = asked.split(' ')
  const names = [folded(name), folded(id)]
  if (names.includes(asked)) return 0
  if (names.some((each) => each.startsWith(asked))) return 1
  const text = [...names, folded(family)].join(' ')
  if (words.every((word) => ` ${text}`.includes(` ${word}`))) return 2
  return words.every((word) => text.includes(word)) ? 3 : undefined
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
