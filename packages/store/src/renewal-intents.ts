import type { RenewalIntentRecord, RenewalKey, RenewalLease, Store } from '@sallyport/core/ports'
import {
  type AliasableExpression,
  type ExpressionOrFactory,
  type Kysely,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type RenewalIntents = Store['renewalIntents']
type Claimed = Parameters<RenewalIntents['claim']>[0]
/** The time by which leases run. */
type Now = () => AliasableExpression<number>

export function renewalIntents(database: Kysely<Tables>, now: Now): RenewalIntents {
  return {
    claim: (key, lease) => claim(database, now, { key, lease }),
    async get(key) {
      const query = database.selectFrom('renewal_intent').selectAll().select(now().as('read_at'))
      const row = await query.where(of(key)).executeTakeFirst()
      return row && toRecord(row)
    },
    async takeOver(before, lease) {
      const at = now()
      const row = await database
        .updateTable('renewal_intent')
        .set({ attempt: before.attempt + 1, owner: lease.owner, state: 'sending', ...times(at, lease) })
        .where(of(before))
        .where(attemptOf(before))
        .where('state', '=', before.state)
        .returningAll()
        .returning(at.as('read_at'))
        .executeTakeFirst()
      return row && toRecord(row)
    },
    async release(intent) {
      // One whose answer was lost keeps its doubt.
      const own = database.deleteFrom('renewal_intent').where(of(intent)).where(attemptOf(intent))
      await own.where('state', '=', 'sending').execute()
    },
    async loseAnswer(intent) {
      const update = database.updateTable('renewal_intent').set({ state: 'no_answer' })
      await update.where(of(intent)).where(attemptOf(intent)).execute()
    },
    async listSending(whose) {
      // What a process has left behind, whosever it is.
      const query = acrossOrganizations(database)
        .selectFrom('renewal_intent')
        .selectAll()
        .select(now().as('read_at'))
        .where('state', '=', 'sending')
      const rows =
        'owners' in whose
          ? query.where('owner', 'in', [...whose.owners])
          : query.where('owner', '!=', whose.exceptOwner)
      return (await rows.execute()).map(toRecord)
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

/**
 * The primary key is the mutex: of several that insert, one does. The account is locked first: with `on conflict` alone
 * PostgreSQL waits for a commit that ends the intent, and then inserts another for the generation of before it.
 */
function claim(
  database: Kysely<Tables>,
  now: Now,
  { key, lease }: { readonly key: Claimed; readonly lease: RenewalLease },
): Promise<RenewalIntentRecord | undefined> {
  const { organizationId, accountId, generation, isRefused } = key
  return inTransaction(database, async (transaction) => {
    const lock = transaction
      .updateTable('account')
      // An update that changes nothing.
      .set({ generation })
      .where('organization_id', '=', organizationId)
      .where('id', '=', accountId)
      .where('generation', '=', generation)
      .where('exported_at', 'is', null)
      // Somebody was told that its credential is of no use any more, and did not read that.
      .$if(!isRefused, (it) => it.where('status', '!=', 'needs_reconnect'))
    if ((await lock.executeTakeFirst()).numUpdatedRows !== 1n) return undefined
    // The one moment of all that is written.
    const at = now()
    const row = await transaction
      .insertInto('renewal_intent')
      .values({
        ...{ organization_id: organizationId, account_id: accountId, generation },
        ...{ attempt: 1, owner: lease.owner, state: 'sending', since: at, ...times(at, lease) },
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'account_id', 'generation']).doNothing())
      .returningAll()
      .returning(at.as('read_at'))
      .executeTakeFirst()
    return row && toRecord(row)
  })
}

function times(at: ReturnType<Now>, { deadlineMilliseconds, leaseMilliseconds }: RenewalLease) {
  return {
    deadline: sql<number>`${at} + ${sql.lit(deadlineMilliseconds)}`,
    lease_until: sql<number>`${at} + ${sql.lit(leaseMilliseconds)}`,
  }
}

type Where = ExpressionOrFactory<Tables, 'renewal_intent', SqlBool>

function of({ organizationId, accountId, generation }: RenewalKey): Where {
  return ({ and }) => and({ organization_id: organizationId, account_id: accountId, generation })
}

/** Whoever was overtaken changes nothing any more. */
function attemptOf({ owner, attempt }: Pick<RenewalIntentRecord, 'owner' | 'attempt'>): Where {
  return ({ and }) => and({ owner, attempt })
}

function toRecord(
  row: Selectable<Tables['renewal_intent']> & { readonly read_at: number },
): RenewalIntentRecord {
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
    readAt: row.read_at,
  }
}
