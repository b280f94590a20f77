import { parseUrl } from '../destination/url.ts'
import { maximumBytes } from './decode-body.ts'
import { EgressError } from './failure.ts'

/** A whole reply. */
export interface CredentialReply {
  readonly status: number
  /** By lower-case name, without prototype; `set-cookie` stands apart. */
  readonly headers: Readonly<Record<string, string>>
  /** `Set-Cookie` lines, in order. */
  readonly cookies: readonly string[]
  readonly body: Buffer
}

interface Settle {
  resolve(reply: CredentialReply): void
  reject(error: EgressError): void
  answered(): void
  /** At each part of the body. */
  arriving(): void
  readonly readsRedirects: boolean
  readonly readsBody: boolean
}

/** The part of undici's raw handler that reads a whole reply of bounded length. */
export function replyHandler({ resolve, reject, answered, arriving, readsRedirects, readsBody }: Settle) {
  let status = 0
  let headers: Record<string, string> = {}
  let cookies: string[] = []
  let length = 0
  const chunks: Buffer[] = []
  return {
    onHeaders(code: number, rawHeaders: Buffer[]) {
      if (code < 200) return true
      answered()
      status = code
      headers = readHeaders(rawHeaders)
      cookies = readCookies(rawHeaders)
      if (code >= 300 && code < 400 && !readsRedirects) reject(redirectRefused(code, headers))
      if (!readsBody) resolve({ status, headers, cookies, body: Buffer.alloc(0) })
      return true
    },
    onData(chunk: Buffer) {
      arriving()
      length += chunk.length
      // Encoded bytes: a reply that is too long even so is not worth reading on.
      if (length > maximumBytes) reject(tooLong())
      else chunks.push(chunk)
      return true
    },
    onComplete: () => resolve({ status, headers, cookies, body: Buffer.concat(chunks) }),
  }
}

function readHeaders(raw: readonly Buffer[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toString('latin1').toLowerCase() ?? ''
    const value = raw[at + 1]?.toString('latin1') ?? ''
    if (name === 'set-cookie') continue
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return headers
}

function readCookies(raw: readonly Buffer[]): string[] {
  return raw.flatMap((name, at) =>
    at % 2 === 0 && name.toString('latin1').toLowerCase() === 'set-cookie'
      ? [raw[at + 1]?.toString('latin1') ?? '']
      : [],
  )
}

/** Only the origin of the new address is told: its query can hold what nobody should log. */
function redirectRefused(status: number, headers: Readonly<Record<string, string>>): EgressError {
  const to = parseUrl(headers.location ?? '')?.origin ?? 'elsewhere'
  return new EgressError('redirect_refused', 'unknown', { detail: `${status} to ${to}` })
}

function tooLong(): EgressError {
  return new EgressError('malformed_token_response', 'unknown', {
    message: 'The provider answered with more than 256 KiB, which no token takes. Check the address.',
  })
}
