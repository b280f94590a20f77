import type { PageRequest, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, all, flow, integration, now, pages, pending } from './records.suite.ts'

/** What every dialect promises of integrations. */
export function integrationSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('integrations', () => {
    test('are unique and found by key without regard to case', async () => {
      expect(await store.integrations.create(integration('org_a', { id: 'int_2', key: 'ACME' }))).toBe(false)
      expect(await store.integrations.getByKey('org_a', 'aCMe')).toStrictEqual(integration('org_a'))
    })

    test('change by one of 20 who read the same version', async () => {
      const changes = Array.from({ length: 20 }, (_, index) =>
        store.integrations.update(integration('org_a', { name: `${index}`, version: 2 }), {
          reconnect: false,
        }),
      )
      const won = (await Promise.all(changes)).flatMap((done, index) => (done ? [`${index}`] : []))
      expect(won).toHaveLength(1)
      expect(await store.integrations.get('org_a', 'int_1')).toMatchObject({ name: won[0], version: 2 })
    })

    test('that change such that accounts must reconnect destroy what the accounts held, a generation further', async () => {
      await store.accounts.create(account('org_a', { disabled: true, generation: 7, reasonDetail: 'old' }))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...pending }))
      const partly = { credential: Buffer.from('parameters'), secretsSet: ['/parameters/a'] }
      await store.accounts.create(account('org_a', { id: 'acc_3', ...pending, ...partly }))
      const change = integration('org_a', { version: 2, updatedAt: now + 5 })
      expect(await store.integrations.update(change, { reconnect: true })).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(
        account('org_a', {
          ...pending,
          connectedAt: now,
          disabled: true,
          status: 'needs_reconnect',
          statusSince: now + 5,
          reason: 'definition_changed',
          generation: 8,
          version: 2,
          updatedAt: now + 5,
        }),
      )
      expect(await store.accounts.get('org_a', 'acc_2')).toStrictEqual(
        account('org_a', { id: 'acc_2', ...pending }),
      )
      const emptied = { id: 'acc_3', ...pending, version: 2, updatedAt: now + 5 }
      expect(await store.accounts.get('org_a', 'acc_3')).toStrictEqual(account('org_a', emptied))
    })

    test('that lost their change leave the accounts alone', async () => {
      await store.accounts.create(account('org_a'))
      const late = integration('org_a', { version: 9 })
      expect(await store.integrations.update(late, { reconnect: true })).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(account('org_a'))
    })

    test('take their accounts and flows along when they are deleted', async () => {
      await store.accounts.create(account('org_a', { tags: { a: 'b' } }))
      await store.flows.create(flow('org_a'))
      await store.integrations.delete('org_a', 'int_1')
      expect(await store.accounts.get('org_a', 'acc_1')).toBeUndefined()
      expect(await store.flows.get('flw_1')).toBeUndefined()
      await addAccountAgain()
      expect((await store.accounts.list('org_a', { tags: { a: 'b' } }, all)).items).toEqual([])
    })

    async function addAccountAgain() {
      await store.integrations.create(integration('org_a'))
      await store.accounts.create(account('org_a'))
    }

    test('are listed oldest first, in pages', async () => {
      for (const id of ['int_4', 'int_2', 'int_3'])
        await store.integrations.create(integration('org_a', { id, key: id }))
      const read = (page: PageRequest) => store.integrations.list('org_a', page)
      expect(await pages(read, 3)).toEqual([['int_1', 'int_2', 'int_3'], ['int_4']])
      expect(await pages(read, 2)).toEqual([
        ['int_1', 'int_2'],
        ['int_3', 'int_4'],
      ])
    })
  })
}
