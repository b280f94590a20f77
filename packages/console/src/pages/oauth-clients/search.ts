import { readListSearch } from '../../ui/list-search.ts'

/** What the list can be sorted by. */
export const clientColumns = ['name', 'key', 'integrations', 'accounts'] as const

/** What an address says of the list. */
export const readClientSearch = readListSearch(clientColumns)
