import type { AccountFilter, Page, PageRequest, Store } from '@sallyport/core/ports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenedDatabase } from './opened-database.ts'
import {
  account,
  addOrganization,
  apiKey,
  connected,
  dataKey,
  environment,
  flow,
  integration,
  now,
  pending,
} from './records.suite.ts'

/** An empty database that can be opened again and again. */
export interface SuiteDatabase {
  open(): OpenedDatabase
  remove(): Promise<void>
}

const all: PageRequest = { limit: 100, after: undefined }

/** What every dialect promises. */
export function storeSuite(name: string, create: () => Promise<SuiteDatabase>): void {
  describe(`the store on ${name}`, () => {
    let place: SuiteDatabase
    let database: OpenedDatabase
    let store: Store

    async function open() {
      database = place.open()
      await database.migrate()
      store = database.store
    }

    beforeEach(async () => {
      place = await create()
      await open()
      await addOrganization(store, 'org_a')
    })

    afterEach(async () => {
      await database.close()
      await place.remove()
    })

    async function reopen() {
      await database.close()
      await open()
    }

    test('gives back every record as it was given, also after it was closed and opened', async () => {
      const [org, key] = ['org_a', apiKey('org_a', { accounts: ['acc_1'] })]
      const used = account(org, {
        tags: { team: 'a', __proto__y: 'b' },
        lastUsedAt: now,
        reason: 'r',
        reasonDetail: 'd',
      })
      const waiting = account(org, { id: 'acc_2', ...pending })
      const bound = flow(org, {
        id: 'flw_2',
        startHash: 's2',
        stateHash: 't',
        browserHash: 'b',
        resultHash: 'r',
      })
      const ended = { ...bound, sealed: Buffer.from([9]), returnUrl: 'u', failure: 'f', failureDetail: 'd' }
      for (const each of [used, waiting]) await store.accounts.create(each)
      for (const each of [flow(org), ended]) await store.flows.create(each)
      for (const each of [apiKey(org, { id: 'key_0', lookup: 'l' }), key]) await store.apiKeys.create(each)
      await reopen()
      expect(await store.organizations.first()).toStrictEqual({ id: org, name: 'The org_a', createdAt: now })
      expect(await store.dataKeys.get(org, 'dek_1')).toStrictEqual(dataKey(org))
      expect(await store.dataKeys.active(org)).toStrictEqual(dataKey(org))
      expect(await store.integrations.get(org, 'int_1')).toStrictEqual(integration(org))
      expect(await store.accounts.get(org, 'acc_1')).toStrictEqual(used)
      expect(await store.accounts.get(org, 'acc_2')).toStrictEqual(waiting)
      expect(await store.flows.get('flw_1')).toStrictEqual(flow(org))
      expect(await store.flows.byState('t')).toStrictEqual(ended)
      expect(await store.flows.byStart('s2')).toStrictEqual(ended)
      expect(await store.apiKeys.get(org, 'key_1')).toStrictEqual(key)
      expect(await store.apiKeys.byLookup('l')).toStrictEqual(apiKey(org, { id: 'key_0', lookup: 'l' }))
    })

    test('gives undefined for what is not there', async () => {
      const found = await Promise.all([
        store.dataKeys.get('org_a', 'dek_9'),
        store.dataKeys.active('org_z'),
        store.environments.get('org_a', 'nowhere'),
        store.integrations.get('org_a', 'int_9'),
        store.integrations.getByKey('org_a', 'none'),
        store.accounts.get('org_a', 'acc_9'),
        store.flows.get('flw_9'),
        store.flows.byStart('none'),
        store.flows.byState('none'),
        store.apiKeys.byLookup('none'),
        store.apiKeys.get('org_a', 'key_9'),
        store.setup.get(),
      ])
      expect(found.every((record) => record === undefined)).toBe(true)
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
        expect(await store.accounts.delete('org_b', 'acc_1')).toBe(true)
        await store.integrations.delete('org_b', 'int_1')
        expect(await store.environments.delete('org_b', 'development')).toBe(true)
        expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: 'org_a' })
        expect(await store.environments.list('org_a')).toHaveLength(2)
      })

      test('are created whole or not at all', async () => {
        const twice = [environment('org_c'), environment('org_c', { key: 'STAGING' })]
        const creation = store.organizations.create(
          { id: 'org_c', name: 'C', createdAt: now },
          dataKey('org_c'),
          twice,
        )
        await expect(creation).rejects.toThrow()
        expect(await store.dataKeys.active('org_c')).toBeUndefined()
        expect(await store.environments.list('org_c')).toEqual([])
      })

      test('cannot hold what refers into another', async () => {
        await store.organizations.create({ id: 'org_b', name: 'B', createdAt: now }, dataKey('org_b'), [])
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
        await store.accounts.delete('org_a', 'acc_1')
        expect(await store.environments.delete('org_a', 'development')).toBe(true)
        expect(await store.environments.list('org_a')).toEqual([])
      })
    })

    describe('integrations', () => {
      test('are unique and found by key without regard to case', async () => {
        expect(await store.integrations.create(integration('org_a', { id: 'int_2', key: 'ACME' }))).toBe(
          false,
        )
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

      test('that change such that accounts must reconnect destroy what the accounts held', async () => {
        await store.accounts.create(account('org_a', { disabled: true, generation: 7, reasonDetail: 'old' }))
        await store.accounts.create(account('org_a', { id: 'acc_2', ...pending }))
        const partly = { credential: Buffer.from('parameters'), secretsSet: ['/parameters/a'] }
        await store.accounts.create(account('org_a', { id: 'acc_3', ...pending, ...partly }))
        const change = integration('org_a', { version: 2, updatedAt: now + 5 })
        expect(await store.integrations.update(change, { reconnect: true })).toBe(true)
        expect(await store.accounts.get('org_a', 'acc_1')).toStrictEqual(
          account('org_a', {
            ...pending,
            disabled: true,
            status: 'needs_reconnect',
            reason: 'definition_changed',
            generation: 7,
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

    describe('accounts', () => {
      test('change by one of 20 who read the same version, tags included', async () => {
        await store.accounts.create(account('org_a', { tags: { old: 'x' } }))
        const changes = Array.from({ length: 20 }, (_, index) =>
          store.accounts.update(
            account('org_a', { name: `n${index}`, tags: { by: `${index}` }, version: 2 }),
          ),
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
          account('org_a', { status: 'failing', reason: 'timeout', reasonDetail: 'No answer.', version: 2 }),
        )
        expect(await store.accounts.update(account('org_a', { name: 'Late', version: 2 }))).toBe(false)
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

      test('that hold credentials are named, at most as many as asked for', async () => {
        for (const id of ['acc_1', 'acc_2', 'acc_4'])
          await store.accounts.create(account('org_a', { id, name: id }))
        await store.accounts.create(account('org_a', { id: 'acc_3', ...pending }))
        const named = await store.accounts.holdingCredentials('org_a', 'int_1', 2)
        expect(named.map((row) => ({ ...row }))).toEqual([
          { id: 'acc_1', name: 'acc_1' },
          { id: 'acc_2', name: 'acc_2' },
        ])
        expect(await store.accounts.holdingCredentials('org_a', 'int_1', 9)).toHaveLength(3)
        expect(await store.accounts.holdingCredentials('org_a', 'int_9', 9)).toEqual([])
      })

      test('take their flows along when they are deleted, once', async () => {
        await store.accounts.create(account('org_a'))
        await store.flows.create(flow('org_a'))
        expect(await store.accounts.delete('org_a', 'acc_1')).toBe(true)
        expect(await store.accounts.delete('org_a', 'acc_1')).toBe(false)
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

    describe('flows', () => {
      beforeEach(() => store.accounts.create(account('org_a')))

      const binding = (browser: string) => {
        return { browserHash: browser, stateHash: `state of ${browser}`, sealed: Buffer.from(browser) }
      }

      test('are started by one of 20 browsers, and again by that one alone', async () => {
        await store.flows.create(flow('org_a'))
        const starts = Array.from({ length: 20 }, (_, index) =>
          store.flows.start('flw_1', binding(`b${index}`), now),
        )
        const won = (await Promise.all(starts)).flatMap((done, index) => (done ? [`b${index}`] : []))
        expect(won).toHaveLength(1)
        const [winner = ''] = won
        expect(await store.flows.byState(`state of ${winner}`)).toStrictEqual(
          flow('org_a', { state: 'started', ...binding(winner) }),
        )
        expect(await store.flows.start('flw_1', binding(winner), now)).toBe(true)
        expect(await store.flows.start('flw_1', binding('another'), now)).toBe(false)
      })

      test('are not started once they expired, were consumed or never were', async () => {
        await store.flows.create(flow('org_a', { expiresAt: now }))
        await store.flows.create(
          flow('org_a', { id: 'flw_2', startHash: 's2', state: 'consumed', browserHash: 'b' }),
        )
        const ids = ['flw_1', 'flw_2', 'flw_9']
        const started = await Promise.all(ids.map((id) => store.flows.start(id, binding('b'), now)))
        expect(started).toEqual([false, false, false])
      })

      test('are consumed by one of 20 callbacks, and only once started', async () => {
        await store.flows.create(flow('org_a'))
        expect(await store.flows.consume('flw_1')).toBe(false)
        await store.flows.start('flw_1', binding('b'), now)
        const consumed = await Promise.all(Array.from({ length: 20 }, () => store.flows.consume('flw_1')))
        expect(consumed.filter(Boolean)).toHaveLength(1)
        expect(await store.flows.start('flw_1', binding('b'), now)).toBe(false)
      })

      const parked = {
        state: 'parked',
        failure: undefined,
        failureDetail: undefined,
        resultHash: 'result',
      } as const

      test('end once they were consumed, and not before or again', async () => {
        await store.flows.create(flow('org_a', { state: 'started', sealed: Buffer.from('verifier') }))
        await store.flows.finish('flw_1', { ...parked, sealed: undefined })
        expect(await store.flows.get('flw_1')).toMatchObject({ state: 'started' })
        await store.flows.consume('flw_1')
        const failed = {
          state: 'failed',
          failure: 'denied',
          failureDetail: 'No.',
          resultHash: undefined,
        } as const
        await store.flows.finish('flw_1', { ...failed, sealed: undefined })
        await store.flows.finish('flw_1', { ...parked, sealed: Buffer.from('late') })
        expect(await store.flows.get('flw_1')).toStrictEqual(flow('org_a', { ...failed, sealed: undefined }))
      })

      test('are confirmed by one of 20, who gets what waited; then it is gone', async () => {
        await store.flows.create(flow('org_a', { ...parked, sealed: Buffer.from('tokens') }))
        expect(await store.flows.confirm('acc_1', 'guess', now)).toBeUndefined()
        expect(await store.flows.confirm('acc_2', 'result', now)).toBeUndefined()
        expect(await store.flows.confirm('acc_1', 'result', now + 600_000)).toBeUndefined()
        const confirms = Array.from({ length: 20 }, () => store.flows.confirm('acc_1', 'result', now))
        const confirmed = (await Promise.all(confirms)).filter((record) => record !== undefined)
        expect(confirmed).toStrictEqual([flow('org_a', { ...parked, sealed: Buffer.from('tokens') })])
        expect(await store.flows.get('flw_1')).toMatchObject({ state: 'confirmed', sealed: undefined })
      })

      test('are found by one start and one state only', async () => {
        await store.flows.create(flow('org_a', { stateHash: 'state' }))
        for (const change of [
          { id: 'flw_2' },
          { startHash: 's2' },
          { id: 'flw_3', startHash: 's3', stateHash: 'state' },
        ]) {
          await expect(store.flows.create(flow('org_a', change))).rejects.toThrow()
        }
      })

      test('that expired are deleted, and no others', async () => {
        await store.flows.create(flow('org_a', { expiresAt: now - 1 }))
        await store.flows.create(flow('org_a', { id: 'flw_2', startHash: 's2', expiresAt: now }))
        await store.flows.deleteExpired(now)
        expect(await store.flows.get('flw_1')).toBeUndefined()
        expect(await store.flows.get('flw_2')).toBeDefined()
      })
    })

    describe('API keys', () => {
      test('have one lookup each, whatever their organization', async () => {
        await addOrganization(store, 'org_b')
        await store.apiKeys.create(apiKey('org_a'))
        await expect(store.apiKeys.create(apiKey('org_b', { id: 'key_2' }))).rejects.toThrow()
      })

      test('are listed in pages, and gone once deleted', async () => {
        for (const id of ['key_1', 'key_2', 'key_3'])
          await store.apiKeys.create(apiKey('org_a', { id, lookup: id }))
        expect(await pages((page) => store.apiKeys.list('org_a', page), 2)).toEqual([
          ['key_1', 'key_2'],
          ['key_3'],
        ])
        expect(await store.apiKeys.delete('org_a', 'key_2')).toBe(true)
        expect(await store.apiKeys.delete('org_a', 'key_2')).toBe(false)
        expect(await store.apiKeys.byLookup('key_2')).toBeUndefined()
      })
    })

    describe('set-up', () => {
      test('is completed by one of 20, whose key is the only one', async () => {
        await store.setup.offer(Buffer.from('digest'))
        const attempts = Array.from({ length: 20 }, (_, index) =>
          store.setup.complete(now + index, apiKey('org_a', { id: `key_${index}`, lookup: `l${index}` })),
        )
        const won = (await Promise.all(attempts)).flatMap((done, index) => (done ? [index] : []))
        expect(won).toHaveLength(1)
        const { items } = await store.apiKeys.list('org_a', all)
        expect(items.map(({ id }) => id)).toEqual([`key_${won[0]}`])
        expect(await store.setup.get()).toEqual({
          tokenDigest: Buffer.from('digest'),
          doneAt: now + (won[0] ?? 0),
        })
      })

      test('offers its latest token, and none once it is done', async () => {
        for (const text of ['first', 'second']) await store.setup.offer(Buffer.from(text))
        expect(await store.setup.get()).toEqual({ tokenDigest: Buffer.from('second'), doneAt: undefined })
        expect(await store.setup.complete(now, undefined)).toBe(true)
        await store.setup.offer(Buffer.from('third'))
        expect(await store.setup.get()).toEqual({ tokenDigest: Buffer.from('second'), doneAt: now })
        expect(await store.setup.complete(now, undefined)).toBe(false)
      })

      test('is not completed without an offer, nor when the key cannot be stored', async () => {
        expect(await store.setup.complete(now, undefined)).toBe(false)
        await store.setup.offer(Buffer.from('digest'))
        await expect(store.setup.complete(now, apiKey('org_nowhere'))).rejects.toThrow()
        expect(await store.setup.get()).toMatchObject({ doneAt: undefined })
        expect(await store.setup.complete(now, apiKey('org_a'))).toBe(true)
      })
    })

    test('a transaction that fails leaves the others that wait their turn alone', async () => {
      await store.accounts.create(account('org_a'))
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0
            ? store.accounts.create(account('org_a', { tags: { never: 'x' } }))
            : store.accounts.create(account('org_a', { id: `acc_1${index}`, tags: { always: 'x' } })),
        ),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
      expect((await store.accounts.list('org_a', { tags: { always: 'x' } }, all)).items).toHaveLength(20)
      expect((await store.accounts.list('org_a', { tags: { never: 'x' } }, all)).items).toEqual([])
    })

    describe('the key check', () => {
      const check = { keyId: 'k1', sealed: Buffer.from([1, 2]) }

      test('that was written is read before anything else, and is not written over', async () => {
        await database.keyChecks.write(check)
        await database.keyChecks.write({ ...check, sealed: Buffer.from([9]) })
        await database.keyChecks.write({ ...check, keyId: 'k2' })
        const expected = [check, { ...check, keyId: 'k2' }]
        expect(await database.keyChecks.read()).toEqual(expected)
        await database.close()
        database = place.open()
        expect(database.exists).toBe(true)
        expect(await database.keyChecks.read()).toEqual(expected)
      })

      test('that is missing beside data is told from a new database', async () => {
        expect(await database.keyChecks.read()).toEqual([])
        const other = await create()
        const empty = other.open()
        expect(await empty.keyChecks.read()).toBeUndefined()
        await empty.migrate()
        expect(await empty.keyChecks.read()).toBeUndefined()
        await empty.close()
        await other.remove()
      })
    })
  })
}

async function pages<Item extends { readonly id: string }>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
): Promise<string[][]> {
  const found: string[][] = []
  let after: string | undefined
  do {
    const page = await read({ limit, after })
    found.push(page.items.map(({ id }) => id))
    after = page.nextCursor
  } while (after !== undefined)
  return found
}
