import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** People, the browsers that they have logged in with, and how often a log-in failed. */
export async function people(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  await table('person', person, (it) =>
    owned(it)
      .addPrimaryKeyConstraint('person_pk', ['organization_id', 'id'] as never)
      .addUniqueConstraint('person_email', ['organization_id', 'email_folded'] as never),
  )(database, dialect).execute()
  await table('recovery_code', recoveryCode, (it) =>
    ofPerson(it).addPrimaryKeyConstraint('recovery_code_pk', [
      'organization_id',
      'person_id',
      'digest',
    ] as never),
  )(database, dialect).execute()
  await table('session', session, (it) =>
    ofPerson(it)
      .addPrimaryKeyConstraint('session_pk', ['organization_id', 'id'] as never)
      .addUniqueConstraint('session_digest', ['organization_id', 'digest'] as never),
  )(database, dialect).execute()
  const index = database.schema.createIndex('session_of_person').on('session')
  await index.columns(['organization_id', 'person_id']).execute()
  await table('login_throttle', loginThrottle, (it) =>
    owned(it).addPrimaryKeyConstraint('login_throttle_pk', ['organization_id', 'subject'] as never),
  )(database, dialect).execute()
}

const person: Columns = {
  organization_id: 'text',
  id: 'text',
  email: 'text',
  email_folded: 'text',
  name: 'text',
  role: 'text',
  password_hash: 'text?',
  totp: 'bytes?',
  totp_last_step: 'integer?',
  disabled: 'integer',
  created_at: 'integer',
  updated_at: 'integer',
  last_login_at: 'integer?',
  version: 'integer',
}

const recoveryCode: Columns = { organization_id: 'text', person_id: 'text', digest: 'bytes' }

const session: Columns = {
  organization_id: 'text',
  id: 'text',
  digest: 'bytes',
  person_id: 'text',
  method: 'text',
  identity_provider_id: 'text?',
  created_at: 'integer',
  authenticated_at: 'integer',
  seen_at: 'integer',
  address: 'text?',
  user_agent: 'text?',
}

const loginThrottle: Columns = {
  organization_id: 'text',
  subject: 'text',
  failures: 'integer',
  next_at: 'integer',
  updated_at: 'integer',
}

function owned(it: Table): Table {
  return it.addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id'])
}

function ofPerson(it: Table): Table {
  return it.addForeignKeyConstraint(
    'owner',
    ['organization_id', 'person_id'] as never,
    'person',
    ['organization_id', 'id'],
    (constraint) => constraint.onDelete('cascade'),
  )
}
