import type { Compilable, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * A query of one row that is built and compiled once, for paths that every call takes. The values that it
 * was built with are placeholders: the real ones are given with each run, in the order of the SQL text.
 */
export function compiled<Row, Parameters extends readonly (string | number)[]>(
  database: Kysely<Tables>,
  query: Compilable<Row>,
): (...parameters: Parameters) => Promise<Row | undefined> {
  const template = query.compile()
  return async (...parameters) => {
    const { rows } = await database.executeQuery<Row>({ ...template, parameters })
    return rows[0]
  }
}
