import type { AuditChange } from '../ports.ts'

/** What an entry holds at most: an audit is read by people, and kept for ever. */
const mostChanges = 100
const longestValue = 300

type Fields = Readonly<Record<string, unknown>>

export interface ChangesOptions {
  /** JSON Pointers of secrets that were given: named, whatever became of them. */
  readonly secrets?: readonly string[]
  /** Fields that are no change by anybody, by their first name. */
  readonly except?: readonly string[]
}

/** Which fields differ, by JSON Pointer: of objects each member, of lists the whole. Neither side may hold a secret. */
export function changesBetween(
  before: Fields,
  after: Fields,
  { secrets = [], except = [] }: ChangesOptions = {},
): readonly AuditChange[] {
  const [old, next] = [leaves(before), leaves(after)]
  const named = secrets.map((field) => ({ field, secret: true }) as const)
  const skipped = new Set(except)
  const differing = [...new Set([...old.keys(), ...next.keys()])]
    .filter((field) => !skipped.has(field.split('/')[1] ?? '') && !secrets.includes(field))
    .map((field) => ({ field, before: old.get(field), after: next.get(field) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
    .map(({ field, before: was, after: is }) => ({
      field,
      ...(was !== undefined && { before: shortened(was) }),
      ...(is !== undefined && { after: shortened(is) }),
    }))
  return [...named, ...differing].slice(0, mostChanges)
}

function leaves(value: Fields): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const walk = (at: string, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      if (part !== undefined) found.set(at, part)
      return
    }
    for (const [name, member] of Object.entries(part)) {
      walk(`${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, member)
    }
  }
  walk('', value)
  return found
}

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= longestValue ? value : `${text.slice(0, longestValue)}…`
}
