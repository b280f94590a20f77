import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, all, flow, integration, now, pending } from './records.suite.ts'

/** Of an instance against which nothing stands, nor has stood. */
const sound = { isHere: true, rolledBackFrom: undefined, backupAt: undefined, adoptedAt: undefined }

/** What every dialect promises of the row in which a database says what it is. */
export function instanceSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('the instance', () => {
    test('is made by one of 20 who make it at once, and lives where it was made', async () => {
      expect(await store.instance.read()).toBeUndefined()
      const ids = Array.from({ length: 20 }, (_, index) => `ins_${index}`)
      await Promise.all(ids.map((id) => store.instance.create(id)))
      const found = await store.instance.read()
      expect(ids).toContain(found?.id)
      expect(found).toStrictEqual({ id: found?.id, epoch: 1, ...sound })
    })

    test('goes one epoch further for each of 20 who advance it at once', async () => {
      await store.instance.create('ins_a')
      const epochs = await Promise.all(
        Array.from({ length: 20 }, () => store.instance.advance({ id: 'ins_a', epoch: 1 })),
      )
      expect(epochs.map(Number).sort((one, other) => one - other)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 2),
      )
      expect(await store.instance.read()).toMatchObject({ epoch: 21, isHere: true })
    })

    test('is not advanced by whoever knows another one, or a later epoch', async () => {
      expect(await store.instance.advance({ id: 'ins_a', epoch: 0 })).toBeUndefined()
      await store.instance.create('ins_a')
      expect(await store.instance.advance({ id: 'ins_b', epoch: 1 })).toBeUndefined()
      expect(await store.instance.advance({ id: 'ins_a', epoch: 2 })).toBeUndefined()
      expect(await store.instance.read()).toMatchObject({ epoch: 1 })
    })

    test('that was set back is advanced by nobody until it is settled at a later epoch', async () => {
      await store.instance.create('ins_a')
      await store.instance.noteRollback({ id: 'ins_b', epoch: 90 })
      expect(await store.instance.read()).toMatchObject({ rolledBackFrom: undefined })
      for (const epoch of [70, 90, 80]) await store.instance.noteRollback({ id: 'ins_a', epoch })
      expect(await store.instance.read()).toMatchObject({ rolledBackFrom: 90 })
      expect(await store.instance.advance({ id: 'ins_a', epoch: 1 })).toBeUndefined()
      await store.instance.settle({ id: 'ins_a', epoch: 1 }, now)
      expect(await store.instance.read()).toMatchObject({ epoch: 1, rolledBackFrom: 90 })
      await store.instance.settle({ id: 'ins_a', epoch: 100 }, now)
      expect(await store.instance.read()).toMatchObject({ epoch: 100, ...sound, adoptedAt: now })
      expect(await store.instance.advance({ id: 'ins_a', epoch: 1 })).toBe(101)
    })
  })

  describe('a quarantine', () => {
    const next = { id: 'ins_b', epoch: 500 }
    const given = { secretsSet: ['/secret/token'], renewable: false }

    beforeEach(async () => {
      await store.instance.create('ins_a')
    })

    test('destroys what was issued or can be renewed, a generation further, and leaves what was given', async () => {
      const issued = { secretsSet: ['/secret/accessToken'], renewable: false }
      const refreshed = { secretsSet: ['/secret/accessToken', '/secret/refreshToken'], renewable: false }
      await store.accounts.create(account('org_a', { generation: 7 }))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...issued }))
      await store.accounts.create(account('org_a', { id: 'acc_3', ...refreshed, disabled: true }))
      await store.accounts.create(account('org_a', { id: 'acc_4', ...given }))
      await store.accounts.create(account('org_a', { id: 'acc_5', ...pending }))
      await addOrganization(store, 'org_b')
      await store.accounts.create(account('org_b'))
      expect(await store.instance.quarantine(next)).toMatchObject({ accounts: 4 })
      const destroyed = await Promise.all(
        [1, 2, 3].map((index) => store.accounts.get('org_a', `acc_${index}`)),
      )
      for (const each of [...destroyed, await store.accounts.get('org_b', 'acc_1')]) {
        expect(each).toMatchObject({ status: 'needs_reconnect', reason: 'quarantined', renewable: false })
        expect(each).toMatchObject({ credential: undefined, secretsSet: [], expiresAt: undefined })
        expect(each?.reasonDetail).toContain('Connect the account again.')
      }
      expect(destroyed.map((each) => each?.generation)).toEqual([8, 2, 2])
      expect(await store.accounts.get('org_a', 'acc_4')).toStrictEqual(
        account('org_a', { id: 'acc_4', ...given, revocation: undefined }),
      )
      expect(await store.accounts.get('org_a', 'acc_5')).toStrictEqual(
        account('org_a', { id: 'acc_5', ...pending }),
      )
      const told = (await store.events.list('org_a', { order: 'oldest' }, all)).items
      expect(told.filter(({ type }) => type === 'account.needs_reconnect')).toHaveLength(3)
    })

    test('ends what is under way, and what is still to be revoked', async () => {
      await store.accounts.create(account('org_a', given))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...pending }))
      await store.flows.create(flow('org_a', { sealed: Buffer.from('parked') }))
      const owner = { organizationId: 'org_a', accountId: 'acc_2' }
      const poll = { ...owner, id: 'flw_2', environment: 'development', sealed: Buffer.from('code') }
      const due = { createdAt: now, dueAt: now, expiresAt: now + 1 }
      await store.devicePolls.replace({ ...poll, intervalSeconds: 5, ...due })
      const key = { organizationId: 'org_a', accountId: 'acc_1', generation: 1 }
      const lease = { owner: 'run_a', deadlineMilliseconds: 1, leaseMilliseconds: 2 }
      await store.renewalIntents.claim({ ...key, isRefused: false }, lease)
      const revocation = { organizationId: 'org_a', id: 'rev_1', accountId: 'acc_3', attempts: 0, ...due }
      const of = { environment: 'development', integration: 'Acme', sealed: Buffer.from('tokens') }
      const why = { reason: undefined, reasonDetail: undefined }
      await store.revocations.create({ ...revocation, ...of, ...why })
      const run = { organizationId: 'org_a', id: 'rvr_1', status: 'running', filter: {} } as const
      await store.accounts.create(account('org_a', { id: 'acc_8', renewable: false }))
      await store.revocationRuns.create({ ...run, startedAt: now, endedAt: undefined }, {})
      const registration = { organizationId: 'org_a', ownerId: 'int_1', server: 's', clientId: 'c' }
      const sealed = { sealed: Buffer.from('client'), createdAt: now, supersededAt: undefined }
      await store.clientRegistrations.replace({ ...registration, ...sealed })

      const counts = { accounts: 0, flows: 1, devicePolls: 1, renewals: 1, revocations: 1 }
      expect(await store.instance.quarantine(next)).toMatchObject(counts)
      expect(await store.flows.get('flw_1')).toBeUndefined()
      expect(await store.devicePolls.claimDue(now, now, 9)).toEqual([])
      expect(await store.renewalIntents.get(key)).toBeUndefined()
      expect(await store.revocations.lanes(now)).toEqual([])
      // What it would disconnect here, the original goes on with.
      expect(await store.revocationRuns.claimDue(now, now)).toEqual([])
      expect(await store.clientRegistrations.list(registration)).toEqual([])
    })

    test('disables webhooks before it tells anything, and sends nothing of what was on its way', async () => {
      const webhook = { organizationId: 'org_a', id: 'whk_9', url: 'https://a.test/', disabled: false }
      const nothing = { events: undefined, description: undefined, disabledReason: undefined, failures: 0 }
      const never = { failingSince: undefined, lastError: undefined, lastDeliveredAt: undefined }
      const made = { secrets: Buffer.from([1]), version: 1, createdAt: now, updatedAt: now }
      await store.webhooks.create({ ...webhook, ...nothing, ...never, ...made })
      await store.accounts.create(account('org_a'))
      expect(await store.instance.quarantine(next)).toMatchObject({ accounts: 1 })
      const disabled = await store.webhooks.get('org_a', 'whk_9')
      expect(disabled).toMatchObject({ disabled: true, disabledReason: 'quarantined', version: 2 })
      expect((await store.deliveries.list('org_a', 'whk_9', all)).items).toEqual([])
    })

    test('makes it an instance of its own, which lives here', async () => {
      await store.instance.noteRollback({ id: 'ins_a', epoch: 90 })
      await store.instance.quarantine(next)
      expect(await store.instance.read()).toStrictEqual({ ...next, ...sound })
      expect(await store.integrations.get('org_a', 'int_1')).toStrictEqual(integration('org_a'))
    })
  })
}
