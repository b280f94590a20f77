import type { Definition, Placement } from '@sallyport/contract'
import { hostAllowed, parseHostRule, writtenPort } from '../destination/hosts.ts'
import type { ParsedUrl } from '../destination/url.ts'
import { headerKey } from '../header-key.ts'

/** Whether the definition has a credential go to some of its hosts alone. */
export function placesByHost({ placement = [] }: Definition): boolean {
  return [placement].flat().some(({ hosts }) => hosts !== undefined)
}

/**
 * Those of the placements that an address gets: of several in one place the first that names its host, or none.
 * That anything may be sent there is decided elsewhere; this only takes away.
 */
export function placementsAt(placements: readonly Placement[], url: ParsedUrl | undefined): Placement[] {
  const taken = new Set<string>()
  return placements.filter((placement) => {
    const place = placeOf(placement)
    if (taken.has(place) || !covers(placement, url)) return false
    taken.add(place)
    return true
  })
}

/** Where a placement writes; two that write there are rivals. */
function placeOf(placement: Placement): string {
  if (placement.in === 'query') return `query ${placement.name.toLowerCase()}`
  return `header ${headerKey(placement.name ?? 'Authorization')}`
}

function covers({ hosts }: Placement, url: ParsedUrl | undefined): boolean {
  if (hosts === undefined) return true
  if (!url) return false
  const rules = hosts.flatMap((text) => {
    const rule = parseHostRule(text)
    return 'ok' in rule ? [rule.ok] : []
  })
  return hostAllowed(rules, url, new Set([writtenPort(url)]))
}
