import type { SignOnFlowRecord, Store, UserIdentityRecord } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer, optional } from './columns.ts'
import type { Tables } from './tables.ts'

export function userIdentities(database: Kysely<Tables>): Store['userIdentities'] {
  return {
    async find(organizationId, issuer, subject) {
      const row = await database
        .selectFrom('user_identity')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return row && identityRecord(row)
    },
    async list(organizationId, personIds) {
      if (personIds.length === 0) return []
      const rows = await database
        .selectFrom('user_identity')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('person_id', 'in', [...personIds])
        .orderBy('created_at')
        .execute()
      return rows.map(identityRecord)
    },
    async create({ organizationId, issuer, subject, personId, createdAt }) {
      const row = { organization_id: organizationId, issuer, subject, person_id: personId }
      const insertion = database
        .insertInto('user_identity')
        .values({ ...row, created_at: createdAt })
        .onConflict((conflict) => conflict.doNothing())
      return (await insertion.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async delete(organizationId, personId, issuer) {
      const result = await database
        .deleteFrom('user_identity')
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', personId)
        .where('issuer', '=', issuer)
        .executeTakeFirst()
      return result.numDeletedRows > 0n
    },
  }
}

export function signOnFlows(database: Kysely<Tables>): Store['signOnFlows'] {
  return {
    async create(flow) {
      const row = {
        organization_id: flow.organizationId,
        id: flow.id,
        provider_id: flow.providerId,
        state_hash: flow.stateHash,
        browser_hash: flow.browserHash,
        purpose: flow.purpose,
        subject_id: flow.subjectId ?? null,
        memory: flow.memory,
        created_at: flow.createdAt,
        expires_at: flow.expiresAt,
      }
      await database.insertInto('sign_on_flow').values(row).execute()
    },
    async byState(organizationId, providerId, stateHash) {
      const row = await database
        .selectFrom('sign_on_flow')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('provider_id', '=', providerId)
        .where('state_hash', '=', stateHash)
        .executeTakeFirst()
      return row && flowRecord(row)
    },
    async take(organizationId, id) {
      const deletion = database.deleteFrom('sign_on_flow').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
    async deleteExpired(before) {
      // A job of all.
      const across = acrossOrganizations(database)
      await across.deleteFrom('sign_on_flow').where('expires_at', '<', before).execute()
    },
  }
}

function identityRecord(row: Selectable<Tables['user_identity']>): UserIdentityRecord {
  return {
    organizationId: row.organization_id,
    issuer: row.issuer,
    subject: row.subject,
    personId: row.person_id,
    createdAt: row.created_at,
  }
}

function flowRecord(row: Selectable<Tables['sign_on_flow']>): SignOnFlowRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    providerId: row.provider_id,
    stateHash: row.state_hash,
    browserHash: row.browser_hash,
    purpose: row.purpose,
    subjectId: optional(row.subject_id),
    memory: buffer(row.memory),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
