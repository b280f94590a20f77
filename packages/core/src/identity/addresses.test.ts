import { describe, expect, test } from 'vitest'
import { addressFaults, callerAddresses } from './addresses.ts'

describe('addresses of a key', () => {
  test.each([
    ['10.1.2.3', true],
    ['10.0.0.0', true],
    ['11.0.0.0', false],
    ['2001:db8::1', true],
    ['2001:db8:0:0::ffff', true],
    ['2001:db9::1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::ffff:10.1.2.3', false],
    ['', false],
    ['unknown', false],
    ['10.1.2.3, 11.0.0.1', false],
  ])('let %j in: %s', (address, isIn) => {
    const addresses = callerAddresses(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'])
    expect(addresses.includes(address)).toBe(isIn)
  })

  test.each([
    [['10.0.0.0/8'], []],
    [['10.1.0.0/16', '10.2.3.4'], []],
    [['10.0.0.0/7'], [['/addresses/0', 'not_yours']]],
    [
      ['10.1.0.0/16', '0.0.0.0/0', '::/0'],
      [
        ['/addresses/1', 'not_yours'],
        ['/addresses/2', 'not_yours'],
      ],
    ],
    [
      ['here', '10.0.0.0/33', '10.0.0.0/8,11.0.0.0/8', '10.0.0.1/8'],
      ['0', '1', '2', '3'].map((index) => [`/addresses/${index}`, 'cidr_invalid']),
    ],
  ])('%j within 10.0.0.0/8 have the faults %j', (texts, expected) => {
    const found = addressFaults(texts, ['10.0.0.0/8', '192.0.2.0/24']).map(({ path, code }) => [path, code])
    expect(found).toEqual(expected)
  })
})
