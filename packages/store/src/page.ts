import type { Page } from '@sallyport/core/ports'

/** A page from rows that were read with one more than its limit, which tells whether another follows. */
export function pageOf<Row, Item extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit).map(toItem)
  return { items, nextCursor: rows.length > limit ? items.at(-1)?.id : undefined }
}
