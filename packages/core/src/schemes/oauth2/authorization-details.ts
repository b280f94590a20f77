import { type Fault, type OAuth2, pointer, type Warning } from '@sallyport/contract'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import type { Connection } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'

/** The parameter of rich authorization requests (RFC 9396). */
export const detailsName = 'authorization_details'

const longestGrant = 65_536
const mostComparisons = 200_000

/** What is wrong with the details that a definition asks for: JSON, an array of objects, each with its `type`. */
export function detailsFaults(auth: Readonly<Record<string, unknown>>): Fault[] {
  const given = auth.authorizationParams
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, detailsName)) return []
  const text = (given as Record<string, unknown>)[detailsName]
  if (typeof text !== 'string' || isDetails(parsed(text))) return []
  return [
    {
      path: `/auth/authorizationParams${pointer([detailsName])}`,
      code: 'value_refused',
      message: 'Give a JSON array of objects, each with its type as text (RFC 9396 §2).',
    },
  ]
}

/** The details with an account's values: each fills its string, and can end none. */
export function renderDetails(connection: Connection, text: string): string {
  return JSON.stringify(parsed(text), (_name, value: unknown) =>
    typeof value === 'string' ? connection.render(value, 'text') : value,
  )
}

/** What was granted, as it is kept on the account; nothing where the definition did not ask, or the reply is silent. */
export function grantedDetails(auth: OAuth2, granted: unknown): Record<string, string> {
  if (!Object.hasOwn(auth.authorizationParams, detailsName) || !isDetails(granted)) return {}
  const text = JSON.stringify(granted)
  return text.length > longestGrant ? {} : { [detailsName]: text }
}

/** Says so when less was granted than asked for, or nobody knows (RFC 9396 §7). */
export function detailsWarnings(auth: OAuth2, kept: Readonly<Record<string, string>>): Warning[] {
  const asked = auth.authorizationParams[detailsName]
  if (asked === undefined) return []
  const granted = kept[detailsName]
  if (granted !== undefined && covers(parsed(granted), parsed(asked))) return []
  return [
    {
      code: 'authorization_details_reduced',
      message:
        'The provider granted less than authorization_details asks for, or did not say what it granted. Compare with kept.authorization_details.',
    },
  ]
}

function parsed(text: string): unknown {
  return parseStrictJson(Buffer.from(text))
}

function isDetails(value: unknown): value is readonly Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (detail) =>
        typeof detail === 'object' &&
        detail !== null &&
        typeof detail.type === 'string' &&
        detail.type !== '',
    )
  )
}

/**
 * Whether all that was asked for is in what was granted, which may hold more. What takes too many comparisons is not
 * covered: both sides may be written to take for ever.
 */
function covers(granted: unknown, asked: unknown, budget = { comparisons: mostComparisons }): boolean {
  budget.comparisons -= 1
  if (budget.comparisons < 0) return false
  if (Array.isArray(asked)) {
    return (
      Array.isArray(granted) &&
      asked.every((each) => granted.some((candidate) => covers(candidate, each, budget)))
    )
  }
  if (typeof asked === 'object' && asked !== null) {
    if (typeof granted !== 'object' || granted === null) return false
    const held = new Map<string, unknown>(Object.entries(granted))
    return Object.entries(asked).every(([name, value]) => covers(held.get(name), value, budget))
  }
  // What an account's value stood for is not known here.
  const isOpen = typeof asked === 'string' && placeholders(parseTemplate(asked)).length > 0
  return isOpen ? typeof granted === 'string' : granted === asked
}
