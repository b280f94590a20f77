import type { CompiledQuery } from 'kysely'
import pg, { type ClientBase, type Connection, type QueryResult } from 'pg'

/** The setting by which policies know whose rows a statement may see, of one transaction at a time. */
export const organizationSetting = 'sallyport.organization'
/** Its value for the rows of every organization; no organization has this id. */
export const everyOrganization = '*'
/** That of a transaction which has set nothing: no row is such an organization's. */
export const noOrganization = ''

/** A statement, and where among its parameters the organization stands: of templates these come later. */
export interface QueryOfOrganization<Row = unknown> extends CompiledQuery<Row> {
  readonly organization: number | 'every' | undefined
}

/** What the setting is to be for a statement; what was not compiled by ours is about no organization. */
export function organizationOf(query: CompiledQuery, values: readonly unknown[]): string {
  const organization = 'organization' in query ? query.organization : undefined
  if (organization === 'every') return everyOrganization
  const named = typeof organization === 'number' ? values[organization] : undefined
  // Ids come from outside, too.
  return typeof named === 'string' && named !== everyOrganization ? named : noOrganization
}

// A row without columns, which the driver makes nothing of.
const text = `select from set_config('${organizationSetting}', $1, true)`

/**
 * Sends the setting and a statement as one series of messages, with one answer: PostgreSQL runs what stands before a
 * `Sync` in one transaction, and ends that with it unless it was begun by a statement of its own. So nothing of the
 * setting is left, and a pooler in transaction mode gives both to one connection.
 */
export function queryWithin(
  client: ClientBase,
  organization: string,
  statement: { readonly text: string; readonly values: unknown[] },
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    // Without values, too: the simple protocol knows no series.
    const config = { ...statement, queryMode: 'extended' }
    const query = new pg.Query(config, (error, results) => {
      if (error) reject(error)
      else resolve(lastOf(results))
    })
    const submit = query.submit.bind(query)
    query.submit = (connection) => {
      connection.stream.cork()
      sendSetting(connection, organization)
      const refused = submit(connection)
      connection.stream.uncork()
      return refused
    }
    client.query(query)
  })
}

function sendSetting(connection: Connection, organization: string): void {
  connection.parse({ text, name: '', types: [] }, true)
  connection.bind({ values: [organization] }, true)
  connection.execute({}, true)
}

/** The driver gives one result for each statement of a series. */
function lastOf(results: unknown): QueryResult {
  const [, last] = results as readonly QueryResult[]
  if (!last) throw new Error('PostgreSQL answered the setting and not the statement.')
  return last
}
