import type { FormSchema } from '@sallyport/contract'
import { segmentsOf } from './draft.ts'
import { schemaAt } from './field.ts'
import { titleOf } from './title.ts'

/** What people call a place of a definition: the titles on the way to it; what no schema knows, as it is written. */
export function labelAt(schema: FormSchema, draft: unknown, pointer: string): string {
  const names = segmentsOf(pointer)
  if (names.length === 0) return 'The definition'
  const titles = names.map((name, index) => {
    const found = schemaAt(schema, draft, names.slice(0, index + 1))
    if (/^\d+$/.test(name)) return String(Number(name) + 1)
    return found ? titleOf(name, found) : name
  })
  // That something is about authentication is seen from what it is.
  const [first, ...rest] = titles
  return (rest.length > 0 && schema.properties?.[names[0] ?? '']?.anyOf ? rest : [first, ...rest]).join(', ')
}
