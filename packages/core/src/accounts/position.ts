import { invalid } from '../error.ts'
import type { AccountOrder, AccountPosition } from '../ports.ts'

/** Where a page of sorted accounts ends, as text. */
export function cursorOf(order: AccountOrder, { value, id }: AccountPosition): string {
  return JSON.stringify([nameOf(order), value, id])
}

/** @throws SallyportError input_invalid for what `cursorOf` did not give for this order */
export function positionIn(order: AccountOrder, cursor: string | undefined): AccountPosition | undefined {
  if (cursor === undefined) return undefined
  const [name, value, id] = parsed(cursor)
  const isOfOrder = order.by === 'name' ? typeof value === 'string' : Number.isSafeInteger(value)
  if (name === nameOf(order) && isOfOrder && typeof id === 'string')
    return { value: value as AccountPosition['value'], id }
  throw invalid('input_invalid', [
    {
      path: '/cursor',
      code: 'cursor',
      message: 'Give a nextCursor as it came in a reply for this sort, or none for the first page.',
    },
  ])
}

function nameOf({ by, isDescending }: AccountOrder): string {
  return `${isDescending ? '-' : ''}${by}`
}

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
