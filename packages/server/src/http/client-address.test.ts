import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { clientAddress, clientNetwork, trustedBy } from './client-address.ts'

function from(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage
}

describe('where a request comes from', () => {
  const trusts = trustedBy(['10.0.0.0/8', 'fd00::/8', '192.0.2.7'])

  test.each<[what: string, remote: string | undefined, forwarded: string | undefined, address: string]>([
    ['without a proxy', '203.0.113.5', undefined, '203.0.113.5'],
    ['a header of somebody who is not trusted', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['behind a trusted proxy', '10.1.1.1', '198.51.100.1', '198.51.100.1'],
    ['behind two of them', '10.1.1.1', '198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['what the client wrote before', '10.1.1.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['IPv4 in IPv6', '::ffff:10.1.1.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['with ports', '10.1.1.1', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6 with a port', 'fd00::1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['nonsense from a trusted proxy', '10.1.1.1', 'unknown', '10.1.1.1'],
    ['nothing from a trusted proxy', '10.1.1.1', undefined, '10.1.1.1'],
    ['trusted ones all the way', '10.1.1.1', '10.2.2.2, 10.3.3.3', '10.2.2.2'],
    ['a socket that is gone', undefined, '198.51.100.1', ''],
  ])('%s', (_, remote, forwarded, address) => {
    expect(clientAddress(from(remote, forwarded), trusts)).toBe(address)
  })

  test('nobody is trusted unless somebody is named', () => {
    expect(clientAddress(from('10.1.1.1', '198.51.100.1'), trustedBy([]))).toBe('10.1.1.1')
  })
})

test.each([
  ['203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network)
})
