import type { ErrorCode } from '@sallyport/contract'
import { type ErrorContext, SallyportError } from '../error.ts'

/** A request that got no usable answer, and whether any of it can have reached the other side. */
export class EgressError extends SallyportError {
  /** `no` is certain: name, address, connection or TLS failed first. `unknown` is to be read as sent. */
  readonly sent: 'no' | 'unknown'

  constructor(code: ErrorCode, sent: 'no' | 'unknown', context: ErrorContext = {}) {
    super(code, context)
    this.name = 'EgressError'
    this.sent = sent
  }
}

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** Codes that mean we were about to send something that HTTP cannot carry: our fault, not the provider's. */
const ours: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
])

const tlsRefused =
  'The server ended the TLS handshake, most often because it wants a client certificate that it did not get, or does not know. Check `tls` of the definition.'

/** What Node calls a server's certificate that it does not accept (its `tls` errors and OpenSSL's X509 codes). */
const untrusted =
  /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|ERR_TLS_CERT_ALTNAME_INVALID$)/

const certificateRefused =
  'The server’s certificate could not be verified, so nothing was sent: it is expired, for another name, or of an authority that is not public. The server’s operator mends it; give a private authority in `tls.ca` of the definition.'

const connectionRefused =
  'The connection was refused: nothing listens there at the moment. Check host and port, or try again later.'

const headTooLarge =
  'The headers of the reply are larger than SALLYPORT_MAX_HEADER_BYTES allows, so it cannot be passed on. Ask for less, most often for fewer cookies, or have the operator raise the limit.'

const badFraming =
  'What the server sent is not HTTP/1.1 as it should be, so nothing of it can be trusted, and the connection was closed. The server’s operator mends it.'

/** What a handler's `onError` was given, in our words; `sent` is `unknown` from its `onConnect` on. */
export function egressFailure(error: unknown, sent: 'no' | 'unknown'): EgressError {
  if (error instanceof EgressError) return error
  if (error instanceof SallyportError) return new EgressError(error.code, sent, contextOf(error))
  const detail = codeOf(error) ?? (error instanceof Error ? error.name : 'unknown failure')
  const kind = ours.has(detail)
    ? 'internal'
    : timeouts.has(detail)
      ? 'upstream_timeout'
      : 'upstream_unreachable'
  const message = causes.find(([pattern]) => pattern.test(detail))?.[1]
  const said = message === undefined ? {} : { message }
  return new EgressError(kind, sent, { detail, cause: speechless(error), ...said })
}

/** Causes that somebody can do something about, by Node's and OpenSSL's codes. */
const causes = [
  [untrusted, certificateRefused],
  [/_ALERT_|HANDSHAKE_FAILURE/, tlsRefused],
  [/^ECONNREFUSED$/, connectionRefused],
  [/^UND_ERR_HEADERS_OVERFLOW$/, headTooLarge],
  [/^HPE_/, badFraming],
] as const

/** undici's parser errors carry the bytes they failed on, which may hold a token. */
function speechless(error: unknown): unknown {
  return error instanceof Error && 'data' in error ? undefined : error
}

function contextOf(error: SallyportError): ErrorContext {
  return {
    message: error.message,
    faults: error.faults,
    cause: error,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
