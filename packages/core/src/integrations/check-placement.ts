import { type Fault, type Placement, pointer } from '@sallyport/contract'
import { parseHostRule } from '../destination/hosts.ts'
import { headerKey } from '../header-key.ts'
import { schemeNamed } from '../schemes/index.ts'
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
  return [...reserved, ...repeatedPlacements(fields), ...placementHostFaults(fields)]
}

function repeatedPlacements(fields: Fields): Fault[] {
  const seen = new Map<string, Placement[]>()
  return fields.placements.flatMap(({ path, placement }) => {
    const name = placement.name ?? 'Authorization'
    const place = `${placement.in} ${placement.in === 'header' ? headerKey(name) : name}`
    const earlier = seen.get(place) ?? []
    seen.set(place, [...earlier, placement])
    if (!earlier.some((other) => hides(other, placement))) return []
    return [{ path, code: 'repeated', message: 'Another placement has this place already. Remove one.' }]
  })
}

/** The first that names a call's host stands. */
function hides({ hosts }: Placement, later: Placement): boolean {
  return hosts === undefined || (later.hosts?.every((host) => hosts.includes(host)) ?? false)
}

function placementHostFaults({ auth, placements }: Fields): Fault[] {
  return placements.flatMap(({ path, placement: { hosts } }) => {
    if (hosts === undefined) return []
    if (schemeNamed(auth.type)?.placesByHost !== true) {
      const message = 'Credentials of this type go to all hosts alike. Remove `hosts`.'
      return [{ path: `${path}/hosts`, code: 'hosts_refused', message }]
    }
    return hosts.flatMap((text, index) => {
      const rule = parseHostRule(text)
      return 'ok' in rule ? [] : [{ path: `${path}/hosts/${index}`, ...rule.fault }]
    })
  })
}
