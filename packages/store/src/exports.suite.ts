import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, connected, now } from './records.suite.ts'

const key = { organizationId: 'org_a', accountId: 'acc_1', generation: 1, isRefused: false }
const lease = { owner: 'run_a', deadlineMilliseconds: 1000, leaseMilliseconds: 2000 }

/** What every dialect promises of exports and imports. */
export function exportSuite(current: () => Store): void {
  describe('exports', () => {
    let store: Store

    beforeEach(async () => {
      store = current()
      await store.accounts.create(account('org_a'))
    })

    test('end renewals of an account: from then on none is due, and none can begin', async () => {
      const frozen = await store.accounts.freeze('org_a', 'acc_1', now + 5)
      expect(frozen).toStrictEqual(account('org_a', { exportedAt: now + 5, dueAt: undefined, version: 2 }))
      expect(await store.renewalIntents.claim(key, lease)).toBeUndefined()
      expect(await store.accounts.update(account('org_a', { version: 2 }))).toBe(false)
      // A second export changes nothing of the first.
      expect(await store.accounts.freeze('org_a', 'acc_1', now + 9)).toMatchObject({ exportedAt: now + 5 })
      expect(await store.accounts.freeze('org_b', 'acc_1', now)).toBeUndefined()
    })

    test('leave an account whose renewal is under way, of which one of the two comes first', async () => {
      await store.renewalIntents.claim(key, lease)
      expect(await store.accounts.freeze('org_a', 'acc_1', now)).toBeUndefined()
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ exportedAt: undefined, version: 1 })
      for (let round = 2; round < 12; round += 1) {
        const id = `acc_${round}`
        await store.accounts.create(account('org_a', { id }))
        const both = await Promise.all([
          store.accounts.freeze('org_a', id, now),
          store.renewalIntents.claim({ ...key, accountId: id }, lease),
        ])
        expect(both.filter((won) => won !== undefined)).toHaveLength(1)
      }
    })

    test('are over once the account is thawed, or connected again', async () => {
      await store.accounts.freeze('org_a', 'acc_1', now)
      expect(await store.accounts.thaw('org_a', 'acc_1', now + 30)).toBe(true)
      const thawed = await store.accounts.get('org_a', 'acc_1')
      expect(thawed).toMatchObject({ exportedAt: undefined, dueAt: now + 30, version: 3 })
      expect(await store.accounts.thaw('org_a', 'acc_1', now + 90)).toBe(false)
      await store.accounts.freeze('org_a', 'acc_1', now)
      const state = { ...connected, generation: 2 }
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, state, now)).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ exportedAt: undefined })
    })
  })

  describe('recipients of imports', () => {
    const recipient = {
      ...{ organizationId: 'org_a', id: 'rcp_1', recipient: 'age1a', sealed: Buffer.from('sealed') },
      ...{ createdAt: now, expiresAt: now + 10 },
    }

    test('are good until they end, or are destroyed', async () => {
      const store = current()
      await store.importRecipients.create(recipient)
      expect(await store.importRecipients.list('org_a', now + 9)).toStrictEqual([recipient])
      expect(await store.importRecipients.list('org_a', now + 10)).toEqual([])
      expect(await store.importRecipients.list('org_b', now)).toEqual([])
      expect(await store.importRecipients.delete('org_b', 'rcp_1')).toBe(false)
      const later = { ...recipient, id: 'rcp_2', createdAt: now + 10, expiresAt: now + 20 }
      await store.importRecipients.create(later)
      // What has ended went with it.
      expect(await store.importRecipients.list('org_a', now)).toStrictEqual([later])
      expect(await store.importRecipients.delete('org_a', 'rcp_2')).toBe(true)
      expect(await store.importRecipients.delete('org_a', 'rcp_2')).toBe(false)
    })
  })
}
