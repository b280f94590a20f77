import { AuditCheckpointReply, AuditLine } from '@sallyport/contract'
import type { AuditCheckpoint } from '../ports.ts'
import { contentHash } from './chain.ts'
import { readCheckpoint } from './export.ts'
import type { ChainEntry } from './walk.ts'

/** What a line of an export tells. */
export type ExportLine =
  | { readonly organizationId: string; readonly entry: ChainEntry; readonly checkpoint?: undefined }
  | { readonly organizationId: string; readonly checkpoint: AuditCheckpoint; readonly entry?: undefined }

/** Undefined for one that is neither an entry nor a checkpoint, as one is that a process was killed in. */
export function readLine(text: string): ExportLine | undefined {
  const value = parsed(text)
  const checkpoint = AuditCheckpointReply.safeParse(value)
  if (checkpoint.success) {
    return { organizationId: checkpoint.data.organization, checkpoint: readCheckpoint(checkpoint.data) }
  }
  const line = AuditLine.safeParse(value)
  if (!line.success || typeof value !== 'object' || value === null) return undefined
  const { organization, sequence, id, hash, mac } = line.data
  // All that the line says besides, also what no entry has: somebody may have added it.
  const { sequence: _sequence, hash: _hash, mac: _mac, ...content } = value as Record<string, unknown>
  const entry = { sequence, id, hash, mac, content: contentHash(content), generations: new Map() }
  return { organizationId: organization, entry }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The checkpoints of a text: one alone, a reply that lists them, or lines of which some are. */
export function checkpointsIn(text: string): readonly AuditCheckpoint[] {
  const whole = parsed(text)
  const items = typeof whole === 'object' && whole !== null && 'items' in whole ? whole.items : whole
  const values = items === undefined ? text.split('\n').map(parsed) : [items].flat()
  return values.flatMap((value) => {
    const checkpoint = AuditCheckpointReply.safeParse(value)
    return checkpoint.success ? [readCheckpoint(checkpoint.data)] : []
  })
}
