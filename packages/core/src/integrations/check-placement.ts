import { type Fault, pointer } from '@sallyport/contract'
import { headerKey } from '../header-key.ts'
import type { Fields } from './fields.ts'

/** Headers that frame a request or name its host: no definition writes them. */
const framing = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
  'proxy-connection',
])

/** Reserved headers, and two placements in one place. */
export function placementFaults(fields: Fields): Fault[] {
  const request = fields.raw.request
  const headers =
    typeof request === 'object' &&
    request !== null &&
    'headers' in request &&
    typeof request.headers === 'object'
      ? Object.keys(request.headers ?? {})
      : []
  const reserved = [
    ...headers.map((name) => ({ path: `/request/headers${pointer([name])}`, name })),
    ...fields.placements
      .filter(({ placement }) => placement.in === 'header')
      .map(({ path, placement }) => ({ path: `${path}/name`, name: placement.name ?? '' })),
  ]
    .filter(({ name }) => framing.has(headerKey(name)) || headerKey(name).startsWith('sallyport-'))
    .map(({ path }) => ({
      path,
      code: 'header_reserved',
      message: 'This header is written by Sallyport. Choose another.',
    }))
  return [...reserved, ...repeatedPlacements(fields)]
}

function repeatedPlacements(fields: Fields): Fault[] {
  const seen = new Set<string>()
  return fields.placements.flatMap(({ path, placement }) => {
    const name = placement.name ?? 'Authorization'
    const place = `${placement.in} ${placement.in === 'header' ? headerKey(name) : name}`
    if (seen.has(place))
      return [{ path, code: 'repeated', message: 'Another placement has this place already. Remove one.' }]
    seen.add(place)
    return []
  })
}
