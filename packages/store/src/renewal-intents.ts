import type { RenewalIntentRecord, RenewalKey, Store } from '@sallyport/core/ports'
import type { ExpressionOrFactory, Kysely, Selectable, SqlBool } from 'kysely'
import type { Tables } from './tables.ts'

type RenewalIntents = Store['renewalIntents']

export function renewalIntents(database: Kysely<Tables>): RenewalIntents {
  return {
    claim: (intent) => claim(database, intent),
    async get(key) {
      const row = await database.selectFrom('renewal_intent').selectAll().where(of(key)).executeTakeFirst()
      return row && toRecord(row)
    },
    async takeOver(before, intent) {
      const { attempt, owner, state, since, deadline, leaseUntil } = intent
      const result = await database
        .updateTable('renewal_intent')
        .set({ attempt, owner, state, since, deadline, lease_until: leaseUntil })
        .where(of(before))
        .where(attemptOf(before))
        .where('state', '=', before.state)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async release(intent) {
      await database.deleteFrom('renewal_intent').where(of(intent)).where(attemptOf(intent)).execute()
    },
    async loseAnswer(intent) {
      const update = database.updateTable('renewal_intent').set({ state: 'no_answer' })
      await update.where(of(intent)).where(attemptOf(intent)).execute()
    },
    async listSending(exceptOwner) {
      const rows = await database
        .selectFrom('renewal_intent')
        .selectAll()
        .where('state', '=', 'sending')
        .where('owner', '!=', exceptOwner)
        .execute()
      return rows.map(toRecord)
    },
    async park({ organizationId, accountId, generation, id, sealed, at }) {
      const values = { organization_id: organizationId, account_id: accountId, generation, id, sealed, at }
      await database
        .insertInto('renewal_orphan')
        .values(values)
        .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doNothing())
        .execute()
    },
  }
}

/** Ends every intent of an account that starts from a generation before this one. */
export async function endIntents(
  transaction: Kysely<Tables>,
  { organizationId, accountId, generation }: RenewalKey,
): Promise<void> {
  await transaction
    .deleteFrom('renewal_intent')
    .where('organization_id', '=', organizationId)
    .where('account_id', '=', accountId)
    .where('generation', '<', generation)
    .execute()
}

/** The primary key is the mutex: of several that insert, one does. */
async function claim(database: Kysely<Tables>, intent: RenewalIntentRecord): Promise<boolean> {
  const { attempt, owner, state, since, deadline, leaseUntil } = intent
  const columns = ['organization_id', 'account_id', 'generation'] as const
  const result = await database
    .insertInto('renewal_intent')
    .columns([...columns, 'attempt', 'owner', 'state', 'since', 'deadline', 'lease_until'])
    .expression((expression) =>
      expression
        .selectFrom('account')
        .select(({ val }) => [
          'organization_id',
          'id',
          'generation',
          val(attempt).as('attempt'),
          val(owner).as('owner'),
          val(state).as('state'),
          val(since).as('since'),
          val(deadline).as('deadline'),
          val(leaseUntil).as('lease_until'),
        ])
        .where('organization_id', '=', intent.organizationId)
        .where('id', '=', intent.accountId)
        .where('generation', '=', intent.generation),
    )
    .onConflict((conflict) => conflict.columns([...columns]).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

type Where = ExpressionOrFactory<Tables, 'renewal_intent', SqlBool>

function of({ organizationId, accountId, generation }: RenewalKey): Where {
  return ({ and }) => and({ organization_id: organizationId, account_id: accountId, generation })
}

/** Whoever was overtaken changes nothing any more. */
function attemptOf({ owner, attempt }: RenewalIntentRecord): Where {
  return ({ and }) => and({ owner, attempt })
}

function toRecord(row: Selectable<Tables['renewal_intent']>): RenewalIntentRecord {
  return {
    organizationId: row.organization_id,
    accountId: row.account_id,
    generation: row.generation,
    attempt: row.attempt,
    owner: row.owner,
    state: row.state as RenewalIntentRecord['state'],
    since: row.since,
    deadline: row.deadline,
    leaseUntil: row.lease_until,
  }
}
