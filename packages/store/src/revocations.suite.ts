import type { RevocationRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, now } from './records.suite.ts'

const sealed = Buffer.from('sealed')
const acme = { organizationId: 'org_a', integration: 'Acme' }

function revocation(change: Partial<RevocationRecord> = {}): RevocationRecord {
  return {
    organizationId: 'org_a',
    id: 'rev_1',
    accountId: 'acc_1',
    environment: 'development',
    integration: 'Acme',
    sealed,
    attempts: 0,
    reason: undefined,
    reasonDetail: undefined,
    createdAt: now,
    dueAt: now,
    expiresAt: now + 1000,
    ...change,
  }
}

/** What every dialect promises of revocations. */
export function revocationSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('revocations', () => {
    const gone = account('org_a', { status: 'revoked', revocation: 'pending', generation: 2, version: 2 })

    test('are stored with the account that is disconnected, or neither is', async () => {
      await store.accounts.create(account('org_a'))
      expect(await store.accounts.disconnect({ ...gone, version: 3 }, revocation())).toBe(false)
      expect(await store.revocations.claim(acme, { now: now, until: now + 1 }, 10)).toEqual([])
      expect(await store.accounts.disconnect(gone, revocation())).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ status: 'revoked' })
      expect(await store.revocations.claim(acme, { now: now, until: now + 1 }, 10)).toHaveLength(1)
    })

    test('outlive the account that is deleted, unless it has another generation by then', async () => {
      await store.accounts.create(account('org_a'))
      expect(await store.accounts.delete('org_a', 'acc_1', 7, revocation())).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_1')).toBeDefined()
      expect(await store.accounts.delete('org_a', 'acc_1', 1, revocation())).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toBeUndefined()
      const claimed = await store.revocations.claim(acme, { now: now, until: now + 500 }, 10)
      expect(claimed).toStrictEqual([revocation({ dueAt: now + 500 })])
    })

    test('are claimed by one of 20, when they are due, oldest first', async () => {
      await store.revocations.create(revocation())
      await store.revocations.create(revocation({ id: 'rev_0', dueAt: now - 5 }))
      await store.revocations.create(revocation({ id: 'rev_9', dueAt: now + 5 }))
      expect(await store.revocations.claim(acme, { now: now - 1, until: now }, 10)).toMatchObject([
        { id: 'rev_0' },
      ])
      const claims = Array.from({ length: 20 }, () =>
        store.revocations.claim(acme, { now: now, until: now + 100 }, 10),
      )
      expect(
        (await Promise.all(claims))
          .flat()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(['rev_0', 'rev_1'])
      expect(await store.revocations.claim(acme, { now: now + 100, until: now + 200 }, 2)).toMatchObject([
        { id: 'rev_9' },
        {},
      ])
    })

    test('stand in lanes, one for each integration of an organization, those that wait longest first', async () => {
      await addOrganization(store, 'org_b')
      await store.revocations.create(revocation())
      await store.revocations.create(revocation({ id: 'rev_2', dueAt: now + 9 }))
      await store.revocations.create(revocation({ id: 'rev_3', integration: 'Other', dueAt: now - 5 }))
      await store.revocations.create(revocation({ id: 'rev_4', integration: undefined, dueAt: now - 2 }))
      await store.revocations.create(revocation({ organizationId: 'org_b', dueAt: now + 9 }))
      const other = { organizationId: 'org_a', integration: 'Other' }
      const unknown = { organizationId: 'org_a', integration: undefined }
      expect(await store.revocations.lanes(now)).toEqual([other, unknown, acme])
      expect(await store.revocations.claim(unknown, { now, until: now + 9 }, 5)).toMatchObject([
        { id: 'rev_4' },
      ])
      expect(await store.revocations.claim(acme, { now, until: now + 9 }, 5)).toMatchObject([{ id: 'rev_1' }])
      expect(await store.revocations.lanes(now)).toEqual([other])
    })

    test('are due again when they are postponed', async () => {
      await store.revocations.create(revocation())
      const why = { reason: 'provider_incident', reasonDetail: 'It answered 503.' }
      const later = revocation({ attempts: 3, dueAt: now + 50, ...why })
      await store.revocations.postpone(later)
      expect(await store.revocations.claim(acme, { now: now + 49, until: now + 60 }, 10)).toEqual([])
      expect(await store.revocations.claim(acme, { now: now + 50, until: now + 60 }, 10)).toMatchObject([
        { attempts: 3, ...why, sealed: revocation().sealed },
      ])
      const left = Buffer.from('less')
      await store.revocations.postpone({ ...later, dueAt: now + 70 }, left)
      expect(await store.revocations.claim(acme, { now: now + 70, until: now + 80 }, 10)).toMatchObject([
        { sealed: left },
      ])
    })

    test.each(['done', 'unsupported', 'failed'] as const)(
      'that end %s tell their account so, and are never due again',
      async (state) => {
        await store.accounts.create(account('org_a'))
        await store.accounts.disconnect(gone, revocation())
        await store.revocations.finish(revocation(), state)
        expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ revocation: state, version: 3 })
        expect(await store.revocations.claim(acme, { now: now + 1e9, until: now + 2e9 }, 10)).toEqual([])
      },
    )

    test('say nothing of an account that was connected again', async () => {
      await store.accounts.create(account('org_a', { revocation: undefined }))
      await store.revocations.create(revocation())
      await store.revocations.finish(revocation(), 'done')
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ revocation: undefined, version: 1 })
    })
  })
}
