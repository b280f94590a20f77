import type { RevocationRecord, RevocationRunRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, all, integration, now } from './records.suite.ts'

const run: Omit<RevocationRunRecord, 'total'> = {
  organizationId: 'org_a',
  id: 'rvr_1',
  status: 'running',
  filter: { integration: 'Acme' },
  startedAt: now,
  endedAt: undefined,
}
const acme = { integrationId: 'int_1' }

function revocation(id: string, accountId: string): RevocationRecord {
  return {
    ...{ organizationId: 'org_a', id, accountId, environment: 'development', integration: 'Acme' },
    ...{ sealed: Buffer.from('sealed'), attempts: 0, reason: undefined, reasonDetail: undefined },
    ...{ createdAt: now, dueAt: now, expiresAt: now + 1000 },
  }
}

/** What every dialect promises of revocations of many accounts. */
export function revocationRunSuite(current: () => Store): void {
  let store: Store

  describe('revocations of many accounts', () => {
    beforeEach(async () => {
      store = current()
      await store.integrations.create(integration('org_a', { id: 'int_2', key: 'Other' }))
      await addOrganization(store, 'org_b')
      await store.accounts.create(account('org_b'))
      for (const id of ['acc_1', 'acc_2', 'acc_3']) await store.accounts.create(account('org_a', { id }))
      await store.accounts.create(account('org_a', { id: 'acc_4', integrationId: 'int_2' }))
      await store.accounts.create(account('org_a', { id: 'acc_5', credential: undefined }))
      await store.accounts.create(account('org_a', { id: 'acc_6', status: 'revoked' }))
    })

    test('take the accounts that match when they begin, and that hold a credential', async () => {
      const preview = await store.revocationRuns.preview('org_a', {})
      expect(preview).toEqual([
        { integrationId: 'int_1', accounts: 3 },
        { integrationId: 'int_2', accounts: 1 },
      ])
      expect(await store.revocationRuns.create(run, acme)).toBe(3)
      await store.accounts.create(account('org_a', { id: 'acc_7' }))
      expect(await store.revocationRuns.get('org_a', 'rvr_1')).toStrictEqual({ ...run, total: 3 })
      expect(await store.revocationRuns.counts(run)).toMatchObject({ waiting: 3, pending: 0 })
      const waiting = await store.revocationRuns.waiting(run, now, 10)
      expect(waiting.map(({ account }) => account?.id)).toEqual(['acc_1', 'acc_2', 'acc_3'])
      expect(await store.revocationRuns.get('org_b', 'rvr_1')).toBeUndefined()
      expect((await store.revocationRuns.list('org_b', all)).items).toEqual([])
      expect(await store.revocationRuns.preview('org_a', { ids: [] })).toEqual([])
      expect(await store.revocationRuns.create({ ...run, id: 'rvr_2' }, { ids: [] })).toBe(0)
    })

    test('know by time when an account was connected last, or else was made', async () => {
      const late = { connectedAt: now + 50 }
      await store.accounts.create(account('org_a', { id: 'acc_7', ...late }))
      await store.accounts.create(
        account('org_a', { id: 'acc_8', connectedAt: undefined, createdAt: now + 60 }),
      )
      const since = (connectedSince: number) =>
        store.revocationRuns.preview('org_a', { ...acme, connectedSince })
      expect(await since(now + 51)).toMatchObject([{ accounts: 1 }])
      expect(await since(now + 50)).toMatchObject([{ accounts: 2 }])
      expect(
        await store.revocationRuns.preview('org_a', { ...acme, connectedUntil: now + 50 }),
      ).toMatchObject([{ accounts: 3 }])
    })

    test('tell of each account how it stands, and end when none is left', async () => {
      await store.revocationRuns.create(run, acme)
      await store.revocations.create(revocation('rev_1', 'acc_1'))
      await store.revocationRuns.settle(run, [
        { accountId: 'acc_1', state: 'pending', revocationId: 'rev_1' },
        { accountId: 'acc_2', state: 'unsupported' },
        { accountId: 'acc_3', state: 'waiting', reason: 'internal', reasonDetail: 'Why.', dueAt: now + 9 },
      ])
      expect(await store.revocationRuns.waiting(run, now + 8, 10)).toEqual([])
      expect(await store.revocationRuns.rest(run, now + 2, now)).toBe(true)
      const [whyNot] = [{ reason: 'provider_incident', reasonDetail: '503.' }]
      await store.revocations.postpone({
        ...revocation('rev_1', 'acc_1'),
        attempts: 2,
        dueAt: now + 7,
        ...whyNot,
      })
      const page = await store.revocationRuns.accounts(run, ['waiting', 'pending'], {
        limit: 1,
        after: undefined,
      })
      const place = { integration: 'Acme', environment: 'development' }
      expect(page).toEqual({
        items: [
          { accountId: 'acc_1', ...place, state: 'pending', attempts: 2, nextAttemptAt: now + 7, ...whyNot },
        ],
        nextCursor: 'acc_1',
      })
      const rest = await store.revocationRuns.accounts(run, ['waiting'], { limit: 9, after: 'acc_1' })
      expect(rest.items).toEqual([
        {
          ...{ accountId: 'acc_3', ...place, state: 'waiting', attempts: 0, nextAttemptAt: now + 9 },
          ...{ reason: 'internal', reasonDetail: 'Why.' },
        },
      ])
      await store.revocations.finish(revocation('rev_1', 'acc_1'), 'done')
      await store.revocationRuns.settle(run, [{ accountId: 'acc_3', state: 'gone' }])
      expect(await store.revocationRuns.counts(run)).toMatchObject({ revoked: 1, unsupported: 1, gone: 1 })
      expect(await store.revocationRuns.rest(run, now + 5, now + 3)).toBe(false)
      expect(await store.revocationRuns.get('org_a', 'rvr_1')).toMatchObject({
        status: 'done',
        endedAt: now + 3,
      })
      expect(await store.revocationRuns.claimDue(now + 1e9, now + 2e9)).toEqual([])
    })

    test('are claimed by one of 10, and again when that does not come back', async () => {
      await store.revocationRuns.create(run, acme)
      expect(await store.revocationRuns.claimDue(now - 1, now + 9)).toEqual([])
      const claims = Array.from({ length: 10 }, () => store.revocationRuns.claimDue(now, now + 9))
      expect((await Promise.all(claims)).flat()).toMatchObject([{ id: 'rvr_1' }])
      expect(await store.revocationRuns.claimDue(now + 8, now + 20)).toEqual([])
      expect(await store.revocationRuns.claimDue(now + 9, now + 20)).toMatchObject([{ id: 'rvr_1' }])
    })

    test('that are hastened have all that is left of them due at once, and nothing of others', async () => {
      await store.revocationRuns.create(run, acme)
      const later = { dueAt: now + 500 }
      await store.revocations.create({ ...revocation('rev_1', 'acc_1'), ...later })
      await store.revocations.create({ ...revocation('rev_9', 'acc_4'), ...later })
      await store.revocationRuns.settle(run, [
        { accountId: 'acc_1', state: 'pending', revocationId: 'rev_1' },
        { accountId: 'acc_2', state: 'waiting', dueAt: now + 500 },
      ])
      await store.revocationRuns.claimDue(now, now + 500)
      await store.revocationRuns.hasten(run, now + 1)
      const when = { now: now + 1, until: now + 2 }
      const lane = { organizationId: 'org_a', integration: 'Acme' }
      expect(await store.revocations.claim(lane, when, 9)).toMatchObject([{ id: 'rev_1' }])
      expect(await store.revocationRuns.claimDue(now + 1, now + 9)).toMatchObject([{ id: 'rvr_1' }])
      const waiting = await store.revocationRuns.waiting(run, now + 1, 9)
      expect(waiting.map(({ id }) => id)).toEqual(['acc_2', 'acc_3'])
    })

    test('that are deleted accounts by then say so', async () => {
      await store.revocationRuns.create(run, acme)
      await store.accounts.delete('org_a', 'acc_2', 1, undefined)
      const waiting = await store.revocationRuns.waiting(run, now, 2)
      expect(waiting.map(({ id, account }) => [id, account?.id])).toEqual([
        ['acc_1', 'acc_1'],
        ['acc_2', undefined],
      ])
    })
  })
}
