import type { ChainAudit, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { WriteAudit } from './audit.ts'
import { emptyHead, moveHead, nextPlace } from './audit-head.ts'
import { toStored } from './audit-row.ts'
import { dataKeyRow } from './data-keys.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'
import { takeTurn } from './take-turn.ts'

const atOnce = 500

/** Organizations without a chain: they are from before there were any. */
export async function unchained(database: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await acrossOrganizations(database)
    .selectFrom('organization')
    .leftJoin('audit_head', 'audit_head.organization_id', 'organization.id')
    .select('organization.id')
    .where('audit_head.sequence', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** Chains the entries that are there, oldest first, and one that says how many there were. */
export function beginChain(
  database: Kysely<Tables>,
  write: WriteAudit,
  ...[key, chain, entryOf]: Parameters<Store['audit']['begin']>
): Promise<boolean> {
  const { organizationId } = key
  return inTransaction(database, async (transaction) => {
    await takeTurn(transaction)
    const heads = transaction.selectFrom('audit_head').select('sequence')
    if (await heads.where('organization_id', '=', organizationId).executeTakeFirst()) return false
    await transaction.insertInto('data_key').values(dataKeyRow(key)).execute()
    await transaction.insertInto('audit_head').values(emptyHead(organizationId)).execute()
    const count = await chainAll(transaction, organizationId, chain)
    await write(transaction, { ...entryOf(count), organizationId }, chain)
    return true
  })
}

async function chainAll(
  transaction: Kysely<Tables>,
  organizationId: string,
  chain: ChainAudit,
): Promise<number> {
  const ofOrganization = () => transaction.selectFrom('audit').where('organization_id', '=', organizationId)
  for (let after = '', count = 0; ; ) {
    const page = ofOrganization().selectAll().where('id', '>', after).orderBy('id').limit(atOnce)
    const rows = await page.execute()
    for (const row of rows) {
      const { sequence, previousHash } = await nextPlace(transaction, organizationId)
      const link = { sequence, ...chain(toStored(row), previousHash) }
      const update = transaction.updateTable('audit').set(link).where('organization_id', '=', organizationId)
      await update.where('id', '=', row.id).execute()
      await moveHead(transaction, organizationId, link)
      after = row.id
    }
    count += rows.length
    if (rows.length < atOnce) return count
  }
}
