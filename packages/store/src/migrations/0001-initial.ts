import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** All tables as the first version has them. */
export async function initial(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  for (const table of [...ownTables(), ...organizationTables()]) {
    await table(database, dialect).execute()
  }
  for (const index of indexes(database)) await index.execute()
}

function ownTables() {
  return [
    table('organization', { id: 'text', name: 'text', created_at: 'integer' }, (it) =>
      it.addPrimaryKeyConstraint('organization_pk', ['id']),
    ),
    table('setup', { id: 'integer', token_digest: 'bytes', done_at: 'integer?' }, (it) =>
      it.addPrimaryKeyConstraint('setup_pk', ['id']).addCheckConstraint('setup_one_row', sql`id = 1`),
    ),
    table('key_check', { key_id: 'text', sealed: 'bytes' }, (it) =>
      it.addPrimaryKeyConstraint('key_check_pk', ['key_id']),
    ),
  ]
}

function organizationTables() {
  return [dataKey(), environment(), integration(), account(), accountTag(), flow(), apiKey()]
}

function dataKey() {
  const columns: Columns = { id: 'text', state: 'text', wrapped: 'bytes', created_at: 'integer' }
  return owned('data_key', ['id'], columns, ofOrganization)
}

function environment() {
  const columns: Columns = {
    key: 'text',
    key_folded: 'text',
    name: 'text',
    return_urls: 'text',
    created_at: 'integer',
  }
  return owned('environment', ['key'], columns, (it) =>
    ofOrganization(it).addUniqueConstraint('environment_key', ['organization_id', 'key_folded']),
  )
}

function integration() {
  const columns: Columns = {
    id: 'text',
    key: 'text',
    key_folded: 'text',
    name: 'text',
    definition: 'text',
    secrets: 'bytes?',
    secrets_set: 'text',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  return owned('integration', ['id'], columns, (it) =>
    ofOrganization(it).addUniqueConstraint('integration_key', ['organization_id', 'key_folded']),
  )
}

function account() {
  const columns: Columns = {
    id: 'text',
    environment: 'text',
    integration_id: 'text',
    name: 'text',
    name_folded: 'text',
    disabled: 'integer',
    parameters: 'text',
    tags: 'text',
    status: 'text',
    reason: 'text?',
    reason_detail: 'text?',
    credential: 'bytes?',
    secrets_set: 'text',
    generation: 'integer',
    issued_at: 'integer?',
    expires_at: 'integer?',
    renewable: 'integer',
    scopes: 'text',
    version: 'integer',
    last_used_at: 'integer?',
    created_at: 'integer',
    updated_at: 'integer',
  }
  return owned('account', ['id'], columns, (it) =>
    ofIntegration(it).addForeignKeyConstraint(
      'account_environment',
      ['organization_id', 'environment'],
      'environment',
      ['organization_id', 'key'],
    ),
  )
}

function accountTag() {
  return owned(
    'account_tag',
    ['account_id', 'name'],
    { account_id: 'text', name: 'text', value: 'text' },
    ofAccount,
  )
}

function flow() {
  const columns: Columns = {
    id: 'text',
    environment: 'text',
    account_id: 'text',
    integration_id: 'text',
    callback_id: 'text',
    start_hash: 'text',
    state_hash: 'text?',
    browser_hash: 'text?',
    result_hash: 'text?',
    sealed: 'bytes?',
    confirm: 'integer',
    return_url: 'text?',
    redirect_uri: 'text',
    state: 'text',
    failure: 'text?',
    failure_detail: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
  }
  return owned('flow', ['id'], columns, (it) => ofAccount(ofIntegration(it)))
}

function apiKey() {
  const columns: Columns = {
    id: 'text',
    lookup: 'text',
    digest: 'bytes',
    name: 'text',
    scopes: 'text',
    accounts: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
  }
  return owned('api_key', ['id'], columns, ofOrganization)
}

function indexes({ schema }: Kysely<unknown>) {
  const on = (table: string, name: string, columns: string[]) =>
    schema.createIndex(`${table}_${name}`).on(table).columns(columns)
  return [
    on('data_key', 'active', ['organization_id']).unique().where(sql.ref('state'), '=', 'active'),
    on('account', 'by_integration', ['organization_id', 'integration_id', 'id']),
    on('account', 'by_environment', ['organization_id', 'environment', 'id']),
    on('account_tag', 'by_value', ['organization_id', 'name', 'value']),
    // These are found before the organization is known.
    on('flow', 'by_id', ['id']).unique(),
    on('flow', 'by_start', ['start_hash']).unique(),
    on('flow', 'by_state', ['state_hash']).unique(),
    on('flow', 'by_account', ['organization_id', 'account_id']),
    on('flow', 'by_result', ['account_id', 'result_hash']),
    on('flow', 'by_integration', ['organization_id', 'integration_id']),
    on('flow', 'by_expiry', ['expires_at']),
    on('api_key', 'by_lookup', ['lookup']).unique(),
  ]
}

/** A table whose every key begins with the organization. */
function owned(name: string, key: string[], columns: Columns, constraints: (table: Table) => Table) {
  return table(name, { organization_id: 'text', ...columns }, (it) =>
    constraints(it.addPrimaryKeyConstraint(`${name}_pk`, ['organization_id', ...key])),
  )
}

function ofOrganization(table: Table): Table {
  return table.addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id'])
}

function ofIntegration(table: Table): Table {
  return reference(table, 'integration', 'integration_id')
}

function ofAccount(table: Table): Table {
  return reference(table, 'account', 'account_id')
}

function reference(table: Table, target: string, column: string): Table {
  const columns = ['organization_id', column]
  return table.addForeignKeyConstraint(
    `of_${target}`,
    columns,
    target,
    ['organization_id', 'id'],
    (constraint) => constraint.onDelete('cascade'),
  )
}
