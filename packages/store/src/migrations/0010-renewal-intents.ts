import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** Renewals under way, whose primary key is what keeps a second one out, and answers that came too late. */
export async function renewalIntents(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const key: Columns = { organization_id: 'text', account_id: 'text', generation: 'integer' }
  const account = ['organization_id', 'account_id']
  const ofAccount = (it: Table) =>
    it.addForeignKeyConstraint(
      'of_account',
      account as never,
      'account',
      ['organization_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
  const intent: Columns = {
    ...key,
    attempt: 'integer',
    owner: 'text',
    state: 'text',
    since: 'integer',
    deadline: 'integer',
    lease_until: 'integer',
  }
  await table('renewal_intent', intent, (it) =>
    ofAccount(it).addPrimaryKeyConstraint('renewal_intent_pk', Object.keys(key) as never),
  )(database, dialect).execute()
  const orphan: Columns = { ...key, id: 'text', sealed: 'bytes', at: 'integer' }
  await table('renewal_orphan', orphan, (it) =>
    ofAccount(it).addPrimaryKeyConstraint('renewal_orphan_pk', ['organization_id', 'id'] as never),
  )(database, dialect).execute()
}
