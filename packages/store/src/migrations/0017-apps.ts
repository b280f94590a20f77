import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** Apps with their adapters and profiles; what keys are limited to, and the secret that they had before. */
export async function apps(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  for (const create of [app(), adapter(), profile(), binding(), keyLimit()]) {
    await create(database, dialect).execute()
  }
  const on = (name: string, of: string, columns: string[]) =>
    database.schema
      .createIndex(`${of}_${name}`)
      .on(of)
      .columns(['organization_id', ...columns])
  for (const index of [
    on('by_integration', 'adapter', ['integration_id']),
    on('by_environment', 'profile', ['environment']),
    on('by_account', 'binding', ['account_id']),
    on('by_adapter', 'binding', ['app_id', 'adapter']),
    on('by_environment', 'key_limit', ['environment']),
    on('by_profile', 'key_limit', ['app_id', 'profile']),
  ]) {
    await index.execute()
  }
  const { bytes, integer } = dialect.columnTypes
  for (const [column, type] of [
    ['previous_digest', bytes],
    ['previous_until', integer],
    ['last_used_at', integer],
  ] as const) {
    await database.schema
      .alterTable('api_key')
      .addColumn(column, type as never)
      .execute()
  }
}

function app() {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    key: 'text',
    key_folded: 'text',
    name: 'text',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  return table('app', columns, (it) =>
    it
      .addPrimaryKeyConstraint('app_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id'])
      .addUniqueConstraint('app_key', ['organization_id', 'key_folded'] as never),
  )
}

function adapter() {
  const columns: Columns = {
    organization_id: 'text',
    app_id: 'text',
    name: 'text',
    name_folded: 'text',
    position: 'integer',
    integration_id: 'text',
    description: 'text?',
  }
  return table('adapter', columns, (it) =>
    ofApp(it)
      .addPrimaryKeyConstraint('adapter_pk', ['organization_id', 'app_id', 'name_folded'] as never)
      .addForeignKeyConstraint('of_integration', ['organization_id', 'integration_id'], 'integration', [
        'organization_id',
        'id',
      ]),
  )
}

function profile() {
  const columns: Columns = {
    organization_id: 'text',
    app_id: 'text',
    name: 'text',
    name_folded: 'text',
    environment: 'text',
    settings: 'text',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  return table('profile', columns, (it) =>
    inEnvironment(ofApp(it)).addPrimaryKeyConstraint('profile_pk', [
      'organization_id',
      'app_id',
      'name_folded',
    ] as never),
  )
}

/** Adapter and profile by their folded names. */
function binding() {
  const columns: Columns = {
    organization_id: 'text',
    app_id: 'text',
    profile: 'text',
    adapter: 'text',
    account_id: 'text',
  }
  const named = ['organization_id', 'app_id', 'name_folded']
  return table('binding', columns, (it) =>
    it
      .addPrimaryKeyConstraint('binding_pk', ['organization_id', 'app_id', 'profile', 'adapter'] as never)
      .addForeignKeyConstraint(
        'of_profile',
        ['organization_id', 'app_id', 'profile'],
        'profile',
        named,
        (constraint) => constraint.onDelete('cascade'),
      )
      .addForeignKeyConstraint(
        'of_adapter',
        ['organization_id', 'app_id', 'adapter'],
        'adapter',
        named,
        (constraint) => constraint.onDelete('cascade'),
      )
      .addForeignKeyConstraint('of_account', ['organization_id', 'account_id'], 'account', [
        'organization_id',
        'id',
      ]),
  )
}

/** What an older version does not know of; its `api_key` row says there that the key reaches no account. */
function keyLimit() {
  const columns: Columns = {
    organization_id: 'text',
    key_id: 'text',
    environment: 'text?',
    app_id: 'text?',
    profile: 'text?',
    accounts: 'text?',
    tags: 'text?',
    addresses: 'text?',
  }
  return table('key_limit', columns, (it) =>
    inEnvironment(it)
      .addPrimaryKeyConstraint('key_limit_pk', ['organization_id', 'key_id'] as never)
      .addForeignKeyConstraint(
        'of_key',
        ['organization_id', 'key_id'],
        'api_key',
        ['organization_id', 'id'],
        (constraint) => constraint.onDelete('cascade'),
      )
      .addForeignKeyConstraint('of_profile', ['organization_id', 'app_id', 'profile'], 'profile', [
        'organization_id',
        'app_id',
        'name_folded',
      ]),
  )
}

function ofApp(it: Table): Table {
  return it.addForeignKeyConstraint(
    'of_app',
    ['organization_id', 'app_id'],
    'app',
    ['organization_id', 'id'],
    (constraint) => constraint.onDelete('cascade'),
  )
}

function inEnvironment(it: Table): Table {
  return it.addForeignKeyConstraint('of_environment', ['organization_id', 'environment'], 'environment', [
    'organization_id',
    'key',
  ])
}
