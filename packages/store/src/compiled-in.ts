import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

const smallest = 4
const largest = 256

/**
 * A query with `in (…)` as its last values, built and compiled once for each of a few sizes: the last value is asked for
 * again until one is reached. Longer lists are asked for in parts.
 */
export function compiledIn<Row>(
  database: Kysely<Tables>,
  query: (values: string[]) => Compilable<Row>,
): (values: readonly string[], ...first: readonly string[]) => Promise<Row[]> {
  const templates = new Map<number, CompiledQuery<Row>>()
  const templateOf = (size: number): CompiledQuery<Row> => {
    const known = templates.get(size)
    if (known) return known
    const template = query(Array.from({ length: size }, () => '')).compile()
    templates.set(size, template)
    return template
  }
  return async (values, ...first) => {
    const found: Row[] = []
    for (let from = 0; from < values.length; from += largest) {
      const some = values.slice(from, from + largest)
      const size = sizeFor(some.length)
      const wanted = [...some, ...Array.from({ length: size - some.length }, () => some.at(-1))]
      const parameters = [...first, ...wanted]
      found.push(...(await database.executeQuery<Row>({ ...templateOf(size), parameters })).rows)
    }
    return found
  }
}

function sizeFor(count: number): number {
  let size = smallest
  while (size < count) size *= 4
  return size
}
