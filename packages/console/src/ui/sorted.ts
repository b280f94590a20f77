/** By which column a list is sorted: its name, with `-` before it from the greatest down. As an address has it. */
export type Sort<Column extends string> = Column | `-${Column}`

/** What an address says of it; undefined where it names no column. */
export function readSort<Column extends string>(
  given: unknown,
  columns: readonly Column[],
): Sort<Column> | undefined {
  return columns.flatMap((column) => [column, `-${column}` as const]).find((sort) => sort === given)
}

/** The items in that order, numbers by size and texts as people sort them; what has no value comes last either way. */
export function sorted<Item, Column extends string>(
  items: readonly Item[],
  sort: Sort<Column>,
  values: Readonly<Record<Column, (item: Item) => string | number | undefined>>,
): readonly Item[] {
  const isDown = sort.startsWith('-')
  const value = values[(isDown ? sort.slice(1) : sort) as Column]
  return items.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)]
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
    return isDown ? compared(b, a) : compared(a, b)
  })
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function compared(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}
