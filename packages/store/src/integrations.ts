import { foldKey } from '@sallyport/contract'
import type { IntegrationRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { optionalBuffer, strings } from './columns.ts'
import { compiled } from './compiled.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function integrations(database: Kysely<Tables>): Store['integrations'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('integration').selectAll().where('organization_id', '=', organizationId)
  const byId = compiled<Row, [string, string]>(database, inOrganization('').where('id', '=', ''))
  return {
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },

    async getByKey(organizationId, key) {
      const row = await inOrganization(organizationId)
        .where('key_folded', '=', foldKey(key))
        .executeTakeFirst()
      return row && toRecord(row)
    },

    async get(organizationId, id) {
      const row = await byId(organizationId, id)
      return row && toRecord(row)
    },

    async create(integration) {
      const insertion = database.insertInto('integration').values(toRow(integration))
      const onKey = insertion.onConflict((conflict) =>
        conflict.columns(['organization_id', 'key_folded']).doNothing(),
      )
      return (await onKey.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },

    update: (integration, { reconnect }) => update(database, integration, reconnect),

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('integration').where('organization_id', '=', organizationId)
      await deletion.where('id', '=', id).execute()
    },
  }
}

function update(
  database: Kysely<Tables>,
  integration: IntegrationRecord,
  reconnect: boolean,
): Promise<boolean> {
  const { organization_id, id, created_at, key, key_folded, ...change } = toRow(integration)
  return database.transaction().execute(async (transaction) => {
    const result = await transaction
      .updateTable('integration')
      .set(change)
      .where('organization_id', '=', organization_id)
      .where('id', '=', id)
      .where('version', '=', integration.version - 1)
      .executeTakeFirst()
    if (result.numUpdatedRows !== 1n) return false
    if (reconnect) await destroyCredentials(transaction, integration)
    return true
  })
}

async function destroyCredentials(
  transaction: Kysely<Tables>,
  integration: IntegrationRecord,
): Promise<void> {
  const accounts = transaction
    .updateTable('account')
    .set(({ eb }) => ({
      credential: null,
      secrets_set: '[]',
      issued_at: null,
      expires_at: null,
      renewable: 0,
      scopes: '[]',
      kept: '{}',
      refresh_expires_at: null,
      revocation: null,
      version: eb('version', '+', 1),
      updated_at: integration.updatedAt,
    }))
    .where('organization_id', '=', integration.organizationId)
    .where('integration_id', '=', integration.id)
  const reason = { reason: 'definition_changed', reason_detail: null }
  const connected = accounts.where('status', '!=', 'pending')
  // A generation further, so that a renewal under way cannot put back what is destroyed here.
  await connected
    .set(({ eb }) => ({ status: 'needs_reconnect', ...reason, generation: eb('generation', '+', 1) }))
    .execute()
  // One that was never connected stays pending, but may hold secret parameters.
  await accounts.where('status', '=', 'pending').where('credential', 'is not', null).execute()
}

type Row = Selectable<Tables['integration']>

function toRow(record: IntegrationRecord): Insertable<Tables['integration']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    key: record.key,
    key_folded: foldKey(record.key),
    name: record.name,
    definition: record.definition,
    secrets: record.secrets ?? null,
    secrets_set: JSON.stringify(record.secretsSet),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

function toRecord(row: Row): IntegrationRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    definition: row.definition,
    secrets: optionalBuffer(row.secrets),
    secretsSet: strings(row.secrets_set),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
