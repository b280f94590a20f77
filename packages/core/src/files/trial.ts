import type { ErrorCode } from '@sallyport/contract'
import type { Target } from '../credentials/target.ts'
import type { Egress } from '../egress/egress.ts'
import { HostKeyRefused } from '../egress/host-key.ts'
import { SallyportError } from '../error.ts'
import type { Trial } from '../trial.ts'

const longestTrialMilliseconds = 30_000

/** Failures that only another secret ends. */
const ofTheSecret: ReadonlySet<ErrorCode> = new Set([
  'login_refused',
  'private_key_invalid',
  'passphrase_required',
  'passphrase_wrong',
])

/** Logs in and looks at the folder that paths begin at. */
export async function tryFiles({ egress }: { readonly egress: Egress }, target: Target): Promise<Trial> {
  const { scheme, connection, credential } = target
  try {
    const server = scheme.open?.(connection, credential)
    if (!server) throw new SallyportError('passage_unsupported')
    const session = await egress.openFiles(server, AbortSignal.timeout(longestTrialMilliseconds))
    try {
      const { type } = await session.facts(server.root ?? '.')
      if (type !== 'folder') throw new SallyportError('not_a_folder')
    } finally {
      session.end()
    }
    return { ok: true, ...(server.hostKey !== undefined && { hostKey: server.hostKey }) }
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    return {
      ok: false,
      reason: error.code,
      reasonDetail: error.message,
      needsReconnect: ofTheSecret.has(error.code),
      ...(error instanceof HostKeyRefused && { hostKey: error.hostKey }),
    }
  }
}
