import { foldKey } from '@sallyport/contract'
import type { IntegrationRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Announce } from './announce.ts'
import { compiled } from './compiled.ts'
import { definitionRecord, definitionRow } from './definition-row.ts'
import { destroyCredentials } from './destroy-credentials.ts'
import { inTransaction } from './in-transaction.ts'
import { holdOAuthClient } from './oauth-clients.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function integrations(database: Kysely<Tables>, announce: Announce): Store['integrations'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('integration').selectAll().where('organization_id', '=', organizationId)
  const byId = compiled<Row, [string, string]>(database, inOrganization('').where('id', '=', ''))
  return {
    async list(organizationId, { limit, after }, { oauthClientId } = {}) {
      let query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('id', '>', after)
      if (oauthClientId !== undefined) query = query.where('oauth_client_id', '=', oauthClientId)
      const { items, nextCursor } = pageOf(await query.execute(), limit, (row) => row)
      return { items: await toRecords(database, organizationId, items), nextCursor }
    },

    async getByKey(organizationId, key) {
      const row = await inOrganization(organizationId)
        .where('key_folded', '=', foldKey(key))
        .executeTakeFirst()
      return row && (await toRecords(database, organizationId, [row]))[0]
    },

    async get(organizationId, id) {
      const row = await byId(organizationId, id)
      return row && (await toRecords(database, organizationId, [row]))[0]
    },

    create: (integration) => create(database, integration),
    update: (integration, { reconnect }) => update(database, integration, reconnect ? announce : undefined),

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('integration').where('organization_id', '=', organizationId)
      const result = await deletion
        .where('id', '=', id)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('adapter')
                .select('adapter.integration_id')
                .whereRef('adapter.organization_id', '=', 'integration.organization_id')
                .whereRef('adapter.integration_id', '=', 'integration.id'),
            ),
          ),
        )
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

function create(database: Kysely<Tables>, integration: IntegrationRecord): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    if (!(await clientStands(transaction, integration))) return false
    const insertion = transaction.insertInto('integration').values(toRow(integration))
    const onKey = insertion.onConflict((conflict) =>
      conflict.columns(['organization_id', 'key_folded']).doNothing(),
    )
    return (await onKey.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
  })
}

function update(
  database: Kysely<Tables>,
  integration: IntegrationRecord,
  reconnect: Announce | undefined,
): Promise<boolean> {
  const { organization_id, id, created_at, key, key_folded, ...change } = toRow(integration)
  return inTransaction(database, async (transaction) => {
    if (!(await clientStands(transaction, integration))) return false
    const result = await transaction
      .updateTable('integration')
      .set(change)
      .where('organization_id', '=', organization_id)
      .where('id', '=', id)
      .where('version', '=', integration.version - 1)
      .executeTakeFirst()
    if (result.numUpdatedRows !== 1n) return false
    if (reconnect) {
      const owner = { ...integration, announce: reconnect }
      await destroyCredentials(transaction, owner, (it) => it('integration_id', '=', id))
    }
    return true
  })
}

/** Whether the OAuth client is still the one that the integration was checked with. */
async function clientStands(
  transaction: Kysely<Tables>,
  { organizationId, oauthClient }: IntegrationRecord,
): Promise<boolean> {
  return !oauthClient || holdOAuthClient(transaction, { ...oauthClient, organizationId })
}

type Row = Selectable<Tables['integration']>

function toRow(record: IntegrationRecord): Insertable<Tables['integration']> {
  return { ...definitionRow(record), oauth_client_id: record.oauthClient?.id ?? null }
}

/** With the OAuth clients that they refer to. */
async function toRecords(
  database: Kysely<Tables>,
  organizationId: string,
  rows: readonly Row[],
): Promise<IntegrationRecord[]> {
  const ids = [...new Set(rows.flatMap(({ oauth_client_id }) => oauth_client_id ?? []))]
  if (ids.length === 0) return rows.map(definitionRecord)
  const found = await database
    .selectFrom('oauth_client')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .execute()
  const clients = new Map(found.map((row) => [row.id, definitionRecord(row)]))
  return rows.map((row) => {
    const oauthClient = clients.get(row.oauth_client_id ?? '')
    return { ...definitionRecord(row), ...(oauthClient && { oauthClient }) }
  })
}
