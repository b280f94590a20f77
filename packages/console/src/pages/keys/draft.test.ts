import { expect, test } from 'vitest'
import { emptyDraft, keyInput } from './draft.ts'
import { narrowing } from './narrowing.ts'

test('what is left empty is not asked for, and a profile stands for its environment', () => {
  expect(keyInput({ ...emptyDraft, name: 'Shop' })).toEqual({ name: 'Shop', scopes: ['proxy:call'] })
  const all = {
    ...{ name: 'Shop', scopes: ['proxy:call'] as const, app: 'shop', profile: 'dev', environment: 'qa' },
    accounts: [{ id: 'acc_1', name: 'One' }],
    ...{ addresses: ' 10.0.0.0/8\n\n203.0.113.0/24\n', expires: '2027-01-31' },
  }
  expect(keyInput(all)).toEqual({
    ...{ name: 'Shop', scopes: ['proxy:call'], app: 'shop', profile: 'dev', accounts: ['acc_1'] },
    addresses: ['10.0.0.0/8', '203.0.113.0/24'],
    expiresAt: '2027-01-31T23:59:59Z',
  })
})

test('a change of a key asks for that alone which is another than before', () => {
  const key = { name: 'Shop', addresses: ['10.0.0.0/8'] }
  const same = { name: 'Shop', expires: '', addresses: '10.0.0.0/8' }
  expect(narrowing(key, same)).toEqual({})
  expect(narrowing(key, { name: 'Till', expires: '2026-12-31', addresses: '10.1.0.0/16\n' })).toEqual({
    ...{ name: 'Till', expiresAt: '2026-12-31T23:59:59Z', addresses: ['10.1.0.0/16'] },
  })
  expect(narrowing({ name: 'Shop' }, { ...same, addresses: '' })).toEqual({})
})
