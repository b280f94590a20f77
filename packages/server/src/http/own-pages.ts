import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { csrfToken, SallyportError } from '@sallyport/core'

/**
 * Whether a page of another origin sent this: browsers say so in `Sec-Fetch-Site` and, where they do not, in `Origin`.
 * Undefined where neither is there, as from programs that are no browsers.
 */
export function isForeign(headers: IncomingHttpHeaders, publicUrl: string): boolean | undefined {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (headers.origin !== undefined) return headers.origin !== new URL(publicUrl).origin
  return undefined
}

/** Refuses what another site's page sends, where there is no session yet. @throws SallyportError csrf_refused */
export function refuseForeign(headers: IncomingHttpHeaders, publicUrl: string): void {
  if (isForeign(headers, publicUrl) === true) throw new SallyportError('csrf_refused', { detail: 'foreign' })
}

/**
 * Lets a session change something only for a page of ours: by where the request comes from, and by a token that no other
 * site can read (S2).
 *
 * @throws SallyportError csrf_refused
 */
export function requireOwnPage(
  headers: IncomingHttpHeaders,
  publicUrl: string,
  { session, token }: { readonly session: string; readonly token: unknown },
): void {
  if (isForeign(headers, publicUrl) !== false) throw new SallyportError('csrf_refused', { detail: 'foreign' })
  const [expected, given] = [Buffer.from(csrfToken(session)), Buffer.from(String(token ?? ''))]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new SallyportError('csrf_refused', { detail: 'token' })
  }
}
