import type { SessionRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer, optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import { personRecord } from './people.ts'
import type { Tables } from './tables.ts'

export function sessions(database: Kysely<Tables>): Store['sessions'] {
  return {
    create: (session) => inTransaction(database, (transaction) => createSession(transaction, session)),

    byDigest: (organizationId, digest) => byDigest(database, organizationId, digest),

    async list(organizationId, personId) {
      const rows = await database
        .selectFrom('session')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', personId)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(toRecord)
    },

    async touch(organizationId, id, seenAt) {
      const update = database.updateTable('session').set({ seen_at: seenAt })
      await update.where('organization_id', '=', organizationId).where('id', '=', id).execute()
    },

    async renew(session, fromDigest) {
      const { digest, method, identity_provider_id, authenticated_at, seen_at } = toRow(session)
      const result = await database
        .updateTable('session')
        .set({ digest, method, identity_provider_id, authenticated_at, seen_at })
        .where('organization_id', '=', session.organizationId)
        .where('id', '=', session.id)
        .where('digest', '=', fromDigest)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async end(organizationId, personId, id) {
      const result = await database
        .deleteFrom('session')
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', personId)
        .where('id', '=', id)
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },

    async deleteExpired(seenBefore, createdBefore) {
      // A job of all.
      await acrossOrganizations(database)
        .deleteFrom('session')
        .where(({ eb, or }) => or([eb('seen_at', '<', seenBefore), eb('created_at', '<', createdBefore)]))
        .execute()
    },
  }
}

async function byDigest(database: Kysely<Tables>, organizationId: string, digest: Buffer) {
  const row = await database
    .selectFrom('session')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (!row) return undefined
  const person = await database
    .selectFrom('person')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', row.person_id)
    .executeTakeFirst()
  return person && { session: toRecord(row), person: personRecord(person) }
}

/** Within a transaction: the person's row is locked by it, so that nobody is disabled meanwhile. */
export async function createSession(transaction: Kysely<Tables>, session: SessionRecord): Promise<boolean> {
  const result = await transaction
    .updateTable('person')
    .set({ last_login_at: session.createdAt })
    .where('organization_id', '=', session.organizationId)
    .where('id', '=', session.personId)
    .where('disabled', '=', 0)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  await transaction.insertInto('session').values(toRow(session)).execute()
  return true
}

function toRow(record: SessionRecord): Insertable<Tables['session']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    digest: record.digest,
    person_id: record.personId,
    method: record.method,
    identity_provider_id: record.identityProviderId ?? null,
    created_at: record.createdAt,
    authenticated_at: record.authenticatedAt,
    seen_at: record.seenAt,
    address: record.address ?? null,
    user_agent: record.userAgent ?? null,
  }
}

function toRecord(row: Selectable<Tables['session']>): SessionRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    digest: buffer(row.digest),
    personId: row.person_id,
    method: row.method,
    identityProviderId: optional(row.identity_provider_id),
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    seenAt: row.seen_at,
    address: optional(row.address),
    userAgent: optional(row.user_agent),
  }
}
