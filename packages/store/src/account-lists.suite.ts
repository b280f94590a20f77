import type { AccountSort, AccountStatus } from '@sallyport/contract'
import type { AccountFilter, AccountRecord, Store, TraceRecord } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, integration, now, pending } from './records.suite.ts'

const forever = { expiresAt: undefined, refreshExpiresAt: undefined }

/** What every dialect promises of accounts in other orders than by their ids, and of their numbers. */
export function accountListSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  const add = (id: string, change: Partial<AccountRecord> = {}) =>
    store.accounts.create(account('org_a', { id, ...forever, ...change }))

  /** Ids in that order, by pages of two. */
  async function sorted(by: AccountSort, isDescending = false, filter: AccountFilter = {}): Promise<string> {
    const ids: string[] = []
    let after: Parameters<Store['accounts']['sorted']>[3]['after']
    do {
      const page = await store.accounts.sorted('org_a', filter, { by, isDescending }, { limit: 2, after })
      ids.push(...page.items.map(({ id }) => id.replace('acc_', '')))
      after = page.next
    } while (after)
    return ids.join('')
  }

  describe('lists of accounts', () => {
    test('are sorted by name without regard to case, page by page in both directions, equal ones by their ids', async () => {
      await addOrganization(store, 'org_b')
      await store.accounts.create(account('org_b', { id: 'acc_x', name: 'aa' }))
      const names = { '1': 'beta', '2': 'Alpha', '3': 'Beta', '4': 'gamma', '5': 'BETA' }
      for (const [id, name] of Object.entries(names)) await add(`acc_${id}`, { name })
      expect([await sorted('name'), await sorted('name', true)]).toEqual(['21354', '45312'])
      expect(await sorted('name', false, { text: 'BET' })).toBe('135')
      expect(await sorted('name', false, { ids: [] })).toBe('')
    })

    test('go on where a page ended, also when its last account has gone', async () => {
      for (const id of ['1', '2', '3']) await add(`acc_${id}`, { name: `n${id}` })
      const order = { by: 'name', isDescending: false } as const
      const first = await store.accounts.sorted('org_a', {}, order, { limit: 2, after: undefined })
      await store.accounts.delete('org_a', 'acc_2', 1, undefined)
      const rest = await store.accounts.sorted('org_a', {}, order, { limit: 2, after: first.next })
      expect([first.next, rest.items.map(({ id }) => id), rest.next]).toEqual([
        ...[{ value: 'n2', id: 'acc_2' }, ['acc_3'], undefined],
      ])
    })

    test('are sorted by creation, by when somebody has to connect them again, and by how urgent they are', async () => {
      await add('acc_1', { status: 'connected', createdAt: now + 3 })
      await add('acc_2', { status: 'expiring', expiresAt: now + 9, createdAt: now + 2 })
      await add('acc_3', { status: 'connected', refreshExpiresAt: now + 5, createdAt: now + 1 })
      await add('acc_4', { status: 'needs_reconnect', disabled: true })
      await add('acc_5', { status: 'needs_reconnect', createdAt: now + 1 })
      await add('acc_6', { status: 'expiring', reason: 'expired', expiresAt: now - 1, createdAt: now + 7 })
      expect([await sorted('createdAt'), await sorted('createdAt', true)]).toEqual(['435216', '612534'])
      expect([await sorted('reconnectBy'), await sorted('reconnectBy', true)]).toEqual(['632145', '541236'])
      expect([await sorted('status'), await sorted('status', true)]).toEqual(['562134', '431265'])
    })

    test('are counted by the status that is shown', async () => {
      await add('acc_1')
      await add('acc_2', { disabled: true })
      await add('acc_3', { ...pending, disabled: true })
      await add('acc_4', { status: 'expiring', renewable: false, expiresAt: now })
      await add('acc_5', { status: 'expiring', renewable: false, expiresAt: now + 1, name: 'Other' })
      const counted = async (filter: AccountFilter) =>
        Object.fromEntries(
          [...(await store.accounts.count('org_a', { now, ...filter }))].filter(([, count]) => count > 0),
        )
      const all: Partial<Record<AccountStatus, number>> = {
        ...{ connected: 1, disabled: 2, needs_reconnect: 1, expiring: 1 },
      }
      expect(await counted({})).toEqual(all)
      expect(await counted({ text: 'other' })).toEqual({ expiring: 1 })
      expect(await counted({ status: 'disabled' })).toEqual({ disabled: 2 })
      expect(await counted({ ids: [] })).toEqual({})
      expect(await store.accounts.count('org_b', { now })).toEqual(new Map())
    })

    test('are counted in groups of integration, environment and the status that is shown', async () => {
      await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
      await add('acc_1', { tags: { team: 'a' } })
      await add('acc_2')
      await add('acc_3', { disabled: true })
      const ended = { status: 'expiring', renewable: false, expiresAt: now } as const
      await add('acc_4', { ...ended, environment: 'Production' })
      await add('acc_5', { ...pending, integrationId: 'int_2' })
      const { environment } = account('org_a')
      const group = (place: string, status: string, count: number) => ({
        ...{ integration: integration('org_a').key, environment: place, status, count },
      })
      const other = { integration: 'Other', environment, status: 'pending', count: 1 }
      const groups = (filter: AccountFilter = {}) => store.accounts.groups('org_a', { now, ...filter })
      const all = [
        group('Production', 'needs_reconnect', 1),
        group(environment, 'connected', 2),
        group(environment, 'disabled', 1),
        other,
      ]
      expect(await groups()).toHaveLength(all.length)
      expect(await groups()).toEqual(expect.arrayContaining(all))
      expect(await groups({ integrationId: 'int_2' })).toEqual([other])
      expect(await groups({ tags: { team: 'a' } })).toEqual([group(environment, 'connected', 1)])
      expect(await groups({ ids: [] })).toEqual([])
      expect(await store.accounts.groups('org_b', { now })).toEqual([])
    })

    test('come with how renewals went: each in its stretch, of the accounts that are meant alone', async () => {
      await add('acc_1')
      await add('acc_2', { environment: 'Production' })
      const renewal = (at: number, change: Partial<TraceRecord> = {}) =>
        store.traces.add({
          ...{ organizationId: 'org_a', id: `trc_${at}`, accountId: 'acc_1', at: now + at },
          ...{ kind: 'refresh', ok: true, data: '{}', ...change },
        })
      await renewal(-1)
      await renewal(0)
      await renewal(9, { ok: false })
      await renewal(10, { accountId: 'acc_2' })
      await renewal(11, { kind: 'token' })
      await renewal(29)
      await renewal(30)
      const count = (filter: AccountFilter = {}) =>
        store.traces.countRenewals('org_a', filter, { from: now, milliseconds: 10, count: 3 })
      const sorted = async (filter?: AccountFilter) =>
        (await count(filter)).toSorted((one, other) => one.index - other.index)
      expect(await sorted()).toEqual([
        { index: 0, renewed: 1, failed: 1 },
        { index: 1, renewed: 1, failed: 0 },
        { index: 2, renewed: 1, failed: 0 },
      ])
      expect(await sorted({ environment: 'Production' })).toEqual([{ index: 1, renewed: 1, failed: 0 }])
    })
  })
}
