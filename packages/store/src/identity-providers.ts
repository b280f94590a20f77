import { foldKey } from '@sallyport/contract'
import type { IdentityProviderRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { flag, optional, optionalBuffer, strings } from './columns.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function identityProviders(database: Kysely<Tables>): Store['identityProviders'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('identity_provider').selectAll().where('organization_id', '=', organizationId)
  return {
    async create(provider) {
      const insertion = database
        .insertInto('identity_provider')
        .values(toRow(provider))
        .onConflict((conflict) => conflict.doNothing())
      return (await insertion.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async find(id) {
      // By the id in an address, which tells the organization.
      const across = acrossOrganizations(database)
      const query = across.selectFrom('identity_provider').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },
    async getByKey(organizationId, key) {
      const query = inOrganization(organizationId).where('key_folded', '=', foldKey(key))
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },
    async isPasswordRefused(organizationId) {
      const query = inOrganization(organizationId).where('sso_only', '=', 1).where('disabled', '=', 0)
      return (await query.limit(1).executeTakeFirst()) !== undefined
    },
    endPasswordSessions: (organizationId) => endPasswordSessions(database, organizationId),
    async update(provider) {
      const { organization_id, id, key, key_folded, created_at, ...change } = toRow(provider)
      const result = await database
        .updateTable('identity_provider')
        .set(change)
        .where('organization_id', '=', organization_id)
        .where('id', '=', id)
        .where('version', '=', provider.version - 1)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async delete(organizationId, id) {
      const deletion = database.deleteFrom('identity_provider').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

async function endPasswordSessions(database: Kysely<Tables>, organizationId: string): Promise<void> {
  await database
    .deleteFrom('session')
    .where('organization_id', '=', organizationId)
    .where('method', '=', 'password')
    .where('person_id', 'in', (expression) =>
      expression
        .selectFrom('person')
        .select('person.id')
        .where('person.organization_id', '=', organizationId)
        .where('person.role', '!=', 'owner'),
    )
    .execute()
}

function toRow(record: IdentityProviderRecord): Insertable<Tables['identity_provider']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    key: record.key,
    key_folded: foldKey(record.key),
    name: record.name,
    issuer: record.issuer,
    client_id: record.clientId,
    secret: record.secret ?? null,
    scopes: JSON.stringify(record.scopes),
    default_role: record.defaultRole ?? null,
    allowed_email_domains: JSON.stringify(record.allowedEmailDomains),
    sso_only: flag(record.ssoOnly),
    disabled: flag(record.disabled),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

function toRecord(row: Selectable<Tables['identity_provider']>): IdentityProviderRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    secret: optionalBuffer(row.secret),
    scopes: strings(row.scopes),
    defaultRole: optional(row.default_role),
    allowedEmailDomains: strings(row.allowed_email_domains),
    ssoOnly: row.sso_only === 1,
    disabled: row.disabled === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
