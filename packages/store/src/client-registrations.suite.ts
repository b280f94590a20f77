import type { ClientRegistrationRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, now } from './records.suite.ts'

const place = { organizationId: 'org_a', ownerId: 'int_1', server: 'https://issuer.example' }

function registration(clientId: string, change: Partial<ClientRegistrationRecord> = {}) {
  const sealed = Buffer.from([0, 255])
  return { ...place, clientId, sealed, createdAt: now, supersededAt: undefined, ...change }
}

/** What every dialect promises of clients that registered themselves. */
export function clientRegistrationSuite(current: () => Store): void {
  let rows: Store['clientRegistrations']

  beforeEach(() => {
    rows = current().clientRegistrations
  })

  describe('client registrations', () => {
    test('of which the newest is in force, and the ones before it stay', async () => {
      await rows.replace(registration('one'))
      await rows.replace(registration('two', { createdAt: now + 1 }))
      expect(await rows.list(place)).toEqual([
        registration('two', { createdAt: now + 1 }),
        registration('one', { supersededAt: now + 1 }),
      ])
      await rows.supersede(place, 'two', now + 2)
      expect((await rows.list(place)).map(({ supersededAt }) => supersededAt)).toEqual([now + 2, now + 1])
    })

    test('that come again with another secret are replaced', async () => {
      await rows.replace(registration('one'))
      await rows.supersede(place, 'one', now + 1)
      const again = registration('one', { sealed: Buffer.from([7]), createdAt: now + 2 })
      await rows.replace(again)
      expect(await rows.list(place)).toEqual([again])
    })

    test('of another owner, server or organization are not seen or touched', async () => {
      await addOrganization(current(), 'org_b')
      const others = [{ organizationId: 'org_b' }, { ownerId: 'int_2' }, { server: 'https://other.example' }]
      for (const other of others) await rows.replace(registration('other', other))
      await rows.replace(registration('one'))
      await rows.supersede(place, 'other', now)
      for (const other of others) {
        expect(await rows.list({ ...place, ...other })).toEqual([registration('other', other)])
      }
    })
  })
}
