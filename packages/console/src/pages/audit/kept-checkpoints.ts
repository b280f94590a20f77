import type { AuditCheckpointReply } from '@sallyport/contract'

/**
 * The checkpoints in a file that was kept: one as JSON, a list of them, or lines, as an export, the log and the audit's file
 * have them, among others that are none.
 */
export function checkpointsIn(text: string): readonly AuditCheckpointReply[] {
  const whole = parsed(text)
  const values = whole === undefined ? text.split('\n').map(parsed) : [whole].flat()
  return values.flatMap((value) => {
    const found = isCheckpoint(value) ? value : nested(value)
    return found ? [stripped(found)] : []
  })
}

const members = ['organization', 'sequence', 'hash', 'at', 'publicKey', 'signature'] as const

function stripped(value: AuditCheckpointReply): AuditCheckpointReply {
  return Object.fromEntries(members.map((name) => [name, value[name]])) as unknown as AuditCheckpointReply
}

function isCheckpoint(value: unknown): value is AuditCheckpointReply {
  return typeof value === 'object' && value !== null && members.every((name) => Object.hasOwn(value, name))
}

/** As a webhook and the log tell it: within something else. */
function nested(value: unknown): AuditCheckpointReply | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.values(value).find(isCheckpoint)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
