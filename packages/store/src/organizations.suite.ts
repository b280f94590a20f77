import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { poll } from './device-polls.suite.ts'
import {
  account,
  addOrganization,
  all,
  apiKey,
  connected,
  dataKeys,
  environment,
  flow,
  integration,
  now,
  organization,
  pages,
} from './records.suite.ts'

/** What every dialect promises of organizations and their environments. */
export function organizationSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('organizations', () => {
    test('of the same keys and ids do not see or touch each other', async () => {
      await addOrganization(store, 'org_b')
      for (const org of ['org_a', 'org_b'])
        await store.accounts.create(account(org, { name: org, tags: { t: org } }))
      await store.apiKeys.create(apiKey('org_b'))
      const changed = integration('org_b', { name: 'Changed', version: 2 })
      expect(await store.integrations.update(changed, { reconnect: true })).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: 'org_a', ...connected })
      expect(await store.accounts.get('org_b', 'acc_1')).toMatchObject({
        name: 'org_b',
        credential: undefined,
      })
      expect(await store.integrations.getByKey('org_a', 'acme')).toMatchObject({ name: 'Acme ✓' })
      expect(await store.accounts.list('org_a', { tags: { t: 'org_b' } }, all)).toMatchObject({ items: [] })
      expect((await store.accounts.list('org_a', {}, all)).items).toHaveLength(1)
      expect((await store.integrations.list('org_b', all)).items).toHaveLength(1)
      expect((await store.apiKeys.list('org_a', all)).items).toEqual([])
      expect(await store.apiKeys.get('org_a', 'key_1')).toBeUndefined()
      expect(await store.apiKeys.delete('org_a', 'key_1')).toBe(false)
      expect(await store.accounts.delete('org_b', 'acc_1', 2, undefined)).toBe(true)
      await store.integrations.delete('org_b', 'int_1')
      expect(await store.environments.delete('org_b', 'development')).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: 'org_a' })
      expect(await store.environments.list('org_a')).toHaveLength(2)
    })

    test('are created whole or not at all', async () => {
      const twice = [environment('org_c'), environment('org_c', { key: 'STAGING' })]
      const creation = store.organizations.create(organization('org_c'), dataKeys('org_c'), twice)
      await expect(creation).rejects.toThrow()
      expect(await store.dataKeys.active('org_c')).toBeUndefined()
      expect(await store.environments.list('org_c')).toEqual([])
    })

    test('are read, listed and renamed', async () => {
      await addOrganization(store, 'org_b')
      expect(await store.organizations.get('org_b')).toStrictEqual(organization('org_b'))
      expect(await store.organizations.get('org_z')).toBeUndefined()
      expect(await store.organizations.first()).toStrictEqual(organization('org_a'))
      expect(await pages((page) => store.organizations.list(page), 1)).toEqual([['org_a'], ['org_b']])
      const renamed = organization('org_b', { name: 'Renamed' })
      expect(await store.organizations.update(renamed)).toBe(true)
      expect(await store.organizations.get('org_b')).toStrictEqual(renamed)
      expect(await store.organizations.update(organization('org_z'))).toBe(false)
    })

    test('that are suspended keep what they hold, and say so with their keys; none of it is due', async () => {
      await addOrganization(store, 'org_b')
      for (const org of ['org_a', 'org_b']) {
        await store.accounts.create(account(org))
        await store.apiKeys.create(apiKey(org, { lookup: org }))
        await store.devicePolls.replace(poll({ organizationId: org }))
      }
      await store.organizations.update(organization('org_b', { suspendedAt: now }))
      expect(await store.apiKeys.byLookup('org_a')).toMatchObject({ isSuspended: false })
      expect(await store.apiKeys.byLookup('org_b')).toMatchObject({ isSuspended: true })
      const due = now + 10_000_000
      const of = (rows: readonly { readonly organizationId: string }[]) =>
        rows.map((row) => row.organizationId)
      expect(of(await store.schedule.lanes(due))).toEqual(['org_a'])
      expect(of(await store.devicePolls.claimDue(due, due, 10))).toEqual(['org_a'])
      expect(await store.accounts.get('org_b', 'acc_1')).toStrictEqual(account('org_b'))
      await store.organizations.update(organization('org_b'))
      expect(await store.apiKeys.byLookup('org_b')).toMatchObject({ isSuspended: false })
      expect(of(await store.schedule.lanes(due)).sort()).toEqual(['org_a', 'org_b'])
    })

    test('go with all that they hold, once they are suspended; the operator’s stays', async () => {
      await addOrganization(store, 'org_b')
      for (const org of ['org_a', 'org_b']) {
        await store.accounts.create(account(org, { tags: { a: 'b' } }))
        await store.flows.create(flow(org, { id: `flw_${org}`, startHash: org }))
        await store.apiKeys.create(apiKey(org, { lookup: org }))
      }
      expect(await store.organizations.delete('org_b')).toBe(false)
      expect(await store.accounts.get('org_b', 'acc_1')).toBeDefined()
      await store.organizations.update(organization('org_b', { suspendedAt: now }))
      expect(await store.organizations.delete('org_b')).toBe(true)
      expect(await store.organizations.delete('org_b')).toBe(false)
      expect(await store.organizations.get('org_b')).toBeUndefined()
      expect(await store.dataKeys.active('org_b')).toBeUndefined()
      expect(await store.accounts.get('org_b', 'acc_1')).toBeUndefined()
      expect(await store.apiKeys.byLookup('org_b')).toBeUndefined()
      expect(await store.flows.byStart('org_b')).toBeUndefined()
      expect(await store.accounts.get('org_a', 'acc_1')).toBeDefined()
      await store.organizations.update(organization('org_a', { suspendedAt: now }))
      expect(await store.organizations.delete('org_a')).toBe(false)
      // Its outer keys are to be destroyed, until somebody says that they are.
      expect(await store.shreddings.pending(10)).toEqual(['org_b'])
      await store.shreddings.finish('org_b')
      expect(await store.shreddings.pending(10)).toEqual([])
    })

    test('cannot hold what refers into another', async () => {
      await store.organizations.create(organization('org_b'), dataKeys('org_b'), [])
      await expect(store.accounts.create(account('org_b'))).rejects.toThrow()
    })
  })
  describe('environments', () => {
    test('are unique and found without regard to case', async () => {
      expect(await store.environments.create(environment('org_a', { key: 'PRODUCTION' }))).toBe(false)
      expect(await store.environments.create(environment('org_a'))).toBe(true)
      expect(await store.environments.get('org_a', 'STAGING')).toStrictEqual(environment('org_a'))
      expect(await store.environments.get('org_a', 'production')).toMatchObject({ key: 'Production' })
    })

    test('change their name and return addresses, and nothing else', async () => {
      const change = environment('org_a', {
        key: 'development',
        name: 'Changed',
        returnUrls: [],
        createdAt: 1,
      })
      expect(await store.environments.update(change)).toBe(true)
      expect(await store.environments.get('org_a', 'development')).toStrictEqual({
        ...change,
        createdAt: now,
      })
      expect(await store.environments.update({ ...change, key: 'none' })).toBe(false)
    })

    test('are not deleted while accounts live in them', async () => {
      await store.accounts.create(account('org_a'))
      expect(await store.environments.delete('org_a', 'Development')).toBe(false)
      expect(await store.environments.delete('org_a', 'production')).toBe(true)
      await store.accounts.delete('org_a', 'acc_1', 1, undefined)
      expect(await store.environments.delete('org_a', 'development')).toBe(true)
      expect(await store.environments.list('org_a')).toEqual([])
    })
  })
}
