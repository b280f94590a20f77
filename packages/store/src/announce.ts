import { randomBytes } from 'node:crypto'
import {
  type AccountEvent,
  accountEvents,
  type Clock,
  type EventRecord,
  eventView,
  OrderedIds,
  type Standing,
  timeOfId,
} from '@sallyport/core/ports'
import type { Insertable, Kysely } from 'kysely'
import { strings } from './columns.ts'
import type { Tables } from './tables.ts'

/** Of which account something is told. */
export type Whose = Pick<EventRecord, 'organizationId' | 'accountId' | 'integration' | 'environment'>

/** An account as it was, or is to be; undefined for one that is not. */
export interface Change {
  readonly before: Standing | undefined
  readonly after: Standing | undefined
}

/**
 * Writes down what happened to accounts, and what webhooks are to be sent of it, in the transaction of the change:
 * nothing is told that did not happen, and nothing that happened is left untold.
 */
export interface Announce {
  /** By the clock that events are dated by. */
  now(): number
  changes(transaction: Kysely<Tables>, changes: readonly (Whose & Change)[]): Promise<void>
  event(transaction: Kysely<Tables>, whose: Whose, event: AccountEvent): Promise<void>
}

const threeDays = 3 * 86_400_000
/** Rows of one statement: databases bound the parameters of one. */
const atOnce = 200

export function createAnnounce(clock: Clock): Announce {
  const ids = new OrderedIds({ clock, random: { bytes: randomBytes } })
  const record = ({ organizationId, accountId, integration, environment }: Whose, event: AccountEvent) => {
    const id = ids.next('evt')
    return {
      ...{ organizationId, id, type: event.type, accountId, integration, environment },
      // Lists are narrowed by what the id tells: one reading of the clock for both.
      at: timeOfId(id),
      data: JSON.stringify(event.data),
    }
  }
  return {
    now: () => clock.now(),
    async changes(transaction, changes) {
      const records = changes.flatMap((change) =>
        accountEvents(change.before, change.after).map((event) => record(change, event)),
      )
      await write(transaction, records, ids)
    },
    event: (transaction, whose, event) => write(transaction, [record(whose, event)], ids),
  }
}

/** Events of one organization. */
async function write(
  transaction: Kysely<Tables>,
  records: readonly EventRecord[],
  ids: OrderedIds,
): Promise<void> {
  const [first] = records
  if (!first) return
  const webhooks = await transaction
    .selectFrom('webhook')
    .select(['id', 'events'])
    .where('organization_id', '=', first.organizationId)
    .where('disabled', '=', 0)
    .execute()
  const deliveries = records.flatMap((record) =>
    webhooks
      .filter(({ events }) => events === null || strings(events).includes(record.type))
      .map((webhook) => deliveryOf(record, webhook.id, ids.next('dlv'))),
  )
  for (const rows of chunks(records.map(eventRow))) {
    await transaction.insertInto('event').values(rows).execute()
  }
  for (const rows of chunks(deliveries)) await transaction.insertInto('delivery').values(rows).execute()
}

function eventRow(record: EventRecord): Insertable<Tables['event']> {
  const { organizationId: organization_id, accountId: account_id, ...rest } = record
  return { organization_id, account_id, ...rest }
}

function deliveryOf(record: EventRecord, webhookId: string, id: string): Insertable<Tables['delivery']> {
  const { organizationId, id: eventId, type, at } = record
  return {
    organization_id: organizationId,
    id,
    webhook_id: webhookId,
    event_id: eventId,
    type,
    body: JSON.stringify(eventView(record)),
    state: 'pending',
    attempts: 0,
    due_at: at,
    created_at: at,
    expires_at: at + threeDays,
  }
}

function chunks<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / atOnce)
  return Array.from({ length: count }, (_, index) => rows.slice(index * atOnce, (index + 1) * atOnce))
}
