import type { ConnectLinkRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, flow, now } from './records.suite.ts'

function link(organizationId: string, change: Partial<ConnectLinkRecord> = {}): ConnectLinkRecord {
  return {
    ...{ organizationId, environment: 'Production', id: 'cnl_1', integrationId: 'int_1' },
    ...{ accountId: undefined, makesAccount: true, name: 'Ann', tags: { user: 'ann' } },
    ...{ returnUrl: 'https://a.test/b', digest: Buffer.from([0, 255]), keyId: 'key_1', userId: undefined },
    ...{ browserHash: undefined, flowId: undefined, sealed: undefined, language: undefined, attempts: 0 },
    ...{ state: 'open', createdAt: now, expiresAt: now + 1000 },
    ...change,
  }
}

/** What every dialect promises of connect links. */
export function connectLinkSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('connect links', () => {
    const place = { organizationId: 'org_a', id: 'cnl_1' }
    const by = (browserHash: string) => ({ browserHash, language: 'de' })
    const limits = { now, most: 3 }
    const aim = { ...place, accountId: 'acc_1', flowId: 'flw_1' }

    test('are given back as they were given, by id and by what is under way', async () => {
      const whole = link('org_a', {
        ...{
          accountId: 'acc_1',
          browserHash: 'b',
          flowId: 'flw_1',
          sealed: Buffer.from([1]),
          language: 'ja',
        },
        ...{ makesAccount: false, userId: 'usr_1', keyId: undefined, returnUrl: undefined, state: 'begun' },
      })
      await store.connectLinks.create(whole)
      await store.connectLinks.create(link('org_a', { id: 'cnl_2' }))
      expect(await store.connectLinks.byId('cnl_1')).toStrictEqual(whole)
      expect(await store.connectLinks.byId('cnl_2')).toStrictEqual(link('org_a', { id: 'cnl_2' }))
      expect(await store.connectLinks.byFlow('org_a', 'flw_1')).toStrictEqual(whole)
      expect(await store.connectLinks.byFlow('org_b', 'flw_1')).toBeUndefined()
      expect(await store.connectLinks.byId('cnl_3')).toBeUndefined()
    })

    test('are begun by one of 20 browsers, which alone tries again, and so often', async () => {
      await store.connectLinks.create(link('org_a'))
      const tries = Array.from({ length: 20 }, (_, index) =>
        store.connectLinks.attempt(place, by(`b${index}`), limits),
      )
      const [winner, ...others] = (await Promise.all(tries)).flatMap((won, index) =>
        won ? [`b${index}`] : [],
      )
      expect([winner, others]).toEqual([expect.any(String), []])
      const again = () => store.connectLinks.attempt(place, by(winner ?? ''), limits)
      expect([await again(), await again(), await again()]).toEqual([true, true, false])
      expect(await store.connectLinks.byId('cnl_1')).toMatchObject({
        ...{ state: 'begun', browserHash: winner, attempts: 3, language: 'de' },
      })
    })

    test('are not begun late', async () => {
      await store.connectLinks.create(link('org_a'))
      expect(await store.connectLinks.attempt(place, by('b'), { ...limits, now: now + 1000 })).toBe(false)
    })

    test('end once, and only with what is under way; what was under way before is gone', async () => {
      await store.accounts.create(account('org_a'))
      await store.flows.create(flow('org_a'))
      await store.connectLinks.create(link('org_a'))
      expect(await store.connectLinks.aim(aim)).toBe(false)
      await store.connectLinks.attempt(place, by('b'), limits)
      expect(await store.connectLinks.aim(aim)).toBe(true)
      expect(await store.connectLinks.aim({ ...aim, flowId: 'flw_2', sealed: Buffer.from([2]) })).toBe(true)
      expect(await store.flows.get('flw_1')).toBeUndefined()
      expect(await store.connectLinks.aim({ ...aim, accountId: 'acc_2' })).toBe(false)
      expect(await store.connectLinks.finish(aim, { flowId: 'flw_1' })).toBe(false)
      expect(await store.connectLinks.finish(aim, { flowId: undefined })).toBe(false)
      const ends = Array.from({ length: 20 }, () => store.connectLinks.finish(aim, { flowId: 'flw_2' }))
      expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1)
      expect(await store.connectLinks.byId('cnl_1')).toMatchObject({
        ...{ state: 'done', accountId: 'acc_1', flowId: 'flw_1', sealed: undefined },
      })
      expect(await store.connectLinks.attempt(place, by('b'), limits)).toBe(false)
      expect(await store.connectLinks.aim(aim)).toBe(false)
    })

    test('are counted while somebody may use them, each organization’s for itself', async () => {
      await addOrganization(store, 'org_b')
      await store.connectLinks.create(link('org_a'))
      await store.connectLinks.create(link('org_a', { id: 'cnl_2', state: 'done' }))
      await store.connectLinks.create(link('org_b', { id: 'cnl_3' }))
      expect(await store.connectLinks.countOpen('org_a', now)).toBe(1)
      expect(await store.connectLinks.countOpen('org_a', now + 1000)).toBe(0)
    })

    test('that are over are taken away, but for those whose account has to go first', async () => {
      const over = { expiresAt: now - 1 }
      const made = link('org_a', { id: 'cnl_2', accountId: 'acc_1', ...over })
      for (const each of [link('org_a', over), made, link('org_a', { id: 'cnl_3' })])
        await store.connectLinks.create(each)
      await store.connectLinks.deleteExpired(now)
      expect(await store.connectLinks.byId('cnl_1')).toBeUndefined()
      expect(await store.connectLinks.abandoned(now, 10)).toStrictEqual([made])
      await store.connectLinks.delete(made)
      expect(await store.connectLinks.byId('cnl_2')).toBeUndefined()
      expect(await store.connectLinks.byId('cnl_3')).toBeDefined()
    })

    test('give one result out for what waits, and the same as often as it is asked for', async () => {
      await store.accounts.create(account('org_a'))
      const parked = { state: 'parked', resultHash: undefined } as const
      await store.flows.create(flow('org_a', parked))
      const place = { organizationId: 'org_a', id: 'flw_1' }
      const give = (hash: string) => store.flows.giveResult(place, hash)
      expect([await give('r'), await give('r'), await give('other')]).toEqual([true, true, false])
      expect(await store.flows.confirm('acc_1', 'r', now)).toBeDefined()
      expect(await give('r')).toBe(false)
    })
  })
}
