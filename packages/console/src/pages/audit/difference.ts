import type { AuditReply } from '@sallyport/contract'

type Change = AuditReply['changes'][number]

/** What a change did to one field, as it is shown: what went, and what came. */
export interface Difference {
  readonly field: string
  /** A secret was given: of it there is nothing to show. */
  readonly isSecret: boolean
  readonly gone: readonly string[]
  readonly came: readonly string[]
  /** Of a list, how many of its items stayed. */
  readonly stayed: number
}

/** Of lists only the items that went or came; of all else the whole value. */
export function differenceOf({ field, before, after, secret }: Change): Difference {
  const common = { field, isSecret: secret === true }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, next] = [before.map(shown), after.map(shown)]
    const gone = old.filter((item) => !next.includes(item))
    const came = next.filter((item) => !old.includes(item))
    // Where only their order changed, there is the order to show.
    if (gone.length + came.length > 0) return { ...common, gone, came, stayed: old.length - gone.length }
  }
  return { ...common, gone: whole(before), came: whole(after), stayed: 0 }
}

function whole(value: unknown): readonly string[] {
  return value === undefined ? [] : [shown(value)]
}

function shown(value: unknown): string {
  return typeof value === 'string' ? (value === '' ? '(empty)' : value) : JSON.stringify(value, undefined, 2)
}
