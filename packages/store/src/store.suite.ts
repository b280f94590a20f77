import type { Store } from '@sallyport/core/ports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accountListSuite } from './account-lists.suite.ts'
import { accountSuite } from './accounts.suite.ts'
import { appSuite } from './apps.suite.ts'
import { auditSuite } from './audit.suite.ts'
import { auditChainSuite } from './audit-chain.suite.ts'
import { auditProgressSuite } from './audit-progress.suite.ts'
import { auditTamperingSuite } from './audit-tampering.suite.ts'
import { callSuite } from './calls.suite.ts'
import { clientRegistrationSuite } from './client-registrations.suite.ts'
import { connectLinkSuite } from './connect-links.suite.ts'
import { devicePollSuite } from './device-polls.suite.ts'
import { eventSuite } from './events.suite.ts'
import { exportSuite } from './exports.suite.ts'
import { flowSuite } from './flows.suite.ts'
import { instanceSuite } from './instance.suite.ts'
import { integrationSuite } from './integrations.suite.ts'
import { keyRotationSuite } from './key-rotations.suite.ts'
import { keySuite } from './keys.suite.ts'
import { oauthClientSuite } from './oauth-clients.suite.ts'
import type { OpenedDatabase } from './opened-database.ts'
import { operationSuite } from './operations.suite.ts'
import { organizationSuite } from './organizations.suite.ts'
import { personSuite } from './people.suite.ts'
import {
  account,
  addOrganization,
  all,
  apiKey,
  auditKeys,
  dataKey,
  flow,
  integration,
  now,
  organization,
  pending,
} from './records.suite.ts'
import { renewalIntentSuite } from './renewal-intents.suite.ts'
import { revocationRunSuite } from './revocation-runs.suite.ts'
import { revocationSuite } from './revocations.suite.ts'
import { scheduleSuite } from './schedule.suite.ts'
import { sessionSuite } from './sessions.suite.ts'
import { signOnSuite } from './sign-on.suite.ts'
import { traceSuite } from './traces.suite.ts'
import { webhookSuite } from './webhooks.suite.ts'

/** An empty database that can be opened again and again. */
export interface SuiteDatabase {
  open(): OpenedDatabase | Promise<OpenedDatabase>
  /** By a connection of its own, as somebody else would. */
  query(statement: string): Promise<unknown>
  remove(): Promise<void>
}

/** What every dialect promises. */
export function storeSuite(name: string, create: () => Promise<SuiteDatabase>): void {
  describe(`the store on ${name}`, () => {
    let place: SuiteDatabase
    let database: OpenedDatabase
    let store: Store

    async function open() {
      database = await place.open()
      await database.migrate()
      store = database.store.chainedBy(auditKeys)
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
        tags: { team: 'a' },
        lastUsedAt: now,
        differences: { generation: 1, names: ['idSubject'] },
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
      expect(await store.organizations.first()).toStrictEqual(organization(org))
      expect(await store.dataKeys.get(org, 'dek_1')).toStrictEqual(dataKey(org))
      expect(await store.dataKeys.active(org)).toStrictEqual(dataKey(org))
      expect(await store.integrations.get(org, 'int_1')).toStrictEqual(integration(org))
      expect(await store.accounts.get(org, 'acc_1')).toStrictEqual(used)
      expect(await store.accounts.get(org, 'acc_2')).toStrictEqual(waiting)
      expect(await store.flows.get('flw_1')).toStrictEqual(flow(org))
      expect(await store.flows.byState('t')).toStrictEqual(ended)
      expect(await store.flows.byStart('s2')).toStrictEqual(ended)
      expect(await store.apiKeys.get(org, 'key_1')).toStrictEqual(key)
      expect(await store.apiKeys.byLookup('l')).toStrictEqual({
        ...apiKey(org, { id: 'key_0', lookup: 'l' }),
        isSuspended: false,
      })
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

    instanceSuite(() => store)
    organizationSuite(() => store)
    auditSuite(() => store)
    auditChainSuite(() => store)
    auditProgressSuite(() => store)
    auditTamperingSuite(() => ({ store, query: (statement) => place.query(statement) }))
    integrationSuite(() => store)
    oauthClientSuite(() => store)
    accountSuite(() => store)
    accountListSuite(() => store)
    eventSuite(() => store)
    callSuite(() => store)
    flowSuite(() => store)
    connectLinkSuite(() => store)
    renewalIntentSuite(() => store)
    revocationSuite(() => store)
    revocationRunSuite(() => store)
    exportSuite(() => store)
    scheduleSuite(() => store)
    traceSuite(() => store)
    webhookSuite(() => store)
    devicePollSuite(() => store)
    clientRegistrationSuite(() => store)
    appSuite(() => store)
    operationSuite(() => store)
    keySuite(() => store)
    keyRotationSuite(() => store)
    personSuite(() => store)
    sessionSuite(() => store)
    signOnSuite(() => store)

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
        database = await place.open()
        expect(database.exists).toBe(true)
        expect(await database.keyChecks.read()).toEqual(expected)
      })

      test('says which outer keys wrap nothing, and forgets them', async () => {
        const wrapped = Buffer.from([1, 1, 2, ...Buffer.from('k1'), 9])
        await store.dataKeys.rewrap(dataKey('org_a'), wrapped)
        for (const keyId of ['k', 'k1', 'k10']) await database.keyChecks.write({ ...check, keyId })
        expect([...(await database.keyChecks.unused())].sort()).toEqual(['k', 'k10'])
        await database.keyChecks.forget('k10')
        expect((await database.keyChecks.read())?.map(({ keyId }) => keyId)).toEqual(['k', 'k1'])
      })

      test('that is missing beside data is told from a new database', async () => {
        expect(await database.keyChecks.read()).toEqual([])
        const other = await create()
        const empty = await other.open()
        expect(await empty.keyChecks.read()).toBeUndefined()
        await empty.migrate()
        expect(await empty.keyChecks.read()).toBeUndefined()
        await empty.close()
        await other.remove()
      })
    })
  })
}
