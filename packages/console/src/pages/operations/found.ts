import type { OperationReply } from '@sallyport/contract'
import { sorted } from '../../ui/sorted.ts'
import type { OperationSearch } from './search.ts'

/** So many fit a page without anybody getting lost. */
const perPage = 50

/** The operations that a search finds, of this page of them. */
export function found(
  operations: readonly OperationReply[],
  { q = '', integration, adapter, sort = 'name', page = 1 }: OperationSearch,
) {
  const words = q.toLowerCase().split(/\s+/)
  const matching = operations.filter((each) => {
    const text = `${each.key} ${each.name} ${each.description ?? ''}`.toLowerCase()
    return (
      words.every((word) => text.includes(word)) &&
      (integration === undefined || isSame(each.integration, integration)) &&
      (adapter === undefined || isSame(each.adapter, adapter))
    )
  })
  const all = sorted(matching, sort, {
    name: ({ name }) => name,
    key: ({ key }) => key,
    integration: (each) => each.integration,
    adapter: (each) => each.adapter,
    steps: ({ steps }) => steps.length,
    updatedAt: ({ updatedAt }) => Date.parse(updatedAt),
  })
  const from = (page - 1) * perPage
  return { items: all.slice(from, from + perPage), total: all.length, hasNext: all.length > from + perPage }
}

/** Values of one member, each once, as people sort them. */
export function valuesOf(
  operations: readonly OperationReply[],
  member: 'integration' | 'adapter',
): readonly string[] {
  return [...new Set(operations.flatMap((each) => each[member] ?? []))].sort()
}

/** Keys are the same without regard to case. */
function isSame(given: string | undefined, wanted: string): boolean {
  return given?.toLowerCase() === wanted.toLowerCase()
}
