import type { AccountRecord, DueAccountRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, integration, now } from './records.suite.ts'

const lane = { organizationId: 'org_a', integrationId: 'int_1' }
const minute = 60_000

/** What every dialect promises of accounts that are due. */
export function scheduleSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  const add = (id: string, dueAt: number | undefined, change: Partial<AccountRecord> = {}) =>
    store.accounts.create(account('org_a', { id, dueAt, ...change }))
  const due = (at = now) => store.schedule.due(lane, at, 100)
  const dueAt = async (id: string) => (await store.accounts.get('org_a', id))?.dueAt
  const ids = (accounts: readonly Pick<DueAccountRecord, 'id'>[]) => accounts.map(({ id }) => id)

  describe('lanes', () => {
    test('are integrations with accounts that are due, of every organization, those that wait longest first', async () => {
      await addOrganization(store, 'org_b')
      const client = { ...integration('org_a', { id: 'cli_1', key: 'client' }) }
      await store.oauthClients.create(client)
      const shared = integration('org_a', { id: 'int_2', key: 'shared', oauthClient: client })
      await store.integrations.create(shared)
      await store.integrations.create(integration('org_a', { id: 'int_3', key: 'idle' }))
      await add('acc_1', now)
      await add('acc_2', now - minute, { integrationId: 'int_2' })
      await add('acc_3', now + 1, { integrationId: 'int_3' })
      await store.accounts.create(account('org_b', { id: 'acc_4', dueAt: now - 2 * minute }))
      const none = { oauthClientId: undefined }
      expect(await store.schedule.lanes(now)).toStrictEqual([
        { organizationId: 'org_b', integrationId: 'int_1', ...none, dueAt: now - 2 * minute },
        { organizationId: 'org_a', integrationId: 'int_2', oauthClientId: 'cli_1', dueAt: now - minute },
        { organizationId: 'org_a', integrationId: 'int_1', ...none, dueAt: now },
      ])
      expect(await store.schedule.lanes(now - 3 * minute)).toEqual([])
    })

    test('have their accounts oldest first, and none that is not due or never will be', async () => {
      await add('acc_1', now)
      await add('acc_2', now - 1, { lastUsedAt: now - 9 })
      await add('acc_3', now + 1)
      await add('acc_4', undefined)
      const rest = { organizationId: 'org_a', generation: 1, issuedAt: now, createdAt: now }
      expect(await due()).toStrictEqual([
        { ...rest, id: 'acc_2', lastUsedAt: now - 9, dueAt: now - 1 },
        { ...rest, id: 'acc_1', lastUsedAt: undefined, dueAt: now },
      ])
      expect(ids(await store.schedule.due(lane, now, 1))).toEqual(['acc_2'])
    })
  })

  describe('accounts that are due', () => {
    test('go to one of 20 claimers each, and are due again should that one die', async () => {
      for (let index = 0; index < 30; index += 1) await add(`acc_${index}`, now)
      const found = await due()
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, turn) => {
          // In other orders, as they may be found.
          const order = turn % 2 === 0 ? found : found.toReversed()
          return store.schedule.claim(order, now, now + 5 * minute)
        }),
      )
      expect(ids(claims.flat()).sort()).toEqual(ids(found).sort())
      expect(await due(now + 5 * minute - 1)).toEqual([])
      expect(await due(now + 5 * minute)).toHaveLength(30)
      expect(await store.schedule.claim([], now, now + 1)).toEqual([])
    })

    test('are claimed as they stand then, not as they were found', async () => {
      await add('acc_1', now)
      const found = await due()
      const change = { name: 'Other', dueAt: now, version: 2 }
      await store.accounts.update(account('org_a', change))
      const claimed = await store.schedule.claim(found, now, now + minute)
      expect(claimed).toStrictEqual([await store.accounts.get('org_a', 'acc_1')])
      expect(claimed).toMatchObject([{ name: 'Other', dueAt: now + minute, version: 2 }])
    })

    test('are postponed for their generation, and no version is lost', async () => {
      await add('acc_1', now)
      await store.accounts.postpone('org_a', 'acc_1', 0, now + 1)
      await store.accounts.postpone('org_a', 'acc_1', 2, now + 1)
      expect(await dueAt('acc_1')).toBe(now)
      await store.accounts.postpone('org_a', 'acc_1', 1, now + 9)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ dueAt: now + 9, version: 1 })
      await store.accounts.postpone('org_a', 'acc_1', 1, undefined)
      expect(await dueAt('acc_1')).toBeUndefined()
      await store.accounts.postpone('org_a', 'acc_1', 1, now)
      expect(await dueAt('acc_1')).toBe(now)
    })

    test.each<[string, Partial<AccountRecord>]>([
      ['is disabled', { disabled: true }],
      ['needs a person', { status: 'needs_reconnect' }],
      ['was disconnected', { status: 'revoked' }],
    ])('are not made due where the account %s', async (_, change) => {
      await add('acc_1', undefined, change)
      await store.accounts.postpone('org_a', 'acc_1', 1, now)
      expect(await dueAt('acc_1')).toBeUndefined()
    })

    test('are so no more once they need a person, and still when they fail', async () => {
      await add('acc_1', now)
      const set = (status: 'failing' | 'needs_reconnect') =>
        store.accounts.setStatus('org_a', 'acc_1', 1, status, 'reason', undefined)
      await set('failing')
      expect(await dueAt('acc_1')).toBe(now)
      await set('needs_reconnect')
      expect(await dueAt('acc_1')).toBeUndefined()
    })

    test('are due as their next credential says, unless they were disabled meanwhile', async () => {
      const next = (generation: number) => account('org_a', { generation, dueAt: now + 7 })
      await add('acc_1', now)
      await store.accounts.commitCredential('org_a', 'acc_1', 1, next(2), now)
      expect(await dueAt('acc_1')).toBe(now + 7)
      const disabled = { generation: 2, disabled: true, dueAt: undefined, version: 3 }
      await store.accounts.update(account('org_a', disabled))
      expect(await dueAt('acc_1')).toBeUndefined()
      await store.accounts.commitCredential('org_a', 'acc_1', 2, next(3), now)
      expect(await dueAt('acc_1')).toBeUndefined()
      await store.accounts.setStatus('org_a', 'acc_1', 3, 'failing', 'reason', undefined)
      await store.accounts.commitCredential('org_a', 'acc_1', 3, next(4), now)
      expect(await dueAt('acc_1')).toBeUndefined()
    })

    test('stay claimed when somebody who read them before gives them another name', async () => {
      await add('acc_1', now)
      await store.schedule.claim(await due(), now, now + minute)
      await store.accounts.update(account('org_a', { name: 'Other', dueAt: now, version: 2 }))
      expect(await dueAt('acc_1')).toBe(now + minute)
      await store.accounts.update(account('org_a', { generation: 2, dueAt: now + 3, version: 3 }))
      expect(await dueAt('acc_1')).toBe(now + 3)
      await store.accounts.update(
        account('org_a', { generation: 2, disabled: true, dueAt: undefined, version: 4 }),
      )
      expect(await dueAt('acc_1')).toBeUndefined()
    })

    test('are due no more when their definition asks for another consent', async () => {
      await add('acc_1', now)
      await store.integrations.update(integration('org_a', { version: 2 }), { reconnect: true })
      expect(await due()).toEqual([])
    })
  })

  describe('the rate of a client', () => {
    const take = (count: number, perSecond: number, client = 'int_1') =>
      store.schedule.takeRate('org_a', client, { count, perSecond })

    test('gives 20 who ask at once no more than a second’s worth', async () => {
      const began = performance.now()
      const given = await Promise.all(Array.from({ length: 20 }, () => take(1, 5)))
      // The very first may be refused while another makes the row; what is left then is not lost.
      const rest = await Promise.all(Array.from({ length: 20 }, () => take(1, 5)))
      const taken = [...given, ...rest].filter(Boolean).length
      expect(taken).toBeGreaterThanOrEqual(5)
      expect(taken).toBeLessThanOrEqual(5 + Math.ceil((performance.now() - began) / 200))
    })

    test('is each client’s own, and gives all that is asked for or nothing', async () => {
      expect(await take(1000, 1000)).toBe(true)
      expect(await take(1000, 1000)).toBe(false)
      expect(await take(1001, 1000, 'int_2')).toBe(false)
      expect(await take(1000, 1000, 'int_2')).toBe(true)
    })
  })
}
