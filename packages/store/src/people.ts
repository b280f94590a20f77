import { foldEmail } from '@sallyport/contract'
import type { PersonRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { flag, optional, optionalBuffer } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type People = Store['people']

export function people(database: Kysely<Tables>): People {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('person').selectAll().where('organization_id', '=', organizationId)
  return {
    async create(person) {
      const insertion = database.insertInto('person').values(personRow(person))
      const onEmail = insertion.onConflict((conflict) =>
        conflict.columns(['organization_id', 'email_folded']).doNothing(),
      )
      return (await onEmail.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async get(organizationId, id) {
      const row = await inOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && personRecord(row)
    },
    async byEmail(organizationId, email) {
      const query = inOrganization(organizationId).where('email_folded', '=', foldEmail(email))
      const row = await query.executeTakeFirst()
      return row && personRecord(row)
    },
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, personRecord)
    },
    update: (person, change = {}) => update(database, person, change),
    async delete(organizationId, id) {
      const deletion = database.deleteFrom('person').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
    ...secondFactors(database),
  }
}

/** What is used up when it is used. */
function secondFactors(
  database: Kysely<Tables>,
): Pick<People, 'takeTotpStep' | 'takeRecoveryCode' | 'countRecoveryCodes'> {
  return {
    async takeTotpStep(organizationId, id, step) {
      const result = await database
        .updateTable('person')
        .set({ totp_last_step: step })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where(({ eb, or }) => or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async takeRecoveryCode(organizationId, id, digest) {
      const result = await database
        .deleteFrom('recovery_code')
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', id)
        .where('digest', '=', digest)
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },
    async countRecoveryCodes(organizationId, id) {
      const { count } = await database
        .selectFrom('recovery_code')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', id)
        .executeTakeFirstOrThrow()
      return Number(count)
    },
  }
}

function update(
  database: Kysely<Tables>,
  ...[person, { endSessions, recoveryCodes }]: Required<Parameters<People['update']>>
): Promise<boolean> {
  const { organization_id, id, created_at, last_login_at, version, ...change } = personRow(person)
  return inTransaction(database, async (transaction) => {
    const result = await transaction
      .updateTable('person')
      .set({ ...change, version })
      .where('organization_id', '=', organization_id)
      .where('id', '=', id)
      .where('version', '=', version - 1)
      .executeTakeFirst()
    if (result.numUpdatedRows !== 1n) return false
    if (endSessions !== undefined) {
      const deletion = transaction
        .deleteFrom('session')
        .where('organization_id', '=', organization_id)
        .where('person_id', '=', id)
      await (endSessions === 'all' ? deletion : deletion.where('id', '!=', endSessions.except)).execute()
    }
    if (recoveryCodes) {
      const deletion = transaction.deleteFrom('recovery_code')
      await deletion.where('organization_id', '=', organization_id).where('person_id', '=', id).execute()
      const codes = recoveryCodes.map((digest) => ({ organization_id, person_id: id, digest }))
      if (codes.length > 0) await transaction.insertInto('recovery_code').values(codes).execute()
    }
    return true
  })
}

export function personRow(record: PersonRecord): Insertable<Tables['person']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    email: record.email,
    email_folded: foldEmail(record.email),
    name: record.name,
    role: record.role,
    password_hash: record.passwordHash ?? null,
    totp: record.totp ?? null,
    disabled: flag(record.disabled),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    last_login_at: record.lastLoginAt ?? null,
    version: record.version,
  }
}

export function personRecord(row: Selectable<Tables['person']>): PersonRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    passwordHash: optional(row.password_hash),
    totp: optionalBuffer(row.totp),
    disabled: row.disabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastLoginAt: optional(row.last_login_at),
    version: row.version,
  }
}
