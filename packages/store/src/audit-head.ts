import type { AuditHead } from '@sallyport/core/ports'
import type { Insertable, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** The hash before that of the first entry: 32 bytes of zero. */
const nothing = Buffer.alloc(32).toString('base64')

/** The row of a chain that holds nothing. */
export function emptyHead(organizationId: string): Insertable<Tables['audit_head']> {
  return {
    organization_id: organizationId,
    sequence: 0,
    hash: nothing,
    signed_sequence: 0,
    signed_at: 0,
    generations_at: 0,
    exported_sequence: 0,
  }
}

/**
 * The next place of a chain. The row stays locked until the transaction ends, so that everybody else who writes to this
 * chain waits, on whichever node.
 */
export async function nextPlace(
  transaction: Kysely<Tables>,
  organizationId: string,
): Promise<{ readonly sequence: number; readonly previousHash: string }> {
  const { sequence, hash } = await transaction
    .updateTable('audit_head')
    .set(({ eb }) => ({ sequence: eb('sequence', '+', 1) }))
    .where('organization_id', '=', organizationId)
    .returning(['sequence', 'hash'])
    .executeTakeFirstOrThrow()
  return { sequence, previousHash: hash }
}

export async function readHead(
  database: Kysely<Tables>,
  organizationId: string,
): Promise<AuditHead | undefined> {
  const heads = database.selectFrom('audit_head').select(['sequence', 'hash'])
  return heads.where('organization_id', '=', organizationId).executeTakeFirst()
}

/** Where the chain ends from now on. */
export async function moveHead(
  transaction: Kysely<Tables>,
  organizationId: string,
  { sequence, hash }: AuditHead,
): Promise<void> {
  const head = transaction.updateTable('audit_head').where('organization_id', '=', organizationId)
  await head.set({ sequence, hash }).execute()
}
