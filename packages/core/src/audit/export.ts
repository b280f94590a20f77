import type { AuditCheckpointReply, AuditLine } from '@sallyport/contract'
import type { AuditCheckpoint, ChainedAudit, Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { storedChain } from './stored-chain.ts'
import { exportedEntry } from './view.ts'

/** Which part of a chain is exported. */
export interface AuditRange {
  /** The place before its first one. */
  readonly after: number
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** Entries of an organization with their places in the chain, oldest first, read as fast as they are taken. */
export async function* exportAudit(
  { store }: { readonly store: Store },
  { organizationId }: Pick<Principal, 'organizationId'>,
  { after, since, until }: AuditRange,
): AsyncGenerator<AuditLine> {
  const from = since === undefined ? 0 : Date.parse(since)
  const before = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)
  let isWithin = false
  for await (const entry of storedChain(store, organizationId, { sequence: after })) {
    // Clocks of several nodes differ by a little, and there are no gaps all the same: what is exported can be verified.
    isWithin ||= entry.at >= from
    if (entry.at >= before) return
    if (isWithin) yield auditLine(entry)
  }
}

/** What was signed of the audit, newest first. */
export async function listCheckpoints(
  { store }: { readonly store: Store },
  { organizationId }: Pick<Principal, 'organizationId'>,
  page: PageRequest,
): Promise<Page<AuditCheckpointReply>> {
  // Cursors of other lists are none of this one.
  if (page.after !== undefined && !/^\d{1,15}$/.test(page.after)) return { items: [], nextCursor: undefined }
  const { items, nextCursor } = await store.audit.checkpoints(organizationId, page)
  return { items: items.map(checkpointLine), nextCursor }
}

/** An entry as it is exported. */
export function auditLine(entry: ChainedAudit): AuditLine {
  const { sequence, hash, mac } = entry
  return { sequence, ...exportedEntry(entry), hash, mac }
}

/** A checkpoint as it is exported. */
export function checkpointLine(checkpoint: AuditCheckpoint): AuditCheckpointReply {
  const { organizationId, at, ...signed } = checkpoint
  return { organization: organizationId, ...signed, at: new Date(at).toISOString() }
}

/** And read again. */
export function readCheckpoint({ organization, at, ...signed }: AuditCheckpointReply): AuditCheckpoint {
  return { organizationId: organization, ...signed, at: Date.parse(at) }
}
