import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqliteDialect } from '../dialects/sqlite/dialect.ts'
import { openForWriting } from '../dialects/sqlite/file.ts'
import { dueRenewals } from './0013-due-renewals.ts'

const minute = 60_000
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('accounts from before are due when a call would renew them, and the others never', async () => {
  const file = openForWriting(join(folder, 'sallyport.db'))
  file.exec(`
    create table organization (id text primary key) strict;
    create table account (organization_id text, id text, integration_id text, status text, disabled integer,
      renewable integer, issued_at integer, created_at integer, expires_at integer) strict;
    insert into account values
      ('o', 'an hour', 'i', 'connected', 0, 1, 0, 0, ${60 * minute}),
      ('o', 'ten minutes', 'i', 'failing', 0, 1, 0, 0, ${10 * minute}),
      ('o', 'given', 'i', 'connected', 0, 1, null, ${2 * minute}, ${12 * minute}),
      ('o', 'without end', 'i', 'connected', 0, 1, 0, 0, null),
      ('o', 'not renewable', 'i', 'expiring', 0, 0, 0, 0, ${60 * minute}),
      ('o', 'disabled', 'i', 'connected', 1, 1, 0, 0, ${60 * minute}),
      ('o', 'lost', 'i', 'needs_reconnect', 0, 1, 0, 0, ${60 * minute})`)
  const dialect = sqliteDialect(() => file)
  await dueRenewals(new Kysely<unknown>({ dialect: dialect.kysely }), dialect)
  const rows = file.prepare('select id, due_at from account where due_at is not null order by id').all()
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { id: 'an hour', due_at: 30 * minute },
    { id: 'given', due_at: 7 * minute },
    { id: 'ten minutes', due_at: 5 * minute },
  ])
  const plan = file
    .prepare(
      'explain query plan select min(due_at) from account where organization_id = ? and integration_id = ? and due_at is not null',
    )
    .all('o', 'i')
  expect(JSON.stringify(plan)).toContain('account_by_due')
  file.close()
})
