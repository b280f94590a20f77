import type { Store } from '@sallyport/core/ports'
import type { CompiledQuery, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

const smallest = 4
const largest = 256

interface Row {
  readonly id: string
  readonly account_version: number
  readonly integration_version: number
  readonly client_version: number | null
}

/** Compiled once for each of a few sizes: the last id is asked for again until one is reached. */
export function accountVersions(database: Kysely<Tables>): Store['accounts']['versions'] {
  const templates = new Map<number, CompiledQuery<Row>>()
  const templateOf = (size: number): CompiledQuery<Row> => {
    const known = templates.get(size)
    if (known) return known
    const template = versionsOf(database, size)
    templates.set(size, template)
    return template
  }
  return async (organizationId, ids) => {
    const versions = new Map<string, string>()
    for (let from = 0; from < ids.length; from += largest) {
      const some = ids.slice(from, from + largest)
      const size = sizeFor(some.length)
      const wanted = [...some, ...Array.from({ length: size - some.length }, () => some.at(-1))]
      const { rows } = await database.executeQuery<Row>({
        ...templateOf(size),
        parameters: [organizationId, ...wanted],
      })
      for (const row of rows) {
        versions.set(
          row.id,
          [row.account_version, row.integration_version, row.client_version ?? ''].join(' '),
        )
      }
    }
    return versions
  }
}

function sizeFor(count: number): number {
  let size = smallest
  while (size < count) size *= 4
  return size
}

function versionsOf(database: Kysely<Tables>, size: number): CompiledQuery<Row> {
  return database
    .selectFrom('account as a')
    .innerJoin('integration as i', (join) =>
      join.onRef('i.organization_id', '=', 'a.organization_id').onRef('i.id', '=', 'a.integration_id'),
    )
    .leftJoin('oauth_client as c', (join) =>
      join.onRef('c.organization_id', '=', 'i.organization_id').onRef('c.id', '=', 'i.oauth_client_id'),
    )
    .select([
      'a.id',
      'a.version as account_version',
      'i.version as integration_version',
      'c.version as client_version',
    ])
    .where('a.organization_id', '=', '')
    .where(
      'a.id',
      'in',
      Array.from({ length: size }, () => ''),
    )
    .compile()
}
