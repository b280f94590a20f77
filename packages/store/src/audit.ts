import { randomBytes } from 'node:crypto'
import {
  type AuditEntry,
  type AuditKeys,
  type ChainAudit,
  type Clock,
  OrderedIds,
  type Store,
  timeOfId,
} from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { auditCheckpoints } from './audit-checkpoints.ts'
import { auditExport } from './audit-export.ts'
import { auditGenerations } from './audit-generations.ts'
import { moveHead, nextPlace, readHead } from './audit-head.ts'
import { auditRow, storedAudit, toChained, toRecord } from './audit-row.ts'
import { beginChain, unchained } from './begin-chain.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type List = Store['audit']['list']

/** Writes entries, each chained to the one before. */
export type WriteAudit = (
  transaction: Kysely<Tables>,
  entry: AuditEntry & { readonly organizationId: string },
  chain: ChainAudit,
) => Promise<void>

export function createWriteAudit(clock: Clock): WriteAudit {
  const ids = new OrderedIds({ clock, random: { bytes: randomBytes } })
  return async (transaction, { organizationId, ...entry }, chain) => {
    const { sequence, previousHash } = await nextPlace(transaction, organizationId)
    const id = ids.next('aud')
    // Lists are narrowed by what the id tells: one reading of the clock for both.
    const stored = storedAudit(entry, { organizationId, id, at: timeOfId(id) })
    const link = { sequence, ...chain(stored, previousHash) }
    await transaction.insertInto('audit').values(auditRow(stored, link)).execute()
    await moveHead(transaction, organizationId, link)
  }
}

export function audit(database: Kysely<Tables>, write: WriteAudit): Store['audit'] {
  return {
    ...auditCheckpoints(database),
    ...auditGenerations(database),
    ...auditExport(database),
    list: (...arguments_) => list(database, ...arguments_),
    head: (organizationId) => readHead(database, organizationId),
    chain: (...arguments_) => chained(database, ...arguments_),
    stray: (organizationId) => stray(database, organizationId),
    unchained: () => unchained(database),
    begin: (...arguments_) => beginChain(database, write, ...arguments_),
  }
}

/** The store's methods and an entry of what they did, in one transaction. */
export function recorded(
  database: Kysely<Tables>,
  { write, keys }: { readonly write: WriteAudit; readonly keys: AuditKeys },
  storeOn: (transaction: Kysely<Tables>) => Store,
): Store['recorded'] {
  return async (organizationId, run, entryOf) => {
    const known = keys.of(organizationId)
    // Whoever waited here would keep everybody from the database, the key among them.
    if (known instanceof Promise && database.isTransaction) {
      known.catch(() => undefined)
      throw new Error('The key of an audit has to be at hand before a transaction begins.')
    }
    const chain = known instanceof Promise ? await known : known
    return inTransaction(database, async (transaction) => {
      const result = await run(storeOn(transaction))
      const entry = entryOf(result)
      if (entry) await write(transaction, { ...entry, organizationId }, chain)
      return result
    })
  }
}

async function chained(
  database: Kysely<Tables>,
  ...[organizationId, after, limit]: Parameters<Store['audit']['chain']>
): ReturnType<Store['audit']['chain']> {
  let query = database
    .selectFrom('audit')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('sequence', 'is not', null)
    .orderBy('sequence')
    .orderBy('id')
    .limit(limit)
  if (after) {
    const { sequence, id } = after
    // Of two at one place, which only somebody else can have put there, both are seen.
    query = query.where(({ eb, and, or }) =>
      or([eb('sequence', '>', sequence), and([eb('sequence', '=', sequence), eb('id', '>', id)])]),
    )
  }
  return (await query.execute()).map(toChained)
}

async function stray(database: Kysely<Tables>, organizationId: string): Promise<string | undefined> {
  const strays = database.selectFrom('audit').select('id').where('organization_id', '=', organizationId)
  const found = await strays.where('sequence', 'is', null).orderBy('id').limit(1).executeTakeFirst()
  return found?.id
}

async function list(
  database: Kysely<Tables>,
  ...[organizationId, filter, { limit, after }]: Parameters<List>
): ReturnType<List> {
  const { action, actor, target, from, before } = filter
  let query = database
    .selectFrom('audit')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (action !== undefined) query = query.where('action', '=', action)
  if (actor !== undefined) query = query.where('actor_id', '=', actor)
  if (target !== undefined) {
    query = query.where(({ eb, or }) => or([eb('target_id', '=', target), eb('target_name', '=', target)]))
  }
  if (from !== undefined) query = query.where('id', '>=', from)
  if (before !== undefined) query = query.where('id', '<', before)
  if (after !== undefined) query = query.where('id', '<', after)
  return pageOf(await query.execute(), limit, toRecord)
}
