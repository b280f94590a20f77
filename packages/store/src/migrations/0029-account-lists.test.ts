import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountSorts } from '@sallyport/contract'
import { Kysely } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { sortedAccounts } from '../account-order.ts'
import { sqliteDialect } from '../dialects/sqlite/dialect.ts'
import { openForWriting } from '../dialects/sqlite/file.ts'
import type { Tables } from '../tables.ts'
import { migrate } from './migrate.ts'

test('a page of accounts in any order is read by an index, from where the page before ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
  const file = openForWriting(join(folder, 'sallyport.db'))
  onTestFinished(() => {
    file.close()
    rmSync(folder, { recursive: true })
  })
  const dialect = sqliteDialect(() => file)
  const statements: string[] = []
  const log = ({ query }: { readonly query: { readonly sql: string } }) => void statements.push(query.sql)
  const database = new Kysely<Tables>({ dialect: dialect.kysely, log })
  await migrate(database, dialect)
  const planOf = async (by: (typeof accountSorts)[number], isDescending: boolean) => {
    const after = { value: by === 'name' ? 'n' : 1, id: 'acc_1' }
    await sortedAccounts(database, 'o', {}, { by, isDescending }, { limit: 50, after })
    const values = ['o', after.value, after.id, 51]
    return JSON.stringify(file.prepare(`explain query plan ${statements.at(-1)}`).all(...values))
  }
  for (const by of accountSorts) {
    for (const isDescending of [false, true]) {
      const plan = await planOf(by, isDescending)
      expect(plan).toMatch(/SEARCH account USING INDEX account_by_(name|creation|reconnection|urgency)/)
      expect(plan).not.toContain('TEMP B-TREE')
    }
  }
})
