import type { Fault } from '@sallyport/contract'
import { type AddressRange, covers, includesAddress, parseCidrs } from '../destination/address.ts'
import type { CallerAddresses } from '../principal.ts'

/** Where callers of a key may come from, read once. */
export function callerAddresses(texts: readonly string[]): CallerAddresses {
  const ranges = texts.flatMap((text) => parseCidrs(text).ranges)
  return { texts, includes: (address) => includesAddress(address, ranges) }
}

/** Ranges that are none, and those that reach beyond these others. */
export function addressFaults(
  texts: readonly string[] | undefined,
  within: readonly string[] | undefined,
): Fault[] {
  const outer = within?.flatMap((text) => parseCidrs(text).ranges)
  return (texts ?? []).flatMap((text, index): Fault[] => {
    const path = `/addresses/${index}`
    const range = rangeOf(text)
    if (typeof range === 'string') return [{ path, code: 'cidr_invalid', message: range }]
    if (!outer || covers(outer, range)) return []
    return [
      { path, code: 'not_yours', message: 'This reaches beyond the addresses that are allowed already.' },
    ]
  })
}

function rangeOf(text: string): AddressRange | string {
  const { ranges, faults } = parseCidrs(text.replaceAll(',', ' , '))
  const [range] = ranges
  if (range && ranges.length === 1 && faults.length === 0 && !text.includes(',')) return range
  return faults[0]?.message ?? 'Give one address range, as 10.0.0.0/8 or fd00::/8.'
}
