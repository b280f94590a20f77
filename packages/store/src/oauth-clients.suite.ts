import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, oauthClient as client, flow, integration, now, pages } from './records.suite.ts'

/** What every dialect promises of OAuth clients. */
export function oauthClientSuite(current: () => Store): void {
  let store: Store

  beforeEach(async () => {
    store = current()
    await store.oauthClients.create(client('org_a'))
  })

  /** Three integrations: `int_1` has its own client, the others share one. */
  async function shared() {
    const users = ['int_2', 'int_3'].map((id) =>
      integration('org_a', { id, key: id, oauthClient: client('org_a') }),
    )
    for (const each of users) expect(await store.integrations.create(each)).toBe(true)
    for (const [index, each] of ['int_1', 'int_2', 'int_3'].entries())
      await store.accounts.create(account('org_a', { id: `acc_${index + 1}`, integrationId: each }))
    return users
  }

  describe('OAuth clients', () => {
    test('are unique and found by key without regard to case, in their organization alone', async () => {
      expect(await store.oauthClients.create(client('org_a', { id: 'ocl_2', key: 'SHARED' }))).toBe(false)
      expect(await store.oauthClients.getByKey('org_a', 'sHARed')).toStrictEqual(client('org_a'))
      expect(await store.oauthClients.getByKey('org_b', 'Shared')).toBeUndefined()
    })

    test('are listed oldest first, in pages', async () => {
      for (const id of ['ocl_3', 'ocl_2']) await store.oauthClients.create(client('org_a', { id, key: id }))
      expect(await pages((page) => store.oauthClients.list('org_a', page), 2)).toEqual([
        ['ocl_1', 'ocl_2'],
        ['ocl_3'],
      ])
    })

    test('come along with the integrations that refer to them, and are counted', async () => {
      const users = await shared()
      expect(await store.integrations.get('org_a', 'int_2')).toStrictEqual(users[0])
      expect(await store.integrations.getByKey('org_a', 'int_3')).toStrictEqual(users[1])
      const list = (page: { limit: number; after: string | undefined }) =>
        store.integrations.list('org_a', page, { oauthClientId: 'ocl_1' })
      expect(await pages(list, 1)).toEqual([['int_2'], ['int_3']])
      expect(await store.oauthClients.uses('org_a', 'ocl_1')).toEqual({ integrations: 2, accounts: 2 })
      expect(await store.oauthClients.uses('org_b', 'ocl_1')).toEqual({ integrations: 0, accounts: 0 })
    })

    test('that move destroy what the accounts of all their integrations hold, and no others', async () => {
      const usedBy = await shared()
      await store.flows.create(flow('org_a', { accountId: 'acc_2', integrationId: 'int_2' }))
      const next = client('org_a', { version: 2, updatedAt: now + 5 })
      expect(await store.oauthClients.update(next, { reconnect: true, usedBy })).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(account('org_a'))
      for (const id of ['acc_2', 'acc_3'])
        expect(await store.accounts.get('org_a', id)).toMatchObject({
          status: 'needs_reconnect',
          credential: undefined,
          generation: 2,
        })
      expect(await store.flows.get('flw_1')).toBeUndefined()
    })

    test('do not change when somebody else changed them, or began to use them, meanwhile', async () => {
      const usedBy = await shared()
      const next = client('org_a', { version: 2 })
      for (const [late, users] of [
        [client('org_a', { version: 3 }), usedBy],
        [next, usedBy.slice(1)],
        [next, [...usedBy, integration('org_a')]],
      ] as const)
        expect(await store.oauthClients.update(late, { reconnect: true, usedBy: users })).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_2')).toMatchObject({ status: 'connected' })
    })

    test('that changed meanwhile take no new integration', async () => {
      await store.oauthClients.update(client('org_a', { version: 2 }), { reconnect: false, usedBy: [] })
      const late = { id: 'int_2', key: 'int_2', oauthClient: client('org_a') }
      expect(await store.integrations.create(integration('org_a', late))).toBe(false)
      expect(await store.integrations.get('org_a', 'int_2')).toBeUndefined()
    })

    test('stay while an integration refers to them', async () => {
      await shared()
      expect(await store.oauthClients.delete('org_a', 'ocl_1')).toBe(false)
      for (const id of ['int_2', 'int_3']) await store.integrations.delete('org_a', id)
      expect(await store.oauthClients.delete('org_b', 'ocl_1')).toBe(false)
      expect(await store.oauthClients.delete('org_a', 'ocl_1')).toBe(true)
    })
  })
}
