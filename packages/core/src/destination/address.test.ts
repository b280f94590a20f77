import { BlockList } from 'node:net'
import { describe, expect, test } from 'vitest'
import { classifyAddress, isPrivatelyAllowed, mayDial, parseCidrs } from './address.ts'
import { corpus } from './corpora.suite.ts'

const blocked4 = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15',
  '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
].flatMap((line) => line.split(' '))
const blocked6 = [
  '::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64',
  '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
  '4000::/2 8000::/1 ::/3',
].flatMap((line) => line.split(' '))

describe('classifyAddress', () => {
  test.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.15.255.255', '172.32.0.0', '168.63.129.15'])(
    '%s is public',
    (ip) => expect(classifyAddress(ip)).toBe('public'),
  )

  test.each(['2606:4700::1111', '2a00:1450:4001::200e', '2001:200::1', '2620:4f:8001::1', '3ffe::1'])(
    '%s is public too',
    (ip) => expect(classifyAddress(ip)).toBe('public'),
  )

  test.each([
    '127.0.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    '2606:4700::5efe:8.8.8.8',
    '2606:4700::200:5efe:127.0.0.1',
    'ff02::1',
  ])('%s is blocked', (ip) => expect(classifyAddress(ip)).toBe('blocked'))

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '08.8.8.8',
    '8.8.8.8 ',
    '[::1]',
    '1.2.3.4.',
  ])('what is no address in the usual form is blocked: "%s"', (ip) =>
    expect(classifyAddress(ip)).toBe('blocked'),
  )

  test.each([...blocked4, ...blocked6])('%s is blocked to its first and last address', (cidr) => {
    const [first, last] = bounds(cidr)
    expect([classifyAddress(first), classifyAddress(last)]).toEqual(['blocked', 'blocked'])
  })

  test('each boundary, and one address beyond it, agrees with an independent reference', () => {
    for (const cidr of [...blocked4, ...blocked6, '2000::/3']) {
      for (const ip of neighbours(cidr)) expect([ip, classifyAddress(ip)]).toEqual([ip, reference(ip)])
    }
  })

  test('any address agrees with an independent reference', () => {
    for (let count = 0; count < 20_000; count++) {
      const six = (random(128) >> (random(2) * 3n)) & ~(random(1) * 0xfdff_0000_0000_0000n)
      const ip = count % 2 === 0 ? format(4, random(32)) : format(6, six)
      expect([ip, classifyAddress(ip)]).toEqual([ip, reference(ip)])
    }
  })

  const listed = corpus<{ cidrs: string[] }>('blocked-cidrs.json')
  test.skipIf(!listed)('every listed range is blocked, and its boundaries are exact', () => {
    for (const cidr of listed?.cidrs ?? []) {
      const [first, last] = bounds(cidr)
      expect([cidr, classifyAddress(first), classifyAddress(last)]).toEqual([cidr, 'blocked', 'blocked'])
      for (const ip of neighbours(cidr)) expect([ip, classifyAddress(ip)]).toEqual([ip, reference(ip)])
    }
  })
})

describe('mayDial', () => {
  const policy = { allowedPrivate: parseCidrs('10.0.0.0/8, ::1, 127.0.0.0/8').ranges }

  test('a private address passes only inside an allowed range', () => {
    expect(['10.1.2.3', '127.0.0.1', '::1', '8.8.8.8'].map((ip) => mayDial(ip, policy))).not.toContain(false)
    expect(['11.0.0.1', '192.168.0.1', '::2', 'fd00::1'].map((ip) => mayDial(ip, policy))).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(['10.1.2.3', '11.0.0.1', '8.8.8.8'].map((ip) => isPrivatelyAllowed(ip, policy))).toEqual([
      true,
      false,
      false,
    ])
  })

  test('an IPv4-mapped address never passes, whatever is allowed', () => {
    const all = { allowedPrivate: parseCidrs('0.0.0.0/0,::/0').ranges }
    expect(['::ffff:10.1.2.3', '::ffff:a01:203', '::ffff:8.8.8.8'].map((ip) => mayDial(ip, all))).toEqual([
      false,
      false,
      false,
    ])
    expect(mayDial('fe80::1%eth0', all)).toBe(false)
  })

  test('a range of one family says nothing about the other', () => {
    const six = { allowedPrivate: parseCidrs('::/0').ranges }
    expect(mayDial('10.0.0.1', six)).toBe(false)
    const four = { allowedPrivate: parseCidrs('0.0.0.0/0').ranges }
    expect(mayDial('fd00::1', four)).toBe(false)
  })
})

describe('parseCidrs', () => {
  test('reads ranges and single addresses of both families', () => {
    const { ranges, faults } = parseCidrs(' 10.0.0.0/8, 192.168.1.7 ,fd00::/8,::1 ')
    expect(faults).toEqual([])
    expect(ranges.map(({ family, prefix }) => [family, prefix])).toEqual([
      [4, 8],
      [4, 32],
      [6, 8],
      [6, 128],
    ])
    expect(parseCidrs('')).toEqual({ ranges: [], faults: [] })
  })

  test.each([
    'localhost',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.1/8',
    '10.0.0.0/08',
    '10/8',
    '10.0.0.0/',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/104',
  ])('names the faulty entry: %s', (entry) => {
    const { ranges, faults } = parseCidrs(`127.0.0.0/8,${entry}`)
    expect(ranges).toHaveLength(1)
    expect(faults).toHaveLength(1)
    expect(faults[0]?.code).toBe('cidr_invalid')
    expect(faults[0]?.message).toContain(`"${entry}"`)
  })
})

const referenceBlocked = { 4: blockList(blocked4), 6: blockList(blocked6) }
const isatap = /^(?:[0-9a-f]+:){4}(?:0|200):5efe:[0-9a-f]+:[0-9a-f]+$/

function reference(ip: string): 'public' | 'blocked' {
  if (ip.includes('.')) return referenceBlocked[4].check(ip, 'ipv4') ? 'blocked' : 'public'
  return referenceBlocked[6].check(ip, 'ipv6') || isatap.test(ip) ? 'blocked' : 'public'
}

function blockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [ip = '', prefix] = cidr.split('/')
    list.addSubnet(ip, Number(prefix), ip.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

function neighbours(cidr: string): string[] {
  const { family, first, last } = numbers(cidr)
  const end = (1n << BigInt(family === 4 ? 32 : 128)) - 1n
  return [first - 1n, first, last, last + 1n]
    .filter((value) => value >= 0n && value <= end)
    .map((value) => format(family, value))
}

function bounds(cidr: string): [string, string] {
  const { family, first, last } = numbers(cidr)
  return [format(family, first), format(family, last)]
}

function numbers(cidr: string) {
  const [ip = '', prefix] = cidr.split('/')
  const family = ip.includes(':') ? 6 : 4
  const first = family === 4 ? read4(ip) : read6(ip)
  return {
    family,
    first,
    last: first + (1n << BigInt((family === 4 ? 32 : 128) - Number(prefix))) - 1n,
  } as const
}

function read4(ip: string): bigint {
  return BigInt(`0x${Buffer.from(ip.split('.').map(Number)).toString('hex')}`)
}

function read6(ip: string): bigint {
  const [head = '', tail = ''] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return BigInt(`0x${groups.map((group) => String(group).padStart(4, '0')).join('')}`)
}

function format(family: 4 | 6, value: bigint): string {
  const hex = value.toString(16).padStart(family === 4 ? 8 : 32, '0')
  if (family === 4) return [...Buffer.from(hex, 'hex')].join('.')
  return (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

function random(bits: number): bigint {
  const hex = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
  return BigInt(`0x${hex}`) & ((1n << BigInt(bits)) - 1n)
}
