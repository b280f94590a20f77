import { randomBytes } from 'node:crypto'
import { IntegrationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import type { AccountRecord, IntegrationRecord, Store } from '../ports.ts'
import { generateKeyRing, parseKeyRing } from '../vault/keyring.ts'
import { ringKeys } from '../vault/ring-keys.ts'
import { createVault } from '../vault/vault.ts'
import { KnownTargets } from './known-targets.ts'

const integration = {
  organizationId: 'org_a',
  id: 'int_a',
  definition: JSON.stringify(
    IntegrationInput.parse({
      ...{ key: 'api', name: 'API', baseUrl: 'https://api.example.test', auth: { type: 'api_token' } },
    }),
  ),
  version: 1,
} as IntegrationRecord

/** Accounts `acc_1`… of an organization, in a store that notes what it is asked. */
function known(count = 1) {
  const clock = fakeClock()
  const random = { bytes: randomBytes }
  const parsed = parseKeyRing(generateKeyRing(random))
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  const vault = createVault({
    ...{ outerKeys: ringKeys(parsed.ring, random), random, clock },
    dataKeys: { get: async () => undefined, active: async () => undefined, audit: async () => undefined },
  })
  const rows = new Map<string, AccountRecord>()
  for (let number = 1; number <= count; number += 1) {
    const id = `acc_${number}`
    rows.set(id, { organizationId: 'org_a', id, version: 1, parameters: {}, kept: {} } as AccountRecord)
  }
  const asked = { reads: [] as string[], questions: [] as (readonly string[])[] }
  const reads: { before: () => Promise<void> } = { before: async () => undefined }
  const accounts = {
    async get(organizationId: string, id: string) {
      asked.reads.push(id)
      const row = rows.get(id)
      await reads.before()
      return row?.organizationId === organizationId ? row : undefined
    },
    async versions(_organizationId: string, ids: readonly string[]) {
      asked.questions.push(ids)
      return new Map(ids.flatMap((id) => (rows.has(id) ? [[id, `${rows.get(id)?.version} 1 `]] : [])))
    },
  }
  const store = { accounts, integrations: { get: async () => integration } } as unknown as Store
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const change = (id: string) => {
    const row = rows.get(id)
    if (row) rows.set(id, { ...row, version: row.version + 1 })
  }
  return { targets: new KnownTargets({ store, clock, vault, policy }), clock, rows, asked, reads, change }
}

test('an account is read once, and answered without waiting for a second', async () => {
  const { targets, clock, asked } = known()
  const target = await targets.get('org_a', 'acc_1')
  clock.advance(999)
  expect(targets.get('org_a', 'acc_1')).toBe(target)
  expect(asked).toEqual({ reads: ['acc_1'], questions: [] })
})

test('after a second the database is asked once for all that are wanted together, and nothing is opened again', async () => {
  const { targets, clock, asked } = known(3)
  const wanted = ['acc_1', 'acc_2', 'acc_3', 'acc_1']
  const before = await Promise.all(wanted.map((id) => targets.get('org_a', id)))
  asked.reads.length = 0
  clock.advance(1000)
  const after = await Promise.all(wanted.map((id) => targets.get('org_a', id)))
  expect(after.every((target) => before.includes(target))).toBe(true)
  expect(asked).toEqual({ reads: [], questions: [['acc_1', 'acc_2', 'acc_3']] })
  clock.advance(999)
  expect(targets.get('org_a', 'acc_2')).toBe(after[1])
})

test('a change elsewhere is seen after a second', async () => {
  const { targets, clock, change } = known(2)
  const [first] = await Promise.all(['acc_1', 'acc_2'].map((id) => targets.get('org_a', id)))
  change('acc_1')
  clock.advance(1000)
  const [changed, same] = await Promise.all(['acc_1', 'acc_2'].map((id) => targets.get('org_a', id)))
  expect(changed === first).toBe(false)
  expect([changed, same].map((target) => target?.account.version)).toEqual([2, 1])
})

test('an account that is gone is not found after a second', async () => {
  const { targets, clock, rows } = known()
  await targets.get('org_a', 'acc_1')
  rows.clear()
  clock.advance(1000)
  await expect(targets.get('org_a', 'acc_1')).rejects.toMatchObject({ code: 'not_found' })
})

test('an account of another organization is not found, whoever called it before', async () => {
  const { targets } = known()
  await targets.get('org_a', 'acc_1')
  await expect(targets.get('org_b', 'acc_1')).rejects.toMatchObject({ code: 'not_found' })
})

test('what was forgotten is read anew at once, and others are left alone', async () => {
  const { targets, asked, change } = known(2)
  const [, other] = await Promise.all(['acc_1', 'acc_2'].map((id) => targets.get('org_a', id)))
  change('acc_1')
  targets.forget({ organizationId: 'org_a', id: 'acc_1' })
  expect((await targets.get('org_a', 'acc_1')).account.version).toBe(2)
  expect(targets.get('org_a', 'acc_2')).toBe(other)
  expect(asked.reads).toEqual(['acc_1', 'acc_2', 'acc_1'])
})

test('a read that was overtaken by a change serves its caller, and nobody after', async () => {
  const { targets, reads, change } = known()
  let letGo: () => void = () => undefined
  reads.before = () =>
    new Promise((resolve) => {
      letGo = resolve
    })
  const old = targets.get('org_a', 'acc_1')
  reads.before = async () => undefined
  change('acc_1')
  targets.forgetAll()
  letGo()
  expect((await old).account.version).toBe(1)
  expect((await targets.get('org_a', 'acc_1')).account.version).toBe(2)
})

test('an account that changed while the database was asked is read anew', async () => {
  const { targets, clock, change } = known()
  await targets.get('org_a', 'acc_1')
  clock.advance(1000)
  const asking = targets.get('org_a', 'acc_1')
  targets.forget({ organizationId: 'org_a', id: 'acc_1' })
  change('acc_1')
  expect((await asking).account.version).toBe(2)
})
