import type { ErrorCode } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { EgressError } from './failure.ts'

/** Status codes of SFTP (draft-ietf-secsh-filexfer-02 §7, -13 §9.1), in our words. */
const codes: Readonly<Record<number, ErrorCode>> = {
  2: 'file_not_found',
  3: 'permission_denied',
  6: 'upstream_unreachable',
  7: 'upstream_unreachable',
  10: 'file_not_found',
  12: 'permission_denied',
  14: 'disk_full',
  15: 'disk_full',
  18: 'folder_not_empty',
  19: 'not_a_folder',
  24: 'not_a_file',
}

/** A server's refusal; its own words go nowhere, as most servers say `Failure`. */
export function sftpFailure(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error
  const status = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof status !== 'number') return new EgressError('upstream_unreachable', 'unknown', { cause: error })
  return new SallyportError(codes[status] ?? 'file_operation_failed', { detail: `sftp status ${status}` })
}
