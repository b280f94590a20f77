import type { AccountFilter, PageRequest, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  account,
  all,
  connected,
  flow,
  integration,
  now,
  oauthClient,
  pages,
  pending,
} from './records.suite.ts'

/** What every dialect promises of accounts. */
export function accountSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('accounts', () => {
    test('change by one of 20 who read the same version, tags included', async () => {
      await store.accounts.create(account('org_a', { tags: { old: 'x' } }))
      const changes = Array.from({ length: 20 }, (_, index) =>
        store.accounts.update(account('org_a', { name: `n${index}`, tags: { by: `${index}` }, version: 2 })),
      )
      const won = (await Promise.all(changes)).flatMap((done, index) => (done ? [`${index}`] : []))
      expect(won).toHaveLength(1)
      const [winner = ''] = won
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: `n${winner}`, version: 2 })
      expect((await store.accounts.list('org_a', { tags: { by: winner } }, all)).items).toHaveLength(1)
      expect((await store.accounts.list('org_a', { tags: { old: 'x' } }, all)).items).toEqual([])
    })

    test('take one of 20 credentials that follow the same generation', async () => {
      await store.accounts.create(account('org_a'))
      const commits = Array.from({ length: 20 }, (_, index) =>
        store.accounts.commitCredential('org_a', 'acc_1', 1, next(`token ${index}`), now + index),
      )
      const won = (await Promise.all(commits)).flatMap((done, index) => (done ? [index] : []))
      expect(won).toHaveLength(1)
      const [winner = -1] = won
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(
        account('org_a', { ...next(`token ${winner}`), version: 2, updatedAt: now + winner }),
      )
    })

    function next(text: string) {
      return {
        ...connected,
        generation: 2,
        credential: Buffer.from(text),
        scopes: [],
        kept: {},
        refreshExpiresAt: undefined,
        revocation: undefined,
        expiresAt: undefined,
      }
    }

    test('take a late credential though they were changed meanwhile, and then no change that is late', async () => {
      await store.accounts.create(account('org_a'))
      await store.accounts.update(account('org_a', { name: 'Changed', version: 2 }))
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, next('t'), now)).toBe(true)
      expect(await store.accounts.update(account('org_a', { name: 'Late', version: 3 }))).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({
        name: 'Changed',
        generation: 2,
        version: 3,
      })
    })

    test('take a status for their generation only', async () => {
      await store.accounts.create(account('org_a'))
      const set = (generation: number) =>
        store.accounts.setStatus('org_a', 'acc_1', generation, 'failing', 'timeout', 'No answer.')
      expect([await set(0), await set(2), await set(1)]).toEqual([false, false, true])
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(
        account('org_a', {
          ...{ status: 'failing', reason: 'timeout', reasonDetail: 'No answer.', version: 2 },
          statusSince: expect.any(Number),
        }),
      )
      expect(await store.accounts.update(account('org_a', { name: 'Late', version: 2 }))).toBe(false)
    })

    test('say since when they have their status, which a reason or a renewal does not change', async () => {
      await store.accounts.create(account('org_a'))
      const since = async () => (await store.accounts.get('org_a', 'acc_1'))?.statusSince
      await store.accounts.commitCredential('org_a', 'acc_1', 1, account('org_a', { generation: 2 }), now + 5)
      expect(await since()).toBe(now)
      await store.accounts.setStatus('org_a', 'acc_1', 2, 'failing', 'one', undefined)
      const failing = await since()
      expect(failing).not.toBe(now)
      await store.accounts.setStatus('org_a', 'acc_1', 2, 'failing', 'another', undefined)
      expect(await since()).toBe(failing)
      await store.accounts.commitCredential('org_a', 'acc_1', 2, account('org_a', { generation: 3 }), now + 9)
      expect(await since()).toBe(now + 9)
    })

    test('that need somebody are not made out to be failing by whoever comes late', async () => {
      await store.accounts.create(account('org_a'))
      const set = (status: 'failing' | 'needs_reconnect' | 'connected') =>
        store.accounts.setStatus('org_a', 'acc_1', 1, status, 'r', undefined)
      expect([await set('needs_reconnect'), await set('failing')]).toEqual([true, false])
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ status: 'needs_reconnect' })
      expect(await set('connected')).toBe(true)
    })

    test('note when they were used, forward only, and without a change of version', async () => {
      for (const id of ['acc_1', 'acc_2']) await store.accounts.create(account('org_a', { id }))
      await store.accounts.touch([])
      await store.accounts.touch([
        { organizationId: 'org_a', id: 'acc_1', at: now + 9 },
        { organizationId: 'org_a', id: 'acc_gone', at: now + 9 },
        { organizationId: 'org_b', id: 'acc_2', at: now + 9 },
      ])
      await store.accounts.touch([{ organizationId: 'org_a', id: 'acc_1', at: now }])
      expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(
        account('org_a', { lastUsedAt: now + 9 }),
      )
      expect(await store.accounts.get('org_a', 'acc_2')).toMatchObject({ lastUsedAt: undefined })
    })

    test('say in one text whether they, their integration or its client have changed, however many', async () => {
      const client = oauthClient('org_a')
      await store.oauthClients.create(client)
      await store.integrations.create(
        integration('org_a', { id: 'int_2', key: 'Other', oauthClient: client }),
      )
      const ids = Array.from({ length: 300 }, (_, index) => `acc_${index}`)
      for (const id of ids) await store.accounts.create(account('org_a', { id }))
      await store.accounts.create(account('org_a', { id: 'acc_shared', integrationId: 'int_2' }))
      const ask = () => store.accounts.versions('org_a', [...ids, 'acc_shared', 'acc_gone'])

      const before = await ask()
      expect(before.size).toBe(301)
      expect(await store.accounts.versions('org_b', ids)).toEqual(new Map())
      await store.accounts.update(account('org_a', { id: 'acc_7', version: 2 }))
      await store.accounts.touch([{ organizationId: 'org_a', id: 'acc_8', at: now + 9 }])
      const changed = (after: ReadonlyMap<string, string>) =>
        [...after].flatMap(([id, version]) => (before.get(id) === version ? [] : [id]))
      expect(changed(await ask())).toEqual(['acc_7'])
      await store.oauthClients.update(
        { ...client, version: 2 },
        {
          reconnect: false,
          usedBy: [await store.integrations.get('org_a', 'int_2')].flatMap((it) => it ?? []),
        },
      )
      expect(changed(await ask()).sort()).toEqual(['acc_7', 'acc_shared'])
      await store.integrations.update(integration('org_a', { version: 2 }), { reconnect: false })
      expect(changed(await ask())).toHaveLength(301)
    })

    test('are listed by what they match, all of it', async () => {
      await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
      const rows = [
        { id: 'acc_1', name: 'Ärzte_100%', tags: { team: 'a', tier: '1' } },
        { id: 'acc_2', name: 'ärzteX100', tags: { team: 'ab' }, environment: 'Production' },
        { id: 'acc_3', name: 'back\\slash!', tags: { team: 'a' }, integrationId: 'int_2', ...pending },
        { id: 'acc_4', name: "quote' or 1=1 --", tags: { TEAM: 'a' } },
      ]
      for (const row of rows) await store.accounts.create(account('org_a', row))
      const list = async (filter: AccountFilter) => {
        const { items } = await store.accounts.list('org_a', filter, all)
        return items.map(({ id }) => id.slice(4)).join('')
      }
      expect(await list({})).toBe('1234')
      expect(await list({ integrationId: 'int_2' })).toBe('3')
      expect(await list({ environment: 'Production' })).toBe('2')
      expect(await list({ status: 'pending' })).toBe('3')
      expect(await list({ tags: { team: 'a' } })).toBe('13')
      expect(await list({ tags: { team: 'a', tier: '1' } })).toBe('1')
      expect(await list({ tags: { team: 'A' } })).toBe('')
      expect(await list({ tags: {} })).toBe('1234')
      expect(await list({ text: 'ÄRZTE' })).toBe('12')
      expect(await list({ text: 'e_1' })).toBe('1')
      expect(await list({ text: '0%' })).toBe('1')
      expect(await list({ text: 'K\\S' })).toBe('3')
      expect(await list({ text: 'slash!' })).toBe('3')
      expect(await list({ text: "' OR 1=1" })).toBe('4')
      expect(await list({ ids: ['acc_4', 'acc_1', 'acc_gone'] })).toBe('14')
      expect(await list({ ids: [] })).toBe('')
      expect(await list({ ids: ['acc_1', 'acc_3'], tags: { team: 'a' }, status: 'connected' })).toBe('1')
    })

    test('are listed oldest first, in pages, of which the last says so', async () => {
      for (const id of ['acc_3', 'acc_1', 'acc_2']) await store.accounts.create(account('org_a', { id }))
      const read = (page: PageRequest) => store.accounts.list('org_a', { status: 'connected' }, page)
      expect(await pages(read, 2)).toEqual([['acc_1', 'acc_2'], ['acc_3']])
      expect(await pages(read, 3)).toEqual([['acc_1', 'acc_2', 'acc_3']])
      expect(await pages(read, 1)).toEqual([['acc_1'], ['acc_2'], ['acc_3']])
    })

    test('take their flows along when they are deleted, once', async () => {
      await store.accounts.create(account('org_a'))
      await store.flows.create(flow('org_a'))
      expect(await store.accounts.delete('org_a', 'acc_1', 1, undefined)).toBe(true)
      expect(await store.accounts.delete('org_a', 'acc_1', 1, undefined)).toBe(false)
      expect(await store.flows.get('flw_1')).toBeUndefined()
    })

    test('are created whole or not at all', async () => {
      await store.accounts.create(account('org_a', { tags: { a: '1' } }))
      await expect(store.accounts.create(account('org_a', { tags: { b: '2' } }))).rejects.toThrow()
      const missing = account('org_a', { id: 'acc_2', environment: 'none', tags: { b: '2' } })
      await expect(store.accounts.create(missing)).rejects.toThrow()
      expect((await store.accounts.list('org_a', { tags: { b: '2' } }, all)).items).toEqual([])
    })
  })
}
