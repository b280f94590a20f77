import type { ImportRecipientReply } from '@sallyport/contract'
import { type Deed, recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { Clock, ImportRecipientRecord, Page, PageRequest, Random, Store } from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'
import { sealedColumns } from '../sealed-columns.ts'
import type { Vault } from '../vault/vault.ts'
import { age } from './age.ts'

export interface RecipientPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

const oneWeek = 7 * 86_400_000
const { purpose, place } = sealedColumns.importRecipient

/** Makes a key pair, of which only the public key is ever shown. */
export async function createImportRecipient(
  ports: RecipientPorts,
  principal: Principal,
): Promise<ImportRecipientReply> {
  requireUnbound(principal)
  const { organizationId } = principal
  const { generateX25519Identity, identityToRecipient } = await age()
  const identity = await generateX25519Identity()
  const row = { organizationId, id: newId('rcp', ports) }
  const createdAt = ports.clock.now()
  const record: ImportRecipientRecord = {
    ...row,
    recipient: await identityToRecipient(identity),
    sealed: await ports.vault.seal(purpose, place(row), identity),
    createdAt,
    expiresAt: createdAt + oneWeek,
  }
  await recorded(ports.store, principal, deedOn('created', record), (store) =>
    store.importRecipients.create(record),
  )
  return view(record)
}

export async function listImportRecipients(
  { store, clock }: RecipientPorts,
  principal: Principal,
  { limit, after }: PageRequest,
): Promise<Page<ImportRecipientReply>> {
  requireUnbound(principal)
  const all = await store.importRecipients.list(principal.organizationId, clock.now())
  const start = all.findIndex(({ id }) => id === after) + 1
  const items = all.slice(start, start + limit).map(view)
  return { items, nextCursor: start + limit < all.length ? items.at(-1)?.id : undefined }
}

/** @throws SallyportError not_found */
export async function deleteImportRecipient(
  { store }: RecipientPorts,
  principal: Principal,
  id: string,
): Promise<void> {
  requireUnbound(principal)
  const isGone = await recorded(store, principal, deedOn('deleted', { id }), (within) =>
    within.importRecipients.delete(principal.organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
}

/** The private keys that are good now. */
export async function identitiesOf(
  { store, vault, clock }: RecipientPorts,
  organizationId: string,
): Promise<readonly string[]> {
  const recipients = await store.importRecipients.list(organizationId, clock.now())
  return Promise.all(recipients.map((row) => vault.open(purpose, place(row), row.sealed)))
}

function deedOn(what: string, { id, recipient }: { id: string; recipient?: string }): Deed {
  return { action: `import_recipient.${what}`, target: { kind: 'import_recipient', id, name: recipient } }
}

function view({ id, recipient, createdAt, expiresAt }: ImportRecipientRecord): ImportRecipientReply {
  const [made, ends] = [createdAt, expiresAt].map((at) => new Date(at).toISOString())
  return { id, recipient, createdAt: made ?? '', expiresAt: ends ?? '' }
}
