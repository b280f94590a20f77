import type { IncomingMessage } from 'node:http'
import { SallyportError } from '@sallyport/core'

const message =
  'The body comes in a transfer encoding other than chunked, which would be lost on the way. Encode the content instead, and say so in Content-Encoding.'

/**
 * Refuses bodies whose framing the parser read more generously than the next server may: of several transfer
 * encodings it looks at the last alone (RFC 9112 §6.1).
 *
 * @throws SallyportError bad_request
 */
export function checkFraming(headers: IncomingMessage['headers']): void {
  const encoding = headers['transfer-encoding']
  if (encoding === undefined || /^chunked$/i.test(encoding)) return
  throw new SallyportError('bad_request', { message })
}
