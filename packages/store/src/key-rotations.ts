import type { KeyRotationRecord, RotationStep, Store } from '@sallyport/core/ports'
import {
  type AliasableExpression,
  type ExpressionOrFactory,
  type Kysely,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { optional } from './columns.ts'
import { dataKeyRow } from './data-keys.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type KeyRotations = Store['keyRotations']
type Now = () => AliasableExpression<number>
type Where = ExpressionOrFactory<Tables, 'key_rotation', SqlBool>

export function keyRotations(database: Kysely<Tables>, now: Now): KeyRotations {
  const ofOrganization = (organizationId: string) =>
    database
      .selectFrom('key_rotation')
      .selectAll()
      .select(now().as('read_at'))
      .where('organization_id', '=', organizationId)
  return {
    start: (rotation) => inTransaction(database, (transaction) => start(transaction, now, rotation)),
    async get(organizationId, id) {
      const row = await ofOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId, { limit, after }) {
      const query = ofOrganization(organizationId)
        .orderBy('id', 'desc')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '<', after)).execute()
      return pageOf(rows, limit, toRecord)
    },
    claimDue: (lease) => claimDue(database, now, lease),
    advance: (rotation, step) => advance(database, now, { rotation, step }),
    end: (rotation) => inTransaction(database, (transaction) => end(transaction, now, rotation)),
    async hasRenewalsSince(organizationId, before, silenceMilliseconds) {
      const query = database
        .selectFrom('renewal_intent')
        .select('account_id')
        .where('organization_id', '=', organizationId)
        .where('state', '=', 'sending')
        .where('since', '<', before)
        .where('lease_until', '>', sql<number>`${now()} - ${sql.lit(silenceMilliseconds)}`)
      return (await query.limit(1).executeTakeFirst()) !== undefined
    },
  }
}

async function start(
  transaction: Kysely<Tables>,
  now: Now,
  { organizationId, id, dataKey, total, keepMilliseconds }: Parameters<KeyRotations['start']>[0],
): Promise<boolean> {
  const running = transaction
    .selectFrom('key_rotation')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'running')
  if (await running.executeTakeFirst()) return false
  // Of several that begin at once, one finds the key that is active.
  const retired = transaction
    .updateTable('data_key')
    .set({ state: 'decrypt' })
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'active')
  if ((await retired.executeTakeFirst()).numUpdatedRows !== 1n) return false
  await transaction.insertInto('data_key').values(dataKeyRow(dataKey)).execute()
  const at = now()
  await transaction
    .updateTable('key_rotation')
    .set({ state: 'superseded', ended_at: at })
    .where('organization_id', '=', organizationId)
    .where('ended_at', 'is', null)
    .execute()
  await transaction
    .insertInto('key_rotation')
    .values({
      ...{ organization_id: organizationId, id, data_key_id: dataKey.id, state: 'running' },
      ...{ column_name: null, cursor: null, found: 0, failed: 0, done: 0, total },
      ...{ started_at: at, keep_until: later(() => at, keepMilliseconds), due_at: at, ended_at: null },
    })
    .execute()
  return true
}

/** By compare-and-set, so that of several claimers one gets it. */
async function claimDue(
  database: Kysely<Tables>,
  now: Now,
  leaseMilliseconds: number,
): Promise<KeyRotationRecord | undefined> {
  // A job of all.
  const due = await acrossOrganizations(database)
    .selectFrom('key_rotation')
    .select(['organization_id', 'id', 'due_at'])
    .where('ended_at', 'is', null)
    .where('due_at', '<=', now())
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  if (!due) return undefined
  const row = await database
    .updateTable('key_rotation')
    .set({ due_at: later(now, leaseMilliseconds) })
    .where('organization_id', '=', due.organization_id)
    .where('id', '=', due.id)
    .where('due_at', '=', due.due_at)
    .where('ended_at', 'is', null)
    .returningAll()
    .returning(now().as('read_at'))
    .executeTakeFirst()
  return row && toRecord(row)
}

async function advance(
  database: Kysely<Tables>,
  now: Now,
  { rotation, step }: { readonly rotation: KeyRotationRecord; readonly step: RotationStep },
): Promise<KeyRotationRecord | undefined> {
  const { state, column, cursor, found, failed, done, dueInMilliseconds } = step
  const row = await database
    .updateTable('key_rotation')
    .set({
      ...{ state, column_name: column ?? null, cursor: cursor ?? null, found, failed, done },
      due_at: later(now, dueInMilliseconds),
    })
    .where(of(rotation))
    .where('due_at', '=', rotation.dueAt)
    .where('ended_at', 'is', null)
    .returningAll()
    .returning(now().as('read_at'))
    .executeTakeFirst()
  return row && toRecord(row)
}

async function end(transaction: Kysely<Tables>, now: Now, rotation: KeyRotationRecord): Promise<boolean> {
  const update = transaction
    .updateTable('key_rotation')
    .set({ state: 'done', ended_at: now() })
    .where(of(rotation))
    .where('due_at', '=', rotation.dueAt)
    .where('ended_at', 'is', null)
  if ((await update.executeTakeFirst()).numUpdatedRows !== 1n) return false
  if (rotation.failed > 0) return true
  await transaction
    .updateTable('data_key')
    .set({ state: 'dead', wrapped: Buffer.alloc(0) })
    .where('organization_id', '=', rotation.organizationId)
    .where('state', '=', 'decrypt')
    .execute()
  return true
}

function later(now: Now, milliseconds: number) {
  return sql<number>`${now()} + ${sql.lit(milliseconds)}`
}

function of({ organizationId, id }: Pick<KeyRotationRecord, 'organizationId' | 'id'>): Where {
  return ({ and }) => and({ organization_id: organizationId, id })
}

function toRecord(row: Selectable<Tables['key_rotation']> & { readonly read_at: number }): KeyRotationRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    dataKeyId: row.data_key_id,
    state: row.state as KeyRotationRecord['state'],
    column: optional(row.column_name),
    cursor: optional(row.cursor),
    found: row.found,
    failed: row.failed,
    done: row.done,
    total: row.total,
    startedAt: row.started_at,
    keepUntil: row.keep_until,
    dueAt: row.due_at,
    endedAt: optional(row.ended_at),
    readAt: row.read_at,
  }
}
