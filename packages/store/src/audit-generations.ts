import type { Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { Tables } from './tables.ts'

type Audit = Store['audit']

/** The generations of accounts, as the audit records them now and then. */
export function auditGenerations(
  database: Kysely<Tables>,
): Pick<Audit, 'generations' | 'generationsDue' | 'generationsRecorded'> {
  return {
    async generations(organizationId, { since, after, limit }) {
      const query = database
        .selectFrom('account')
        .select(['id', 'generation'])
        .where('organization_id', '=', organizationId)
        .where('generation', '>', 0)
        .where('updated_at', '>=', since)
        .orderBy('id')
        .limit(limit)
      return (after === undefined ? query : query.where('id', '>', after)).execute()
    },

    async generationsDue(before, limit) {
      // A job of all.
      const rows = await acrossOrganizations(database)
        .selectFrom('audit_head')
        .select(['organization_id', 'generations_at'])
        .where('generations_at', '<', before)
        .limit(limit)
        .execute()
      return rows.map((row) => ({ organizationId: row.organization_id, at: row.generations_at }))
    },

    async generationsRecorded(organizationId, at) {
      const head = database.updateTable('audit_head').where('organization_id', '=', organizationId)
      await head.set({ generations_at: at }).execute()
    },
  }
}
