import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** What happened to accounts, who is told of it, and what is on its way. */
export async function events(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  await eventTable(database, dialect)
  await webhookTable(database, dialect)
  await deliveryTable(database, dialect)
  const { schema } = database
  for (const column of ['environment', 'integration']) {
    await schema
      .alterTable('revocation')
      .addColumn(column, dialect.columnTypes.text as never)
      .execute()
  }
  // Only accounts that nobody can renew are looked at.
  await schema
    .createIndex('account_by_end')
    .on('account')
    .column('expires_at')
    .where(sql.ref('status'), '=', 'expiring')
    .execute()
}

/** Without reference to the account, which it outlives. */
async function eventTable(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    at: 'integer',
    type: 'text',
    account_id: 'text',
    integration: 'text',
    environment: 'text',
    data: 'text',
  }
  await table('event', columns, (it) =>
    it
      .addPrimaryKeyConstraint('event_pk', ['organization_id', 'id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
  const index = (name: string, columns: string[]) =>
    database.schema.createIndex(name).on('event').columns(columns).execute()
  await index('event_by_account', ['organization_id', 'account_id', 'id'])
  await index('event_by_age', ['at'])
}

async function webhookTable(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    url: 'text',
    events: 'text?',
    description: 'text?',
    disabled: 'integer',
    disabled_reason: 'text?',
    secrets: 'bytes',
    failures: 'integer',
    failing_since: 'integer?',
    last_error: 'text?',
    last_delivered_at: 'integer?',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  await table('webhook', columns, (it) =>
    it
      .addPrimaryKeyConstraint('webhook_pk', ['organization_id', 'id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
}

async function deliveryTable(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    webhook_id: 'text',
    event_id: 'text',
    type: 'text',
    body: 'text',
    state: 'text',
    attempts: 'integer',
    response_status: 'integer?',
    last_error: 'text?',
    last_attempt_at: 'integer?',
    due_at: 'integer',
    created_at: 'integer',
    expires_at: 'integer',
  }
  const webhook = ['organization_id', 'webhook_id']
  await table('delivery', columns, (it) =>
    it
      .addPrimaryKeyConstraint('delivery_pk', [...webhook, 'id'] as never)
      .addForeignKeyConstraint(
        'of_webhook',
        webhook as never,
        'webhook',
        ['organization_id', 'id'],
        (constraint) => constraint.onDelete('cascade'),
      ),
  )(database, dialect).execute()
  const { schema } = database
  await schema
    .createIndex('delivery_by_due')
    .on('delivery')
    .columns(['due_at', 'id'])
    .where(sql.ref('state'), '=', 'pending')
    .execute()
  await schema.createIndex('delivery_by_age').on('delivery').column('created_at').execute()
}
