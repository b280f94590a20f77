import { foldKey } from '@sallyport/contract'
import type { OAuthClientRecord, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import type { Announce } from './announce.ts'
import { definitionRecord, definitionRow } from './definition-row.ts'
import { destroyCredentials } from './destroy-credentials.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function oauthClients(database: Kysely<Tables>, announce: Announce): Store['oauthClients'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('oauth_client').selectAll().where('organization_id', '=', organizationId)
  return {
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, definitionRecord)
    },

    async getByKey(organizationId, key) {
      const row = await inOrganization(organizationId)
        .where('key_folded', '=', foldKey(key))
        .executeTakeFirst()
      return row && definitionRecord(row)
    },

    async create(client) {
      const insertion = database.insertInto('oauth_client').values(definitionRow(client))
      const onKey = insertion.onConflict((conflict) =>
        conflict.columns(['organization_id', 'key_folded']).doNothing(),
      )
      return (await onKey.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },

    update: (client, change) => update(database, client, { ...change, announce }),

    async delete(organizationId, id) {
      const result = await database
        .deleteFrom('oauth_client')
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('integration')
                .select('integration.id')
                .whereRef('integration.organization_id', '=', 'oauth_client.organization_id')
                .whereRef('integration.oauth_client_id', '=', 'oauth_client.id'),
            ),
          ),
        )
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },

    uses: (organizationId, id) => uses(database, organizationId, id),
  }
}

type Change = Parameters<Store['oauthClients']['update']>[1] & { readonly announce: Announce }

function update(
  database: Kysely<Tables>,
  client: OAuthClientRecord,
  { reconnect, usedBy, announce }: Change,
): Promise<boolean> {
  const { organization_id, id, created_at, key, key_folded, ...change } = definitionRow(client)
  return inTransaction(database, async (transaction) => {
    // First, so that nobody begins to use it while those who do are counted.
    if (!(await holdOAuthClient(transaction, { ...client, version: client.version - 1 }))) return false
    const users = await integrationsOf(transaction, organization_id, id).select('version').execute()
    const versions = new Map(usedBy.map((integration) => [integration.id, integration.version]))
    const areKnown = users.every((user) => versions.get(user.id) === user.version)
    if (users.length !== versions.size || !areKnown) return false
    await transaction
      .updateTable('oauth_client')
      .set(change)
      .where('organization_id', '=', organization_id)
      .where('id', '=', id)
      .execute()
    if (reconnect) {
      await destroyCredentials(transaction, { ...client, announce }, (it) =>
        it('integration_id', 'in', integrationsOf(transaction, organization_id, id)),
      )
    }
    return true
  })
}

/**
 * Whether the OAuth client is at a version; if so it stays there until the transaction ends. An update that changes
 * nothing locks the row in every database, other than `for share`.
 */
export async function holdOAuthClient(
  transaction: Kysely<Tables>,
  { organizationId, id, version }: Pick<OAuthClientRecord, 'organizationId' | 'id' | 'version'>,
): Promise<boolean> {
  const result = await transaction
    .updateTable('oauth_client')
    .set({ version })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

async function uses(database: Kysely<Tables>, organizationId: string, id: string) {
  const integrations = await integrationsOf(database, organizationId, id)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const accounts = await database
    .selectFrom('account')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('integration_id', 'in', integrationsOf(database, organizationId, id))
    .executeTakeFirstOrThrow()
  return { integrations: Number(integrations.count), accounts: Number(accounts.count) }
}

/** Ids of the integrations that refer to it. */
export function integrationsOf(database: Kysely<Tables>, organizationId: string, id: string) {
  return database
    .selectFrom('integration')
    .select('integration.id')
    .where('integration.organization_id', '=', organizationId)
    .where('integration.oauth_client_id', '=', id)
}
