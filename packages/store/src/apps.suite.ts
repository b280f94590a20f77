import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  account,
  addOrganization,
  all,
  apiKey,
  app,
  environment,
  integration,
  pages,
  profile,
} from './records.suite.ts'

/** What every dialect promises of apps, their adapters and profiles. */
export function appSuite(current: () => Store): void {
  describe('where calls come from', () => {
    let store: Store

    beforeEach(async () => {
      store = current()
      await store.accounts.create(account('org_a'))
      await store.accounts.create(account('org_a', { id: 'acc_live', environment: 'Production' }))
    })

    const keyOfProfile = apiKey('org_a', {
      environment: 'development',
      profile: { appId: 'app_1', name: 'Dev' },
    })

    describe('apps', () => {
      test('come back with adapters and profiles as they were given, and are found without regard to case', async () => {
        const dev = profile('org_a', { settings: { region: 'eu', constructor: 'x' } })
        expect(await store.apps.create(app('org_a'), [dev, profile('org_a', { name: 'Qa' })], [])).toBe(true)
        expect(await store.apps.getByKey('org_a', 'sHOP')).toStrictEqual(app('org_a'))
        expect(await store.apps.get('org_a', 'app_1')).toStrictEqual(app('org_a'))
        expect(await store.apps.profile('org_a', 'app_1', 'dEV')).toStrictEqual(dev)
        const names = (await store.apps.profiles('org_a', 'app_1')).map(({ name }) => name)
        expect(names).toEqual(['Dev', 'Qa'])
      })

      test('are unique by key, and one that loses leaves nothing behind', async () => {
        await store.apps.create(app('org_a'), [], [])
        const other = app('org_a', { id: 'app_2', key: 'SHOP' })
        const place = environment('org_a', { key: 'new' })
        expect(await store.apps.create(other, [profile('org_a', { appId: 'app_2' })], [place])).toBe(false)
        expect(await store.apps.get('org_a', 'app_2')).toBeUndefined()
        expect(await store.environments.get('org_a', 'new')).toBeUndefined()
      })

      test('bring environments along that there are none of, and leave those that there are', async () => {
        const places = [environment('org_a', { key: 'qa' }), environment('org_a', { key: 'Development' })]
        await store.apps.create(app('org_a'), [profile('org_a', { environment: 'qa' })], places)
        expect((await store.environments.list('org_a')).map(({ key }) => key).sort()).toEqual([
          'Production',
          'development',
          'qa',
        ])
      })

      test('change by one of 20 who read the same version', async () => {
        await store.apps.create(app('org_a'), [], [])
        const changes = Array.from({ length: 20 }, (_, index) =>
          store.apps.update(app('org_a', { name: `${index}`, version: 2 })),
        )
        const won = (await Promise.all(changes)).filter(Boolean)
        expect(won).toHaveLength(1)
      })

      test('keep what is bound to adapters that stay, and lose what is bound to others', async () => {
        await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
        const [crm] = app('org_a').adapters
        if (!crm) throw new Error('no adapter')
        const second = { ...crm, name: 'Mail' }
        const third = { ...crm, name: 'Erp' }
        await store.apps.create(app('org_a', { adapters: [crm, second, third] }), [], [])
        const bindings = { Crm: 'acc_1', Mail: 'acc_1', Erp: 'acc_1' }
        await store.apps.putProfile(profile('org_a', { bindings }))
        const moved = { ...second, integrationId: 'int_2', integration: 'Other' }
        const renamed = { ...crm, name: 'CRM', description: undefined }
        const next = app('org_a', { adapters: [moved, renamed], version: 2 })
        expect(await store.apps.update(next)).toBe(true)
        expect(await store.apps.get('org_a', 'app_1')).toStrictEqual(next)
        expect(await store.apps.profile('org_a', 'app_1', 'dev')).toMatchObject({
          bindings: { CRM: 'acc_1' },
        })
        expect(Object.keys((await store.apps.profile('org_a', 'app_1', 'dev'))?.bindings ?? {})).toEqual([
          'CRM',
        ])
      })

      test('call an adapter by another name, and every profile keeps what it binds it to', async () => {
        await store.apps.create(app('org_a'), [], [])
        await store.apps.putProfile(profile('org_a', { bindings: { Crm: 'acc_1' } }))
        const [crm] = app('org_a').adapters
        if (!crm) throw new Error('no adapter')
        const named = (name: string, version: number) =>
          app('org_a', { adapters: [{ ...crm, name }], version })
        expect(await store.apps.renameAdapter(named('Sales', 2), 'cRM', 'Sales')).toBe(true)
        expect(await store.apps.get('org_a', 'app_1')).toStrictEqual(named('Sales', 2))
        const bindings = async () => (await store.apps.profile('org_a', 'app_1', 'dev'))?.bindings
        expect(await bindings()).toEqual({ Sales: 'acc_1' })
        expect(await store.apps.renameAdapter(named('Late', 2), 'Sales', 'Late')).toBe(false)
        expect(await store.apps.renameAdapter(named('SALES', 3), 'Sales', 'SALES')).toBe(true)
        expect(await bindings()).toEqual({ SALES: 'acc_1' })
      })

      test('are listed in pages', async () => {
        for (const id of ['app_3', 'app_1', 'app_2'])
          await store.apps.create(app('org_a', { id, key: id.slice(4) }), [], [])
        expect(await pages((page) => store.apps.list('org_a', page), 2)).toEqual([
          ['app_1', 'app_2'],
          ['app_3'],
        ])
        expect((await store.apps.list('org_a', all)).items[1]?.adapters).toHaveLength(1)
      })

      test('of the same keys and ids in two organizations do not see or touch each other', async () => {
        await addOrganization(store, 'org_b')
        await store.accounts.create(account('org_b'))
        for (const org of ['org_a', 'org_b']) {
          await store.apps.create(app(org, { name: org }), [profile(org)], [])
        }
        const bound = profile('org_b', { bindings: { Crm: 'acc_1' }, version: 2 })
        expect(await store.apps.putProfile(bound)).toBe(true)
        expect(await store.apps.profile('org_a', 'app_1', 'Dev')).toStrictEqual(profile('org_a'))
        expect(await store.apps.uses('org_a', { accountId: 'acc_1' })).toEqual([])
        expect(await store.accounts.delete('org_a', 'acc_1', 1, undefined)).toBe(true)
        expect(await store.apps.delete('org_b', 'app_1')).toBe(true)
        expect((await store.apps.list('org_a', all)).items).toMatchObject([{ name: 'org_a' }])
      })
    })

    describe('profiles', () => {
      beforeEach(() => store.apps.create(app('org_a'), [], []))

      const put = (change: Parameters<typeof profile>[1]) => store.apps.putProfile(profile('org_a', change))

      test('bind accounts of their environment, of the adapter’s integration and of their organization alone', async () => {
        await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
        await store.accounts.create(account('org_a', { id: 'acc_other', integrationId: 'int_2' }))
        await addOrganization(store, 'org_b')
        await store.accounts.create(account('org_b', { id: 'acc_theirs' }))
        for (const id of ['acc_live', 'acc_other', 'acc_theirs', 'acc_none']) {
          expect([id, await put({ bindings: { Crm: id } })]).toEqual([id, false])
        }
        expect(await put({ bindings: { Crm: 'acc_1', None: 'acc_1' } })).toBe(false)
        expect(await store.apps.profiles('org_a', 'app_1')).toEqual([])
        expect(await put({ bindings: { cRM: 'acc_1' } })).toBe(true)
        expect(await store.apps.profile('org_a', 'app_1', 'dev')).toMatchObject({
          bindings: { Crm: 'acc_1' },
        })
      })

      test('are replaced whole, at their version alone', async () => {
        await put({ bindings: { Crm: 'acc_1' }, settings: { a: '1' } })
        expect(await put({ version: 3 })).toBe(false)
        expect(await put({ version: 1 })).toBe(false)
        expect(await put({ version: 2, environment: 'Production', bindings: { Crm: 'acc_live' } })).toBe(true)
        expect(await store.apps.profile('org_a', 'app_1', 'DEV')).toStrictEqual(
          profile('org_a', { version: 2, environment: 'Production', bindings: { Crm: 'acc_live' } }),
        )
      })

      test('are written by one of 20 who read the same version, bindings and all', async () => {
        await put({})
        const wins = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            put({
              version: 2,
              settings: { index: `${index}` },
              environment: index % 2 ? 'Production' : 'development',
              bindings: { Crm: index % 2 ? 'acc_live' : 'acc_1' },
            }),
          ),
        )
        expect(wins.filter(Boolean)).toHaveLength(1)
        const stored = await store.apps.profile('org_a', 'app_1', 'Dev')
        expect(stored?.bindings.Crm).toBe(stored?.environment === 'Production' ? 'acc_live' : 'acc_1')
      })

      test('with keys are not deleted, nor their app, nor moved to another environment', async () => {
        await put({})
        await store.apiKeys.create(keyOfProfile)
        expect(await put({ version: 2, environment: 'Production' })).toBe(false)
        expect(await put({ version: 2, settings: { a: 'b' } })).toBe(true)
        expect(await store.apps.deleteProfile('org_a', 'app_1', 'dev')).toBe(false)
        expect(await store.apps.delete('org_a', 'app_1')).toBe(false)
        await store.apiKeys.delete('org_a', 'key_1')
        expect(await store.apps.deleteProfile('org_a', 'app_1', 'dev')).toBe(true)
        expect(await store.apps.deleteProfile('org_a', 'app_1', 'dev')).toBe(false)
        expect(await store.apps.delete('org_a', 'app_1')).toBe(true)
      })

      test('are called by another name with their bindings and their keys, unless that is taken', async () => {
        await put({ bindings: { Crm: 'acc_1' }, settings: { a: '1' } })
        await put({ name: 'Qa' })
        await store.apiKeys.create(keyOfProfile)
        const next = profile('org_a', {
          ...{ name: 'Test', version: 2, bindings: { Crm: 'acc_1' }, settings: { a: '1' } },
        })
        expect(await store.apps.renameProfile({ ...next, name: 'QA' }, 'Dev')).toBe(false)
        expect(await store.apps.renameProfile({ ...next, version: 3 }, 'Dev')).toBe(false)
        expect(await store.apps.renameProfile(next, 'dEV')).toBe(true)
        expect(await store.apps.profile('org_a', 'app_1', 'dev')).toBeUndefined()
        expect(await store.apps.profile('org_a', 'app_1', 'test')).toStrictEqual(next)
        expect((await store.apiKeys.get('org_a', 'key_1'))?.profile).toEqual({ appId: 'app_1', name: 'Test' })
        expect(await store.apps.renameProfile({ ...next, name: 'TEST', version: 3 }, 'Test')).toBe(true)
        expect((await store.apps.profiles('org_a', 'app_1')).map(({ name }) => name).sort()).toEqual([
          ...['Qa', 'TEST'],
        ])
      })

      test('have the accounts that they bind listed by their app', async () => {
        await put({ bindings: { Crm: 'acc_1' } })
        await put({ name: 'Live', environment: 'Production', bindings: { Crm: 'acc_live' } })
        await store.accounts.create(account('org_a', { id: 'acc_idle' }))
        const ids = async (appId: string) =>
          (await store.accounts.list('org_a', { appId }, all)).items.map(({ id }) => id)
        expect(await ids('app_1')).toEqual(['acc_1', 'acc_live'])
        expect(await ids('app_2')).toEqual([])
      })

      test('hold the accounts that they bind, the integrations of adapters and their environment', async () => {
        await put({ environment: 'Production', bindings: { Crm: 'acc_live' } })
        expect(await store.accounts.delete('org_a', 'acc_live', 1, undefined)).toBe(false)
        expect(await store.integrations.delete('org_a', 'int_1')).toBe(false)
        await store.apps.putProfile(profile('org_a', { environment: 'Production', version: 2 }))
        expect(await store.accounts.delete('org_a', 'acc_live', 1, undefined)).toBe(true)
        expect(await store.environments.delete('org_a', 'production')).toBe(false)
        await store.apps.delete('org_a', 'app_1')
        expect(await store.environments.delete('org_a', 'production')).toBe(true)
        expect(await store.integrations.delete('org_a', 'int_1')).toBe(true)
      })

      test('tell where an account, an integration or an environment is used', async () => {
        await put({ bindings: { Crm: 'acc_1' } })
        const where = { key: 'Shop', adapter: 'Crm', profile: 'Dev' }
        expect(await store.apps.uses('org_a', { accountId: 'acc_1' })).toEqual([where])
        expect(await store.apps.uses('org_a', { integrationId: 'int_1' })).toEqual([
          { key: 'Shop', adapter: 'Crm' },
        ])
        expect(await store.apps.uses('org_a', { environment: 'development' })).toEqual([
          { key: 'Shop', profile: 'Dev' },
        ])
        expect(await store.apps.uses('org_a', { accountId: 'acc_live' })).toEqual([])
      })
    })

    describe('keys of profiles', () => {
      beforeEach(() => store.apps.create(app('org_a'), [profile('org_a')], []))

      test('come back with what limits them, and are found by it', async () => {
        const limited = apiKey('org_a', {
          ...{
            id: 'key_2',
            lookup: 'l2',
            accounts: ['acc_1'],
            tags: { team: 'a' },
            addresses: ['10.0.0.0/8'],
          },
          ...{ previous: { digest: Buffer.alloc(32, 7), until: 9 }, lastUsedAt: 5 },
        })
        for (const key of [keyOfProfile, limited]) await store.apiKeys.create(key)
        expect(await store.apiKeys.byLookup('lookup-1')).toStrictEqual({
          ...keyOfProfile,
          isSuspended: false,
        })
        expect(await store.apiKeys.byLookup('l2')).toStrictEqual({ ...limited, isSuspended: false })
        const ids = async (filter: Parameters<Store['apiKeys']['list']>[2]) =>
          (await store.apiKeys.list('org_a', all, filter)).items.map(({ id }) => id)
        expect(await ids({})).toEqual(['key_1', 'key_2'])
        expect(await ids({ environment: 'development' })).toEqual(['key_1'])
        expect(await ids({ profile: { appId: 'app_1', name: 'dev' } })).toEqual(['key_1'])
        expect(await ids({ profile: { appId: 'app_1', name: 'qa' } })).toEqual([])
      })

      test('change name, addresses and end together, or not at all where somebody was faster', async () => {
        await store.apiKeys.create(apiKey('org_a', { accounts: ['acc_1'] }))
        const before = apiKey('org_a', { accounts: ['acc_1'] })
        const next = { ...before, name: 'Next', addresses: ['10.0.0.0/8'], expiresAt: before.expiresAt - 5 }
        expect(await store.apiKeys.update(next, before)).toBe(true)
        expect(await store.apiKeys.get('org_a', 'key_1')).toStrictEqual(next)
        expect(await store.apiKeys.update({ ...before, name: 'Late' }, before)).toBe(false)
        const narrower = { ...next, addresses: ['10.1.0.0/16'] }
        expect(await store.apiKeys.update(narrower, next)).toBe(true)
        expect(await store.apiKeys.update({ ...next, name: 'Late' }, next)).toBe(false)
        expect(await store.apiKeys.get('org_a', 'key_1')).toStrictEqual(narrower)
      })

      test('get a next secret from one of 20, and remember when they were last used', async () => {
        const key = apiKey('org_a')
        await store.apiKeys.create(key)
        const previous = { digest: key.digest, until: 7 }
        const rotated = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            store.apiKeys.replaceSecret({ ...key, digest: Buffer.alloc(32, index), previous }, key.digest),
          ),
        )
        expect(rotated.filter(Boolean)).toHaveLength(1)
        await store.apiKeys.touch([{ organizationId: 'org_a', id: 'key_1', at: 9 }])
        await store.apiKeys.touch([{ organizationId: 'org_a', id: 'key_1', at: 8 }])
        expect(await store.apiKeys.get('org_a', 'key_1')).toMatchObject({ previous, lastUsedAt: 9 })
      })

      test('cannot belong to a profile that is not there, and hold their environment', async () => {
        const nowhere = { ...keyOfProfile, profile: { appId: 'app_1', name: 'none' } }
        await expect(store.apiKeys.create(nowhere)).rejects.toThrow()
        expect(await store.apiKeys.get('org_a', 'key_1')).toBeUndefined()
        await store.apiKeys.create(apiKey('org_a', { environment: 'Production' }))
        await store.accounts.delete('org_a', 'acc_live', 1, undefined)
        expect(await store.environments.delete('org_a', 'Production')).toBe(false)
      })
    })
  })
}
