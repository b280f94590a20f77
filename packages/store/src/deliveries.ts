import type { DeliveryRecord, Store } from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { deliveryRecord, deliveryRow } from './delivery-row.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type Deliveries = Store['deliveries']

export function deliveries(database: Kysely<Tables>): Deliveries {
  const ofWebhook = (organizationId: string, webhookId: string) =>
    database
      .selectFrom('delivery')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('webhook_id', '=', webhookId)
  return {
    async create(delivery) {
      await database.insertInto('delivery').values(deliveryRow(delivery)).execute()
    },
    async get(organizationId, webhookId, id) {
      const row = await ofWebhook(organizationId, webhookId).where('id', '=', id).executeTakeFirst()
      return row && deliveryRecord(row)
    },
    async list(organizationId, webhookId, { limit, after }) {
      const query = ofWebhook(organizationId, webhookId)
        .orderBy('id', 'desc')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '<', after)).execute()
      return pageOf(rows, limit, deliveryRecord)
    },
    async replay(delivery) {
      const { dueAt, expiresAt } = delivery
      const change = { state: 'pending', attempts: 0, due_at: dueAt, expires_at: expiresAt }
      await rowOf(database, delivery).set(change).execute()
    },
    claimDue: (...arguments_) => claimDue(database, ...arguments_),
    async postpone(delivery, dueAt) {
      await rowOf(database, delivery).set({ due_at: dueAt }).where('state', '=', 'pending').execute()
    },
    record: (...arguments_) => record(database, ...arguments_),
    async prune(before) {
      // A job of all.
      const old = acrossOrganizations(database).deleteFrom('delivery').where('created_at', '<', before)
      await old.where('state', '!=', 'pending').execute()
    },
  }
}

function rowOf(database: Kysely<Tables>, { organizationId, webhookId, id }: DeliveryRecord) {
  return database
    .updateTable('delivery')
    .where('organization_id', '=', organizationId)
    .where('webhook_id', '=', webhookId)
    .where('id', '=', id)
}

/** Each row by compare-and-set, so that of several claimers one gets it. */
async function claimDue(
  database: Kysely<Tables>,
  ...[now, until, { limit, except }]: Parameters<Deliveries['claimDue']>
): Promise<readonly DeliveryRecord[]> {
  // A job of all.
  let query = acrossOrganizations(database)
    .selectFrom('delivery')
    .innerJoin('webhook', (join) =>
      join
        .onRef('webhook.organization_id', '=', 'delivery.organization_id')
        .onRef('webhook.id', '=', 'delivery.webhook_id'),
    )
    .innerJoin('organization', 'organization.id', 'delivery.organization_id')
    .selectAll('delivery')
    // As a literal, so that the index of these alone serves.
    .where(sql<boolean>`delivery.state = 'pending'`)
    .where('delivery.due_at', '<=', now)
    .where('webhook.disabled', '=', 0)
    .where('organization.suspended_at', 'is', null)
    .orderBy('delivery.due_at')
    .orderBy('delivery.id')
    .limit(limit)
  if (except.length > 0) query = query.where('delivery.webhook_id', 'not in', except)
  const claimed: DeliveryRecord[] = []
  for (const row of await query.execute()) {
    const delivery = deliveryRecord({ ...row, due_at: until })
    const result = await rowOf(database, delivery)
      .set({ due_at: until })
      .where('state', '=', 'pending')
      .where('due_at', '=', row.due_at)
      .executeTakeFirst()
    if (result.numUpdatedRows === 1n) claimed.push(delivery)
  }
  return claimed
}

function record(
  database: Kysely<Tables>,
  ...[delivery, outcome]: Parameters<Deliveries['record']>
): Promise<void> {
  const { state, at, responseStatus, error, dueAt, gone } = outcome
  return inTransaction(database, async (transaction) => {
    await rowOf(transaction, delivery)
      .set({
        state,
        attempts: delivery.attempts + 1,
        response_status: responseStatus ?? null,
        last_error: error ?? null,
        last_attempt_at: at,
        due_at: dueAt,
      })
      .execute()
    const webhook = transaction
      .updateTable('webhook')
      .where('organization_id', '=', delivery.organizationId)
      .where('id', '=', delivery.webhookId)
    if (error === undefined) {
      const well = { failures: 0, failing_since: null, last_error: null, last_delivered_at: at }
      await webhook.set(well).execute()
      return
    }
    await webhook
      .set(({ eb, fn, val }) => ({
        failures: eb('failures', '+', 1),
        failing_since: fn.coalesce('failing_since', val(at)),
        last_error: error,
        ...(gone && { disabled: 1 as const, disabled_reason: 'gone', version: eb('version', '+', 1) }),
      }))
      .execute()
  })
}
