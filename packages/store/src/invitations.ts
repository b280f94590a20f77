import { foldEmail } from '@sallyport/contract'
import type { InvitationRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer } from './columns.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function invitations(database: Kysely<Tables>): Store['invitations'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('invitation').selectAll().where('organization_id', '=', organizationId)
  return {
    async create(invitation) {
      const { id, email, role, digest, createdAt, expiresAt } = invitation
      const row = { id, email, role, digest, created_at: createdAt, expires_at: expiresAt }
      await database
        .insertInto('invitation')
        .values({ organization_id: invitation.organizationId, email_folded: foldEmail(email), ...row })
        .onConflict((conflict) => conflict.columns(['organization_id', 'email_folded']).doUpdateSet(row))
        .execute()
    },
    async get(organizationId, id) {
      const row = await inOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },
    async byDigest(organizationId, digest) {
      const row = await inOrganization(organizationId).where('digest', '=', digest).executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId, now, { limit, after }) {
      const query = inOrganization(organizationId)
        .where('expires_at', '>', now)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },
    async delete(organizationId, id) {
      const deletion = database.deleteFrom('invitation').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
    async deleteExpired(before) {
      // A job of all.
      const across = acrossOrganizations(database)
      await across.deleteFrom('invitation').where('expires_at', '<', before).execute()
    },
  }
}

function toRecord(row: Selectable<Tables['invitation']>): InvitationRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    email: row.email,
    role: row.role,
    digest: buffer(row.digest),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
