import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** Roles of organizations' own, invitations, and how people log in by identity providers. */
export async function signOn(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const create = (name: string, columns: Columns, constraints: (table: Table) => Table) =>
    table(name, columns, constraints)(database, dialect).execute()
  await create('role', role, (it) =>
    owned(it)
      .addPrimaryKeyConstraint('role_pk', ['organization_id', 'id'] as never)
      .addUniqueConstraint('role_key', ['organization_id', 'key_folded'] as never),
  )
  await create('invitation', invitation, (it) =>
    owned(it)
      .addPrimaryKeyConstraint('invitation_pk', ['organization_id', 'id'] as never)
      .addUniqueConstraint('invitation_email', ['organization_id', 'email_folded'] as never)
      .addUniqueConstraint('invitation_digest', ['organization_id', 'digest'] as never),
  )
  await create('identity_provider', identityProvider, (it) =>
    owned(it)
      .addPrimaryKeyConstraint('identity_provider_pk', ['organization_id', 'id'] as never)
      .addUniqueConstraint('identity_provider_id', ['id'] as never)
      .addUniqueConstraint('identity_provider_key', ['organization_id', 'key_folded'] as never),
  )
  await create('user_identity', userIdentity, (it) =>
    it
      .addPrimaryKeyConstraint('user_identity_pk', ['organization_id', 'issuer', 'subject'] as never)
      .addForeignKeyConstraint(
        'of_person',
        ['organization_id', 'person_id'] as never,
        'person',
        ['organization_id', 'id'],
        (constraint) => constraint.onDelete('cascade'),
      ),
  )
  await create('sign_on_flow', signOnFlow, (it) =>
    it
      .addPrimaryKeyConstraint('sign_on_flow_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint(
        'of_identity_provider',
        ['organization_id', 'provider_id'] as never,
        'identity_provider',
        ['organization_id', 'id'],
        (constraint) => constraint.onDelete('cascade'),
      ),
  )
  const index = (name: string, on: string, columns: string[]) =>
    database.schema.createIndex(name).on(on).columns(columns).execute()
  await index('user_identity_of_person', 'user_identity', ['organization_id', 'person_id'])
  await index('sign_on_flow_by_state', 'sign_on_flow', ['organization_id', 'provider_id', 'state_hash'])
  await index('sign_on_flow_by_end', 'sign_on_flow', ['expires_at'])
}

const owned = (it: Table) =>
  it.addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id'])

const role: Columns = {
  organization_id: 'text',
  id: 'text',
  key: 'text',
  key_folded: 'text',
  name: 'text',
  base: 'text',
  without: 'text',
  created_at: 'integer',
}

const invitation: Columns = {
  organization_id: 'text',
  id: 'text',
  email: 'text',
  email_folded: 'text',
  role: 'text',
  digest: 'bytes',
  created_at: 'integer',
  expires_at: 'integer',
}

const identityProvider: Columns = {
  organization_id: 'text',
  id: 'text',
  key: 'text',
  key_folded: 'text',
  name: 'text',
  issuer: 'text',
  client_id: 'text',
  secret: 'bytes?',
  scopes: 'text',
  default_role: 'text?',
  allowed_email_domains: 'text',
  sso_only: 'integer',
  disabled: 'integer',
  version: 'integer',
  created_at: 'integer',
  updated_at: 'integer',
}

const userIdentity: Columns = {
  organization_id: 'text',
  issuer: 'text',
  subject: 'text',
  person_id: 'text',
  created_at: 'integer',
}

const signOnFlow: Columns = {
  organization_id: 'text',
  id: 'text',
  provider_id: 'text',
  state_hash: 'text',
  browser_hash: 'text',
  purpose: 'text',
  subject_id: 'text?',
  memory: 'bytes',
  created_at: 'integer',
  expires_at: 'integer',
}
