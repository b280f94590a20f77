import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  account,
  addOrganization,
  all,
  connected,
  integration,
  now,
  pages,
  pending,
} from './records.suite.ts'

const newest = { order: 'newest' } as const
const oldest = { order: 'oldest' } as const

/** What every dialect promises of events. */
export function eventSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  async function told(organizationId = 'org_a', filter: Parameters<Store['events']['list']>[1] = oldest) {
    const { items } = await store.events.list(organizationId, filter, all)
    return items.map(({ type, accountId }) => `${accountId} ${type.replace('account.', '')}`)
  }

  const failed = (reason: string) =>
    store.accounts.setStatus('org_a', 'acc_1', 1, 'failing', reason, 'It said no.')

  describe('events', () => {
    test('are written with the change, whole, and outlive the account', async () => {
      await store.accounts.create(account('org_a'))
      await failed('upstream_timeout')
      const before = (await store.events.list('org_a', newest, all)).items
      expect(before[0]).toStrictEqual({
        organizationId: 'org_a',
        id: expect.stringMatching(/^evt_[0-9a-z]{25}$/),
        at: expect.any(Number),
        type: 'account.failing',
        accountId: 'acc_1',
        integration: 'Acme',
        environment: 'development',
        data: JSON.stringify({
          previousStatus: 'connected',
          status: 'failing',
          reason: 'upstream_timeout',
          reasonDetail: 'It said no.',
        }),
      })
      await store.accounts.delete('org_a', 'acc_1', 1, undefined)
      expect(await told()).toEqual(['acc_1 connected', 'acc_1 failing', 'acc_1 deleted'])
    })

    test('come once, of 20 that find the same, whatever they call it', async () => {
      await store.accounts.create(account('org_a'))
      const failures = Array.from({ length: 20 }, (_, index) => failed(`reason_${index % 3}`))
      expect(await Promise.all(failures)).toEqual(failures.map(() => true))
      expect(await told()).toEqual(['acc_1 connected', 'acc_1 failing'])
      const state = { ...connected, generation: 2 }
      const commits = [1, 2, 3].map(() => store.accounts.commitCredential('org_a', 'acc_1', 1, state, now))
      expect((await Promise.all(commits)).filter(Boolean)).toHaveLength(1)
      expect(await told()).toEqual(['acc_1 connected', 'acc_1 failing', 'acc_1 recovered'])
    })

    test('are not made by what fails, nor by renewals, names and tags', async () => {
      const one = account('org_a')
      await store.accounts.create(one)
      await expect(store.accounts.create(one)).rejects.toThrow()
      expect(await store.accounts.setStatus('org_a', 'acc_1', 7, 'failing', 'r', undefined)).toBe(false)
      expect(await store.accounts.update({ ...one, status: 'failing', version: 7 })).toBe(false)
      expect(await store.accounts.delete('org_a', 'acc_1', 7, undefined)).toBe(false)
      const next = { ...connected, generation: 2 }
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, next, now)).toBe(true)
      const renamed = { ...one, ...next, name: 'Other', tags: { a: 'b' }, version: 3 }
      expect(await store.accounts.update(renamed)).toBe(true)
      expect(await told()).toEqual(['acc_1 connected'])
    })

    test('tell of disconnecting, and of a revocation that failed, though the account is gone', async () => {
      await store.accounts.create(account('org_a'))
      const gone = account('org_a', { status: 'revoked', revocation: 'pending', generation: 2, version: 2 })
      const revocation = {
        organizationId: 'org_a',
        id: 'rev_1',
        accountId: 'acc_1',
        environment: 'development',
        integration: 'Acme',
        sealed: Buffer.from('sealed'),
        attempts: 0,
        reason: undefined,
        reasonDetail: undefined,
        createdAt: now,
        dueAt: now,
        expiresAt: now,
      }
      await store.accounts.disconnect(gone, revocation)
      await store.accounts.delete('org_a', 'acc_1', 2, undefined)
      await store.revocations.finish(revocation, 'failed')
      await store.revocations.finish(revocation, 'failed')
      const expected = ['connected', 'disconnected', 'deleted', 'revocation_failed']
      expect(await told()).toEqual(expected.map((type) => `acc_1 ${type}`))
      const [last] = (await store.events.list('org_a', newest, all)).items
      expect(last).toMatchObject({ integration: 'Acme', environment: 'development' })
    })

    test('tell each account whose definition changed, except those that waited', async () => {
      await store.accounts.create(account('org_a'))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...pending }))
      await store.accounts.create(account('org_a', { id: 'acc_3', status: 'needs_reconnect' }))
      await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
      await store.accounts.create(account('org_a', { id: 'acc_4', integrationId: 'int_2' }))
      const seen = (await told()).length
      expect(await store.integrations.update(integration('org_a', { version: 2 }), { reconnect: true })).toBe(
        true,
      )
      expect((await told()).slice(seen)).toEqual(['acc_1 needs_reconnect'])
    })

    test('tell once that a token ended which nothing renews', async () => {
      const expiring = { status: 'expiring', renewable: false, expiresAt: now } as const
      await store.accounts.create(account('org_a', expiring))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...expiring, expiresAt: now + 5 }))
      await store.accounts.create(account('org_a', { id: 'acc_3', expiresAt: now - 5 }))
      const seen = (await told()).length
      expect(await store.accounts.noteEnded(now - 1, 10)).toBe(0)
      await Promise.all([store.accounts.noteEnded(now, 10), store.accounts.noteEnded(now, 10)])
      expect(await store.accounts.noteEnded(now, 10)).toBe(0)
      expect((await told()).slice(seen)).toEqual(['acc_1 needs_reconnect'])
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({
        status: 'expiring',
        reason: 'expired',
      })
      const again = { ...connected, ...expiring, generation: 2, expiresAt: now + 9 }
      await store.accounts.commitCredential('org_a', 'acc_1', 1, again, now)
      expect((await told()).slice(seen + 1)).toEqual(['acc_1 connected', 'acc_1 expiring'])
    })

    test('are listed either way, by page, type and account, and by organization', async () => {
      await addOrganization(store, 'org_b')
      await store.accounts.create(account('org_b', { id: 'acc_b' }))
      for (const id of ['acc_1', 'acc_2', 'acc_3']) await store.accounts.create(account('org_a', { id }))
      await failed('r')
      expect(await told('org_b')).toEqual(['acc_b connected'])
      expect(await told('org_a', newest)).toEqual([...(await told())].reverse())
      expect(await told('org_a', { ...oldest, type: 'account.failing' })).toEqual(['acc_1 failing'])
      expect(await told('org_a', { ...newest, accountIds: ['acc_2', 'acc_b'] })).toEqual(['acc_2 connected'])
      expect(await told('org_a', { ...newest, accountIds: [] })).toEqual([])
      for (const filter of [newest, oldest]) {
        const paged = await pages((page) => store.events.list('org_a', filter, page), 3)
        expect(paged.map((page) => page.length)).toEqual([3, 1])
        expect(new Set(paged.flat()).size).toBe(4)
      }
    })

    test('are kept for a time, and so many of each organization', async () => {
      await addOrganization(store, 'org_b')
      await store.accounts.create(account('org_b', { id: 'acc_b' }))
      for (const id of ['acc_1', 'acc_2', 'acc_3']) await store.accounts.create(account('org_a', { id }))
      await store.events.prune(0, 3)
      expect(await told()).toHaveLength(3)
      await store.events.prune(0, 2)
      expect([await told(), await told('org_b')]).toEqual([
        ['acc_2 connected', 'acc_3 connected'],
        ['acc_b connected'],
      ])
      await store.events.prune(Number.MAX_SAFE_INTEGER, 2)
      expect([await told(), await told('org_b')]).toEqual([[], []])
    })
  })
}
