import type { DeliveryRecord, Store, WebhookRecord } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, all, now, pages } from './records.suite.ts'

export function webhook(change: Partial<WebhookRecord> = {}): WebhookRecord {
  return {
    organizationId: 'org_a',
    id: 'whk_1',
    url: 'https://example.com/',
    events: ['account.failing'],
    description: 'Ours',
    disabled: false,
    disabledReason: undefined,
    secrets: Buffer.from([1, 2]),
    failures: 0,
    failingSince: undefined,
    lastError: undefined,
    lastDeliveredAt: undefined,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

export function delivery(change: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    organizationId: 'org_a',
    id: 'dlv_1',
    webhookId: 'whk_1',
    eventId: 'evt_1',
    type: 'account.failing',
    body: '{}',
    state: 'pending',
    attempts: 0,
    responseStatus: undefined,
    lastError: undefined,
    lastAttemptAt: undefined,
    dueAt: now,
    createdAt: now,
    expiresAt: now + 1000,
    ...change,
  }
}

const outcome = { at: now, responseStatus: 200, error: undefined, dueAt: now + 5, gone: false }
const whole = { limit: 10, except: [] }

/** What every dialect promises of webhooks and their deliveries. */
export function webhookSuite(current: () => Store): void {
  let store: Store

  beforeEach(async () => {
    store = current()
    await store.webhooks.create(webhook())
  })

  describe('webhooks', () => {
    test('are kept, listed, changed by one of two, and deleted, in their organization', async () => {
      await addOrganization(store, 'org_b')
      const full = webhook({ id: 'whk_2', events: undefined, description: undefined, disabledReason: 'gone' })
      await store.webhooks.create(full)
      expect(await store.webhooks.get('org_a', 'whk_1')).toStrictEqual(webhook())
      expect(await store.webhooks.get('org_a', 'whk_2')).toStrictEqual(full)
      expect(await store.webhooks.get('org_b', 'whk_1')).toBeUndefined()
      expect(await pages((page) => store.webhooks.list('org_a', page), 1)).toEqual([['whk_1'], ['whk_2']])
      const next = webhook({ url: 'https://example.org/', version: 2 })
      expect([await store.webhooks.update(next), await store.webhooks.update(next)]).toEqual([true, false])
      expect(await store.webhooks.get('org_a', 'whk_1')).toStrictEqual(next)
      expect(await store.webhooks.delete('org_b', 'whk_1')).toBe(false)
      expect(await store.webhooks.delete('org_a', 'whk_1')).toBe(true)
      expect(await store.webhooks.get('org_a', 'whk_1')).toBeUndefined()
    })

    test('get what they asked for, of their organization, in the transaction of the change', async () => {
      await addOrganization(store, 'org_b')
      await store.webhooks.create(webhook({ id: 'whk_all', events: undefined }))
      await store.webhooks.create(webhook({ id: 'whk_off', events: undefined, disabled: true }))
      await store.accounts.create(account('org_a'))
      await store.accounts.create(account('org_b'))
      await store.accounts.setStatus('org_a', 'acc_1', 1, 'failing', 'r', undefined)
      const typesFor = async (id: string) =>
        (await store.deliveries.list('org_a', id, all)).items.map(({ type }) => type)
      expect(await typesFor('whk_1')).toEqual(['account.failing'])
      expect(await typesFor('whk_all')).toEqual(['account.failing', 'account.connected'])
      expect(await typesFor('whk_off')).toEqual([])
      const [sent] = (await store.deliveries.list('org_a', 'whk_1', all)).items
      const [event] = (await store.events.list('org_a', { order: 'newest' }, all)).items
      expect(sent).toMatchObject({ eventId: event?.id, state: 'pending', attempts: 0 })
      expect(JSON.parse(sent?.body ?? '')).toMatchObject({ id: event?.id, data: { status: 'failing' } })
    })
  })

  describe('deliveries', () => {
    test('are claimed by one of 20, oldest first, except for whom they are not', async () => {
      await store.webhooks.create(webhook({ id: 'whk_off', disabled: true }))
      await store.webhooks.create(webhook({ id: 'whk_busy' }))
      await store.deliveries.create(delivery({ id: 'dlv_2' }))
      await store.deliveries.create(delivery())
      await store.deliveries.create(delivery({ id: 'dlv_0', dueAt: now + 1 }))
      await store.deliveries.create(delivery({ webhookId: 'whk_off' }))
      await store.deliveries.create(delivery({ webhookId: 'whk_busy' }))
      const how = { limit: 10, except: ['whk_busy'] }
      const claims = Array.from({ length: 20 }, () => store.deliveries.claimDue(now, now + 100, how))
      const claimed = (await Promise.all(claims)).flat()
      expect(claimed.map(({ id }) => id).sort()).toEqual(['dlv_1', 'dlv_2'])
      expect(claimed[0]).toMatchObject({ dueAt: now + 100, webhookId: 'whk_1' })
      const [first, ...rest] = await store.deliveries.claimDue(now + 100, now + 200, { ...how, limit: 1 })
      expect([first?.id, rest]).toEqual(['dlv_0', []])
    })

    test('wait while their organization is suspended', async () => {
      await addOrganization(store, 'org_b')
      await store.webhooks.create(webhook({ organizationId: 'org_b' }))
      await store.deliveries.create(delivery({ organizationId: 'org_b' }))
      const organization = await store.organizations.get('org_b')
      if (!organization) throw new Error('org_b was added.')
      await store.organizations.update({ ...organization, suspendedAt: now })
      expect(await store.deliveries.claimDue(now, now + 100, whole)).toEqual([])
      await store.organizations.update({ ...organization, suspendedAt: undefined })
      expect(await store.deliveries.claimDue(now, now + 100, whole)).toMatchObject([{ id: 'dlv_1' }])
    })

    test('and their webhook remember how attempts went', async () => {
      await store.deliveries.create(delivery())
      const failed = { ...outcome, state: 'pending', responseStatus: 500, error: 'status_500' } as const
      await store.deliveries.record(delivery(), failed)
      await store.deliveries.record(delivery({ attempts: 1 }), { ...failed, at: now + 9 })
      expect(await store.webhooks.get('org_a', 'whk_1')).toMatchObject({
        failures: 2,
        failingSince: now,
        lastError: 'status_500',
        disabled: false,
      })
      expect(await store.deliveries.claimDue(now + 4, now + 9, whole)).toEqual([])
      const [again] = await store.deliveries.claimDue(now + 5, now + 9, whole)
      expect(again).toMatchObject({ attempts: 2, responseStatus: 500, lastAttemptAt: now + 9 })
      await store.deliveries.record(delivery({ attempts: 2 }), { ...outcome, state: 'delivered' })
      expect(await store.webhooks.get('org_a', 'whk_1')).toStrictEqual(webhook({ lastDeliveredAt: now }))
      expect(await store.deliveries.claimDue(now + 1e9, now + 2e9, whole)).toEqual([])
      expect(await store.deliveries.get('org_a', 'whk_1', 'dlv_1')).toMatchObject({
        state: 'delivered',
        attempts: 3,
        lastError: undefined,
      })
    })

    test('to whom nobody is any more disable their webhook, and what a person changes is not lost', async () => {
      await store.deliveries.create(delivery())
      const gone = {
        ...outcome,
        state: 'failed',
        responseStatus: 410,
        error: 'status_410',
        gone: true,
      } as const
      await store.deliveries.record(delivery(), gone)
      expect(await store.webhooks.get('org_a', 'whk_1')).toMatchObject({
        disabled: true,
        disabledReason: 'gone',
        version: 2,
      })
      expect(await store.webhooks.update(webhook({ version: 2 }))).toBe(false)
    })

    test('are postponed, replayed, pruned, and go with their webhook', async () => {
      await store.deliveries.create(delivery())
      await store.deliveries.postpone(delivery(), now + 50)
      expect(await store.deliveries.claimDue(now + 49, now + 60, whole)).toEqual([])
      await store.deliveries.record(delivery(), { ...outcome, state: 'failed' })
      await store.deliveries.postpone(delivery(), now)
      expect(await store.deliveries.claimDue(now + 1e9, now + 2e9, whole)).toEqual([])
      await store.deliveries.replay(delivery({ dueAt: now + 7, expiresAt: now + 70 }))
      const again = { attempts: 0, expiresAt: now + 70 }
      expect(await store.deliveries.claimDue(now + 7, now + 8, whole)).toMatchObject([again])
      await store.deliveries.prune(now + 1)
      expect(await store.deliveries.get('org_a', 'whk_1', 'dlv_1')).toBeDefined()
      await store.deliveries.record(delivery(), { ...outcome, state: 'delivered' })
      await store.deliveries.prune(now + 1)
      expect(await store.deliveries.get('org_a', 'whk_1', 'dlv_1')).toBeUndefined()
      await store.deliveries.create(delivery())
      await store.webhooks.delete('org_a', 'whk_1')
      expect((await store.deliveries.list('org_a', 'whk_1', all)).items).toEqual([])
    })
  })
}
