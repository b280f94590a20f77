import { SallyportError } from '@sallyport/core'

/** What of a request the caller wrote and the upstream may read. */
export interface Carried {
  readonly headers: readonly string[]
  readonly path: string
  readonly query: string
  readonly targetUrl: string | undefined
}

const keyInAddress =
  'The address holds the very key that this request was made with, and would give it away. Send the key in Authorization alone.'

/**
 * Leaves out of a request what else holds the key that it was made with: a client that sends its key twice, as
 * `X-Api-Key` or `?access_token=` besides, would give it away to the upstream (C14).
 *
 * @throws SallyportError bad_request where nothing can be left out
 */
export function withoutOwnKey<Request extends Carried>(request: Request, authorized: string): Request {
  const key = authorized.slice('Bearer '.length).trim()
  const { headers, path, query, targetUrl } = request
  if (path.includes(key) || targetUrl?.includes(key)) {
    throw new SallyportError('bad_request', { message: keyInAddress })
  }
  const isTwice = query.includes(key) || isElsewhere(headers, key)
  if (!isTwice) return request
  return {
    ...request,
    headers: headers.filter((_, index) => !holds(headers, index | 1, key)),
    query: query
      .split('&')
      .filter((pair) => !pair.includes(key))
      .join('&'),
  }
}

function isElsewhere(headers: readonly string[], key: string): boolean {
  for (let index = 1; index < headers.length; index += 2) if (holds(headers, index, key)) return true
  return false
}

/** Whether a value, at an odd index, holds the key, and does not stand where keys belong. */
function holds(headers: readonly string[], index: number, key: string): boolean {
  return (headers[index]?.includes(key) ?? false) && headers[index - 1]?.toLowerCase() !== 'authorization'
}
