/** A list that holds some hundreds at most, whole, page by page: it is sorted and searched where it is shown. */
export async function whole<Item>(
  page: (query: { readonly limit: number; readonly cursor?: string }) => Promise<{
    readonly items: readonly Item[]
    readonly nextCursor?: string | undefined
  }>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const read = await page({ limit: 1000, ...(cursor !== undefined && { cursor }) })
    items.push(...read.items)
    cursor = read.nextCursor
  } while (cursor !== undefined)
  return items
}
