import { expect, test } from 'vitest'
import { poolKey } from '../egress/pools.ts'
import type { Placed } from '../schemes/scheme.ts'
import type { AttemptRequest } from './attempt.ts'
import type { CallTarget } from './call-target.ts'
import { Caller } from './caller.ts'
import { signed } from './sign.ts'
import { SigningMemory } from './signing-memory.ts'

const account = (id: string, organizationId = 'org_1') => ({ id, organizationId })

async function requestSigned(signature: Placed, path: string, headers: readonly string[]) {
  const signing = { signs: () => true, coversBody: () => false, sign: () => signature }
  const target = { account: account('acc_1'), scheme: { signing }, definition: {} } as unknown as CallTarget
  const request: AttemptRequest = {
    method: 'GET',
    address: { origin: 'https://api.example.com', path },
    headers,
    body: undefined,
    timeout: undefined,
    caller: new Caller(),
    pool: poolKey({ organization: 'org_1', account: 'acc_1', origin: 'https://api.example.com' }),
  }
  const ports = {
    clock: { now: () => 0 },
    random: { bytes: (count: number) => Buffer.alloc(count) },
    signing: new SigningMemory(),
  }
  return (await signed(ports, target, request, undefined)).request
}

test('a signature wins over the caller’s headers, however they are spelled, and stands once', async () => {
  const signature: Placed = { headers: [['X-Date', 'ours']], query: [] }
  const { headers, address } = await requestSigned(signature, '/a?b=1', [
    ...['Accept', 'x'],
    ...['x_date', 'theirs'],
    ...['X-DATE', 'theirs'],
    ...['Value', 'X-Date'],
  ])
  expect(headers).toEqual(['Accept', 'x', 'Value', 'X-Date', 'X-Date', 'ours'])
  expect(address.path).toBe('/a?b=1')
})

test('a signature in the query wins over the caller’s, and leaves the rest byte for byte', async () => {
  const signature: Placed = { headers: [], query: [['sig', 'a b']] }
  const { address } = await requestSigned(signature, '/a?q=%7e&sig=theirs&%73ig=theirs&x=?', [])
  expect(address.path).toBe('/a?q=%7e&x=?&sig=a%20b')
  expect((await requestSigned(signature, '/a', [])).address.path).toBe('/a?sig=a%20b')
})

test('what is remembered is an account’s own, bounded, and the longest unused goes first', () => {
  const memory = new SigningMemory(2)
  memory.of(account('acc_1')).set('nonce', '1')
  expect(memory.of(account('acc_1', 'org_2')).get('nonce')).toBeUndefined()
  expect(memory.of(account('acc_1')).get('nonce')).toBe('1')
  memory.of(account('acc_2'))
  memory.of(account('acc_3'))
  expect(memory.of(account('acc_1')).get('nonce')).toBeUndefined()

  const many = memory.of(account('acc_4'))
  for (let count = 0; count <= 100; count += 1) many.set(`origin ${count}`, 'x')
  expect(memory.of(account('acc_4')).size).toBe(0)
})
