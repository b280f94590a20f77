/** A page of a list, as the API answers it. */
interface ListPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/** All of a list that holds some hundreds at most, so that it can be searched and sorted here. */
export async function everyPage<Item>(
  read: (query: { readonly limit: string; readonly cursor?: string }) => Promise<ListPage<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: '1000', ...(cursor !== undefined && { cursor }) })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}
