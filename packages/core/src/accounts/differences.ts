import type { Warning } from '@sallyport/contract'
import type { Target } from '../credentials/target.ts'
import type { AccountRecord } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'

/** Who granted access, by a verified id_token. */
const identityNames = ['idIssuer', 'idSubject'] as const

/**
 * Names of what the provider tells of whoever granted access now, and told otherwise of whoever did before: of their identity where
 * it is known of both, else of the values that the definition keeps. Where it tells nothing, nobody can say.
 */
export function differencesOf(
  { account, scheme, definition }: Pick<Target, 'account' | 'scheme' | 'definition'>,
  tokens: Tokens | undefined,
): readonly string[] {
  const before = account.kept
  const after = tokens?.kept ?? {}
  const isIdentified = identityNames.every((name) => name in before && name in after)
  const names = isIdentified ? identityNames : (scheme.keeps?.(definition.auth) ?? [])
  return names.filter((name) => name in before && name in after && before[name] !== after[name])
}

/** What its owner should know of an account that another person may have connected. */
export function differenceWarnings({ differences, kept }: AccountRecord): Warning[] {
  const names = differences?.names ?? []
  if (names.length === 0) return []
  const now = names.map((name) => `${name} is now ${kept[name] ?? 'absent'}`).join(', ')
  const message = `Somebody else, or for another organization, seems to have granted access when this account was connected last: ${now}. If that was not meant, connect it again as before.`
  return [{ code: 'different_person', message }]
}
