import { randomBytes } from 'node:crypto'
import { IntegrationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import type { AccountRecord, DataKeyRecord, IntegrationRecord, Store } from '../ports.ts'
import { Secret } from '../secret.ts'
import { systemTimers } from '../timers.ts'
import { Recorder } from '../traces/recorder.ts'
import { generateKeyRing, parseKeyRing } from '../vault/keyring.ts'
import { ringKeys } from '../vault/ring-keys.ts'
import { createVault } from '../vault/vault.ts'
import { Admission } from './admission.ts'
import { connectedState } from './commit.ts'
import { Renewals } from './renewals.ts'
import { loadTarget, targetWith } from './target.ts'

const integration: IntegrationRecord = {
  organizationId: 'org_a',
  id: 'int_a',
  key: 'api',
  name: 'API',
  definition: JSON.stringify(
    IntegrationInput.parse({
      key: 'api',
      name: 'API',
      baseUrl: 'https://api.example.test',
      auth: {
        type: 'oauth2',
        grant: 'client_credentials',
        tokenUrl: 'https://api.example.test/token',
        clientId: 'client',
        clientAuthentication: 'none',
      },
    }),
  ),
  secrets: undefined,
  secretsSet: [],
  version: 1,
  createdAt: 0,
  updatedAt: 0,
}

/** One connected account in a store whose reads the test can hold back, as a network would. */
async function renewable() {
  const random = { bytes: randomBytes }
  const parsed = parseKeyRing(generateKeyRing(random))
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  const clock = fakeClock()
  const keys: DataKeyRecord[] = []
  const dataKeys = { get: async () => keys[0], active: async () => keys[0], audit: async () => undefined }
  const vault = createVault({ outerKeys: ringKeys(parsed.ring, random), random, clock, dataKeys })
  keys.push(await vault.newDataKey('org_a'))

  const reads = { areHeld: false, held: [] as (() => void)[] }
  let account = {
    organizationId: 'org_a',
    environment: 'development',
    id: 'acc_a',
    generation: 0,
  } as AccountRecord
  const accounts = {
    async get() {
      const row = account
      if (reads.areHeld) await new Promise<void>((resolve) => reads.held.push(resolve))
      return row
    },
    async commitCredential(_organization: string, _id: string, from: number, state: Partial<AccountRecord>) {
      if (account.generation !== from) return false
      account = { ...account, ...state }
      return true
    },
  }
  const renewalIntents = { claim: async () => ({ attempt: 1 }) }
  const store = {
    accounts,
    renewalIntents,
    schedule: { takeRate: async () => true },
    integrations: { get: async () => integration },
  } as unknown as Store
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const token = { access_token: 'new', token_type: 'Bearer', expires_in: 3600 }
  const requests: string[] = []
  const send = async ({ body = '' }: { body: string | undefined }) => {
    requests.push(body)
    return {
      status: 200,
      cookies: [],
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(token)),
    }
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const tokens = {
    accessToken: new Secret('old'),
    refreshToken: undefined,
    tokenType: 'bearer',
    issuedAt: clock.now(),
    expiresAt: clock.now() + 3_600_000,
    scopes: [],
  }
  const credential = { secret: {}, parameters: {}, tokens }
  const target = await targetWith({ vault, policy }, account, integration, credential)
  account = { ...account, ...(await connectedState({ vault, clock, random }, target, credential)) }
  const ports = {
    ...{ store, vault, clock, timers: systemTimers, random, log, policy, send },
    changed: () => undefined,
    mayRenew: async () => undefined,
    fence: { adoptedAt: undefined },
    revocations: { discard: async () => undefined },
    journal: {
      ...{ enter: async () => [], settle: async () => undefined, entries: async () => [] },
      ...{ append: async () => undefined, remove: async () => undefined, hasRoom: async () => true },
    },
    recorder: new Recorder({ store, clock, random, log }),
    admission: new Admission({ store, clock, timers: systemTimers, random, log }),
  }
  const rejected = await loadTarget(ports, 'org_a', 'acc_a')
  const renewals = new Renewals(ports)
  const afterRejection = async () =>
    (await renewals.afterRejection(rejected, 'unauthorized'))?.account.generation
  return { reads, requests, afterRejection, renewals, rejected }
}

test('calls that were rejected while others still read the account share one renewal', async () => {
  const { reads, requests, afterRejection } = await renewable()
  reads.areHeld = true
  const calls = [afterRejection(), afterRejection(), afterRejection()]
  reads.areHeld = false
  for (const release of reads.held) release()
  expect(await Promise.all(calls)).toEqual([2, 2, 2])
  expect(requests).toHaveLength(1)
})

test('a call that read the account before a renewal, and hears of it after its end, takes the new token', async () => {
  const { reads, requests, afterRejection } = await renewable()
  reads.areHeld = true
  const late = afterRejection()
  reads.areHeld = false
  expect(await afterRejection()).toBe(2)
  for (const release of reads.held) release()
  expect(await late).toBe(2)
  expect(requests).toHaveLength(1)
})

test('a renewal of a generation that has been renewed already only reads the newer one', async () => {
  const { requests, afterRejection, renewals, rejected } = await renewable()
  await afterRejection()
  expect((await renewals.renew(rejected.account)).account.generation).toBe(2)
  expect(requests).toHaveLength(1)
})
