import { isIP } from 'node:net'
import type { Fault } from '@sallyport/contract'

/** A block of addresses of one family. */
export interface AddressRange {
  readonly family: 4 | 6
  readonly network: bigint
  readonly prefix: number
}

/** What an operator lets integrations reach beyond the public Internet. */
export interface AddressPolicy {
  readonly allowedPrivate: readonly AddressRange[]
}

interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** IANA's special-purpose registry, and what clouds put beside it (168.63.129.16 answers inside Azure). */
const blocked4 = ranges(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15',
  '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
)
const global6 = ranges('2000::/3')
const blocked6 = ranges('2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20')
const mapped = ranges('::ffff:0:0/96')

/** Whether anybody on the Internet may be meant by an address; what is not an address is blocked. */
export function classifyAddress(ip: string): 'public' | 'blocked' {
  const address = parseAddress(ip)
  return address && isPublic(address) ? 'public' : 'blocked'
}

/** Public, or in a range that the operator allows; an IPv4-mapped address never is. */
export function mayDial(ip: string, policy: AddressPolicy): boolean {
  const address = parseAddress(ip)
  return address !== undefined && (isPublic(address) || isAllowedPrivate(address, policy))
}

/** In a range that the operator allows. */
export function isPrivatelyAllowed(ip: string, policy: AddressPolicy): boolean {
  const address = parseAddress(ip)
  return address !== undefined && isAllowedPrivate(address, policy)
}

/** Whether an address lies in one of these ranges. */
export function includesAddress(ip: string, list: readonly AddressRange[]): boolean {
  const address = parseAddress(ip)
  return address !== undefined && within(address, list)
}

/** Whether all of a range lies in one of these. */
export function covers(list: readonly AddressRange[], inner: AddressRange): boolean {
  const { family, network: value, prefix } = inner
  return list.some((outer) => outer.prefix <= prefix && within({ family, value }, [outer]))
}

/** Reads a comma-separated list of CIDRs; a bare address is a range of one. */
export function parseCidrs(text: string): {
  readonly ranges: readonly AddressRange[]
  readonly faults: readonly Omit<Fault, 'path'>[]
} {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const parsed = entries.map((entry) => parseCidr(entry))
  return {
    ranges: parsed.filter((range) => typeof range === 'object'),
    faults: parsed
      .filter((range) => typeof range === 'string')
      .map((message) => ({ code: 'cidr_invalid', message })),
  }
}

function isPublic(address: Address): boolean {
  if (address.family === 4) return !within(address, blocked4)
  return within(address, global6) && !within(address, blocked6) && !isIsatap(address)
}

function isAllowedPrivate(address: Address, policy: AddressPolicy): boolean {
  return !within(address, mapped) && within(address, policy.allowedPrivate)
}

/** RFC 5214 §6.1: an IPv4 address behind an interface identifier, under any prefix. */
function isIsatap(address: Address): boolean {
  const identifier = (address.value >> 32n) & 0xffffffffn
  return identifier === 0x00005efen || identifier === 0x02005efen
}

function within(address: Address, list: readonly AddressRange[]): boolean {
  return list.some((range) => {
    const rest = BigInt((range.family === 4 ? 32 : 128) - range.prefix)
    return range.family === address.family && address.value >> rest === range.network >> rest
  })
}

function parseCidr(entry: string): AddressRange | string {
  const match = /^([^/]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(entry)
  const address = parseAddress(match?.[1] ?? '')
  if (!address) return `"${entry}" is not an address range. Write it as 10.0.0.0/8 or fd00::/8.`
  const width = address.family === 4 ? 32 : 128
  const prefix = match?.[2] === undefined ? width : Number(match[2])
  if (prefix > width) return `"${entry}" has a prefix longer than ${width} bits.`
  const range = { family: address.family, network: address.value, prefix }
  const rest = BigInt(width - prefix)
  if ((address.value >> rest) << rest !== address.value) {
    return `"${entry}" does not begin where its range begins. Set the bits after the prefix to zero.`
  }
  if (within(address, mapped)) return `"${entry}" is a range of IPv4-mapped addresses. Write it as IPv4.`
  return range
}

function parseAddress(ip: string): Address | undefined {
  if (ip.includes('%')) return undefined
  const family = isIP(ip)
  if (family === 4) return { family, value: parse4(ip) }
  if (family === 6) return { family, value: parse6(ip) }
  return undefined
}

function parse4(ip: string): bigint {
  return ip.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

/** Of a text that `isIP` has found to be IPv6. */
function parse6(ip: string): bigint {
  const dotted = /^(.*:)([0-9.]+\.[0-9]+)$/.exec(ip)
  const low = parse4(dotted?.[2] ?? '0.0.0.0')
  const text = dotted ? `${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}` : ip
  const [head = [], tail = []] = text.split('::').map((side) => (side === '' ? [] : side.split(':')))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

function ranges(...lines: readonly string[]): readonly AddressRange[] {
  return lines.flatMap((line) =>
    line.split(' ').map((entry) => {
      const [ip = '', prefix] = entry.split('/')
      const address = parseAddress(ip)
      if (!address) throw new TypeError(`not a range: ${entry}`)
      return { family: address.family, network: address.value, prefix: Number(prefix) }
    }),
  )
}
