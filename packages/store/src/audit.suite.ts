import type { AuditEntry, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, all, integration, pages } from './records.suite.ts'

function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: { kind: 'key', id: 'key_1' },
    address: '192.0.2.7',
    action: 'integration.created',
    target: { kind: 'integration', id: 'int_2', name: 'Second' },
    changes: [
      { field: '/name', before: 'a', after: ['b'] },
      { field: '/auth/clientSecret', secret: true },
    ],
    ...change,
  }
}

/** What every dialect promises of changes that are written down. */
export function auditSuite(current: () => Store): void {
  describe('the audit', () => {
    let store: Store
    const second = integration('org_a', { id: 'int_2', key: 'Second' })
    const create = (it: Store) => it.integrations.create(second)
    const entries = async () => (await store.audit.list('org_a', {}, all)).items
    const record = <Result>(
      run: (store: Store) => Promise<Result>,
      entryOf: (result: Result) => AuditEntry | undefined,
    ) => store.recorded('org_a', run, entryOf)
    const note = (change: Partial<AuditEntry>, organizationId = 'org_a') =>
      store.recorded(
        organizationId,
        async () => undefined,
        () => entry(change),
      )

    beforeEach(() => {
      store = current()
    })

    test('holds who made a change, with the change', async () => {
      expect(await record(create, (isCreated) => (isCreated ? entry() : undefined))).toBe(true)
      expect(await store.integrations.get('org_a', 'int_2')).toStrictEqual(second)
      const time = { id: expect.stringMatching(/^aud_/), at: expect.any(Number) }
      expect(await entries()).toEqual([{ organizationId: 'org_a', ...entry(), ...time }])
    })

    test('holds nothing of a change that came too late', async () => {
      await create(store)
      expect(await record(create, (isCreated) => (isCreated ? entry() : undefined))).toBe(false)
      expect(await entries()).toEqual([])
    })

    test('that cannot be written lets the change not happen', async () => {
      const nowhere = store.recorded('org_none', create, () => entry())
      await expect(nowhere).rejects.toThrow()
      expect(await store.integrations.get('org_a', 'int_2')).toBeUndefined()
      expect(await record(create, () => entry())).toBe(true)
    })

    test('holds nothing of a change that fails', async () => {
      await store.accounts.create(account('org_a'))
      const twice = (it: Store) => it.accounts.create(account('org_a'))
      await expect(record(twice, () => entry())).rejects.toThrow()
      expect(await entries()).toEqual([])
    })

    test('takes methods that are transactions by themselves into its own', async () => {
      await store.accounts.create(account('org_a'))
      const renamed = account('org_a', { name: 'Renamed', version: 2, tags: { a: 'b' } })
      const change = async (it: Store) => {
        expect(await it.accounts.update(renamed)).toBe(true)
        return it.accounts.delete('org_a', 'acc_1', 1, undefined)
      }
      const failing = () => {
        throw new Error('no entry')
      }
      await expect(record(change, failing)).rejects.toThrow('no entry')
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: 'First account', version: 1 })
      expect(await record(change, () => entry())).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toBeUndefined()
      expect(await entries()).toHaveLength(1)
    })

    test('is read newest first, in pages, and narrowed by action, actor, target and time', async () => {
      const actors = ['key_1', 'usr_1', undefined] as const
      for (const id of actors) await note({ actor: { kind: id ? 'key' : 'operator', id } })
      await note({ action: 'account.deleted', target: { kind: 'account', id: 'acc_1', name: undefined } })
      const ids = (await entries()).map(({ id }) => id)
      expect(ids).toEqual([...ids].sort().reverse())
      expect(await pages((page) => store.audit.list('org_a', {}, page), 3)).toEqual([
        ids.slice(0, 3),
        ids.slice(3),
      ])
      const found = async (filter: Parameters<Store['audit']['list']>[1]) =>
        (await store.audit.list('org_a', filter, all)).items.map(({ id }) => id)
      expect(await found({ action: 'account.deleted' })).toEqual(ids.slice(0, 1))
      expect(await found({ actor: 'usr_1' })).toEqual(ids.slice(2, 3))
      expect(await found({ target: 'Second' })).toEqual(ids.slice(1))
      expect(await found({ target: 'acc_1' })).toEqual(ids.slice(0, 1))
      expect(await found({ from: ids[1] ?? '', before: ids[0] ?? '' })).toEqual(ids.slice(1, 2))
      expect(await found({ action: 'none' })).toEqual([])
    })

    test('of another organization is not seen', async () => {
      await addOrganization(store, 'org_b')
      await note({}, 'org_b')
      expect(await entries()).toEqual([])
      expect((await store.audit.list('org_b', {}, all)).items).toHaveLength(1)
    })
  })
}
