import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import { checkPath } from './path.ts'
import type { Prepared } from './prepare.ts'
import { joinedQuery } from './query.ts'

/** Where a call goes, in the parts that are sent; nobody parses them again. */
export interface Address {
  readonly origin: string
  /** Path and query as they stand on the request line. */
  readonly path: string
}

const fragmentRefused =
  'The address has a fragment, which no request carries. Write # as %23, or leave it out.'

/**
 * Appends the caller's path and query to the base URL as text, so that neither can move host or prefix
 * (C7). `targetUrl` is the caller's absolute address, where it gives one.
 *
 * @throws SallyportError path_refused, bad_request, target_refused, host_not_allowed
 */
export function addressOf(
  target: Target,
  prepared: Prepared,
  path: string,
  query: string,
  targetUrl: string | undefined,
): Address {
  // What is appended to the query would be lost in a fragment, the credential among it.
  if (query.includes('#')) throw new SallyportError('bad_request', { message: fragmentRefused })
  if (targetUrl !== undefined) return absoluteAddress(target, prepared, path, query, targetUrl)
  checkPath(path)
  const { base } = prepared
  if (!base) {
    throw new SallyportError('target_refused', {
      message: 'The integration has no base URL. Give the whole address in Sallyport-Target.',
    })
  }
  const joined = path === '' ? base.path || '/' : `${base.path.replace(/\/$/, '')}/${path}`
  return { origin: base.origin, path: withQuery(joined, base.query, query, prepared) }
}

function absoluteAddress(
  target: Target,
  prepared: Prepared,
  path: string,
  query: string,
  targetUrl: string,
): Address {
  if (path !== '') throw new SallyportError('target_refused')
  const { origin } = target.connection.permit(targetUrl, { sends: 'call' })
  // The text itself, not what parsing made of it: that has dot segments resolved already.
  const [, written = '', own = ''] = /^[^:]+:\/\/[^/?#]+([^?#]*)\??([^#]*)/.exec(targetUrl) ?? []
  checkPath(written.slice(1))
  return { origin, path: withQuery(written || '/', own, query, prepared) }
}

function withQuery(path: string, own: string, callers: string, prepared: Prepared): string {
  const given = own === '' || callers === '' ? own + callers : `${own}&${callers}`
  const query = joinedQuery(given, prepared.query, prepared.replacedQuery)
  return query === '' ? path : `${path}?${query}`
}
