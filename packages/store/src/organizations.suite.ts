import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  account,
  addOrganization,
  all,
  apiKey,
  connected,
  dataKey,
  environment,
  integration,
  now,
  organization,
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
      const creation = store.organizations.create(organization('org_c'), dataKey('org_c'), twice)
      await expect(creation).rejects.toThrow()
      expect(await store.dataKeys.active('org_c')).toBeUndefined()
      expect(await store.environments.list('org_c')).toEqual([])
    })

    test('cannot hold what refers into another', async () => {
      await store.organizations.create(organization('org_b'), dataKey('org_b'), [])
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
