import type { CallEventReply } from '@sallyport/contract'
import type { CallEventRecord } from '../ports.ts'

/** An event of a call as replies show it. */
export function callEventView(record: CallEventRecord): CallEventReply {
  const { id, at, accountId, integration, environment, keyId, host, status, code, brokenBy } = record
  const { queued, token, connect, firstByte, total } = record
  return {
    id,
    type: 'call',
    at: new Date(at).toISOString(),
    ...(accountId !== undefined && { account: accountId }),
    ...(integration !== undefined && { integration }),
    ...(environment !== undefined && { environment }),
    data: {
      requestId: record.requestId,
      ...(keyId !== undefined && { key: keyId }),
      method: record.method,
      ...(host !== undefined && { host }),
      path: record.path,
      ...(status !== 0 && { status }),
      ...(code !== undefined && { code }),
      ...(brokenBy !== undefined && { brokenBy }),
      attempts: record.attempts,
      bytes: { up: record.bytesUp, down: record.bytesDown },
      milliseconds: {
        ...(queued !== undefined && { queued }),
        ...(token !== undefined && { token }),
        ...(connect !== undefined && { connect }),
        ...(firstByte !== undefined && { firstByte }),
        total,
      },
    },
  }
}
