import type {
  IdentityProviderRecord,
  InvitationRecord,
  PersonRecord,
  RoleRecord,
  SignOnFlowRecord,
  Store,
} from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, all, now, pages, person, session } from './records.suite.ts'

const bytes = (text: string) => Buffer.from(text)

function member(organizationId: string, change: Partial<PersonRecord> = {}): PersonRecord {
  const email = `${change.id ?? 'usr_1'}@example.com`
  return person(organizationId, { email, role: 'developer', ...change })
}

function role(organizationId: string, change: Partial<RoleRecord> = {}): RoleRecord {
  const without = ['apps:write', 'keys:write'] as const
  const row = { organizationId, id: 'rol_1', key: 'Reader', name: 'Reads', createdAt: now }
  return { ...row, base: 'developer', without, ...change }
}

function invitation(organizationId: string, change: Partial<InvitationRecord> = {}): InvitationRecord {
  const row = { organizationId, id: 'inv_1', email: 'Bob@example.com', role: 'Reader' }
  return { ...row, digest: bytes('d'), createdAt: now, expiresAt: now + 1000, ...change }
}

function identityProvider(
  organizationId: string,
  change: Partial<IdentityProviderRecord> = {},
): IdentityProviderRecord {
  return {
    organizationId,
    id: `idp_${organizationId}`,
    key: 'Corp',
    name: 'Corp ✓',
    issuer: 'https://idp.example',
    clientId: 'client',
    secret: bytes('sealed'),
    scopes: ['email'],
    defaultRole: undefined,
    allowedEmailDomains: ['example.com'],
    ssoOnly: false,
    disabled: false,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

function signOnFlow(organizationId: string, change: Partial<SignOnFlowRecord> = {}): SignOnFlowRecord {
  return {
    organizationId,
    id: 'sof_1',
    providerId: `idp_${organizationId}`,
    stateHash: 'state',
    browserHash: 'browser',
    purpose: 'login',
    subjectId: undefined,
    memory: bytes('memory'),
    createdAt: now,
    expiresAt: now + 1000,
    ...change,
  }
}

/** What every dialect promises of roles, invitations, and how people log in by identity providers. */
export function signOnSuite(current: () => Store): void {
  describe('who may do what, and log in how', () => {
    let store: Store

    beforeEach(async () => {
      store = current()
      await addOrganization(store, 'org_b')
    })

    describe('roles', () => {
      test('are unique, and found, without regard to case, each in its organization', async () => {
        expect(await store.roles.create(role('org_a'))).toBe(true)
        expect(await store.roles.create(role('org_a', { id: 'rol_2', key: 'READER' }))).toBe(false)
        expect(await store.roles.get('org_a', 'reader')).toStrictEqual(role('org_a'))
        expect(await store.roles.get('org_b', 'reader')).toBeUndefined()
        expect(await store.roles.update(role('org_b', { name: 'Other' }))).toBe(false)
        expect(await store.roles.update(role('org_a', { name: 'Other', without: [] }))).toBe(true)
        expect(await store.roles.list('org_a')).toStrictEqual([role('org_a', { name: 'Other', without: [] })])
        expect(await store.roles.list('org_b')).toEqual([])
      })

      test.each<[string, (store: Store) => Promise<unknown>]>([
        ['a person', (it) => it.people.create(member('org_a', { role: 'Reader' }))],
        ['an invitation', (it) => it.invitations.create(invitation('org_a'))],
        [
          'a provider',
          (it) => it.identityProviders.create(identityProvider('org_a', { defaultRole: 'Reader' })),
        ],
      ])('are not deleted while %s has one', async (_, use) => {
        for (const org of ['org_a', 'org_b']) await store.roles.create(role(org))
        await use(store)
        expect(await store.roles.delete('org_a', 'reader')).toBe(false)
        expect(await store.roles.delete('org_b', 'reader')).toBe(true)
      })

      test('that are given and deleted at once are one or the other', async () => {
        for (let round = 0; round < 5; round += 1) {
          await store.roles.create(role('org_a'))
          const person = member('org_a', { id: `usr_${round}`, role: 'Reader' })
          const give = store.recorded(
            'org_a',
            async (within) => (await within.roles.hold('org_a', 'Reader')) && within.people.create(person),
            () => undefined,
          )
          const take = store.recorded(
            'org_a',
            async (within) =>
              (await within.roles.hold('org_a', 'Reader')) && within.roles.delete('org_a', 'Reader'),
            () => undefined,
          )
          const [isGiven, isTaken] = await Promise.all([give, take])
          expect([isGiven, isTaken]).toEqual([isGiven, !isGiven])
          await store.people.delete('org_a', person.id)
          await store.roles.delete('org_a', 'Reader')
        }
      })
    })

    describe('owners', () => {
      test('that leave all at once leave one behind', async () => {
        const owners = Array.from({ length: 6 }, (_, at) =>
          member('org_a', { id: `usr_${at}`, role: 'owner' }),
        )
        for (const owner of owners) await store.people.create(owner)
        await store.people.create(member('org_a', { id: 'usr_8', role: 'owner', disabled: true }))
        await store.people.create(member('org_b', { id: 'usr_9', role: 'owner' }))
        const leave = (owner: PersonRecord, index: number) =>
          store.recorded(
            'org_a',
            async (within) => {
              await within.owners.hold('org_a')
              if (index % 2 === 0) await within.people.delete('org_a', owner.id)
              else await within.people.update({ ...owner, role: 'admin', version: 2 })
              if (!(await within.owners.exist('org_a'))) throw new Error('the last one')
            },
            () => undefined,
          )
        const outcomes = await Promise.allSettled(owners.map(leave))
        expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
        const { items } = await store.people.list('org_a', all)
        expect(items.filter((each) => each.role === 'owner' && !each.disabled)).toHaveLength(1)
      })
    })

    describe('invitations', () => {
      test('take the place of the one that their address has, however it is written', async () => {
        await store.invitations.create(invitation('org_a'))
        await store.invitations.create(invitation('org_b'))
        const second = invitation('org_a', { id: 'inv_2', email: 'BOB@example.com', digest: bytes('e') })
        await store.invitations.create(second)
        expect(await store.invitations.get('org_a', 'inv_2')).toStrictEqual(second)
        expect(await store.invitations.byDigest('org_a', bytes('e'))).toStrictEqual(second)
        expect(await store.invitations.byDigest('org_a', bytes('d'))).toBeUndefined()
        expect(await store.invitations.byDigest('org_b', bytes('d'))).toStrictEqual(invitation('org_b'))
      })

      test('are listed in pages while they last, and taken once', async () => {
        for (const id of ['inv_1', 'inv_2', 'inv_3']) {
          await store.invitations.create(
            invitation('org_a', { id, email: `${id}@example.com`, digest: bytes(id) }),
          )
        }
        const listed = (at: number) => pages((page) => store.invitations.list('org_a', at, page), 2)
        expect(await listed(now)).toEqual([['inv_1', 'inv_2'], ['inv_3']])
        expect(await listed(now + 1000)).toEqual([[]])
        const taken = await Promise.all(
          Array.from({ length: 8 }, () => store.invitations.delete('org_a', 'inv_1')),
        )
        expect(taken.filter(Boolean)).toHaveLength(1)
        await store.invitations.deleteExpired(now + 1001)
        expect(await store.invitations.get('org_a', 'inv_2')).toBeUndefined()
      })
    })

    describe('identity providers', () => {
      test('are given back as they were given, found by key and by id', async () => {
        const bare = identityProvider('org_b', { secret: undefined, defaultRole: 'auditor', ssoOnly: true })
        for (const each of [identityProvider('org_a'), bare]) {
          expect(await store.identityProviders.create(each)).toBe(true)
          expect(await store.identityProviders.getByKey(each.organizationId, 'CORP')).toStrictEqual(each)
          expect(await store.identityProviders.find(each.id)).toStrictEqual(each)
        }
        const taken = identityProvider('org_a', { id: 'idp_2', key: 'corp' })
        expect(await store.identityProviders.create(taken)).toBe(false)
        expect((await store.identityProviders.list('org_a', all)).items).toHaveLength(1)
      })

      test('are changed by one of two who read the same, and no other organization’s', async () => {
        await store.identityProviders.create(identityProvider('org_a'))
        const change = { id: 'idp_org_a', issuer: 'https://other.example', version: 2 }
        const foreign = identityProvider('org_b', change)
        expect(await store.identityProviders.update(foreign)).toBe(false)
        expect(await store.identityProviders.delete('org_b', 'idp_org_a')).toBe(false)
        const next = identityProvider('org_a', change)
        const both = await Promise.all([1, 2].map(() => store.identityProviders.update(next)))
        expect(both.filter(Boolean)).toHaveLength(1)
        expect(await store.identityProviders.find('idp_org_a')).toStrictEqual(next)
      })

      test('refuse passwords where one that is not disabled says so', async () => {
        const refused = () => store.identityProviders.isPasswordRefused('org_a')
        await store.identityProviders.create(identityProvider('org_a', { ssoOnly: true }))
        await store.identityProviders.create(identityProvider('org_b'))
        expect([await refused(), await store.identityProviders.isPasswordRefused('org_b')]).toEqual([
          true,
          false,
        ])
        await store.identityProviders.update(
          identityProvider('org_a', { ssoOnly: true, disabled: true, version: 2 }),
        )
        expect(await refused()).toBe(false)
      })
    })

    describe('sessions', () => {
      test('that a password began end, but for owners’ and those of single sign-on', async () => {
        await store.people.create(member('org_a', { id: 'usr_1' }))
        await store.people.create(member('org_a', { id: 'usr_2', role: 'owner' }))
        await store.people.create(member('org_b', { id: 'usr_1' }))
        const begun = [
          session('org_a', { id: 'ses_1', digest: bytes('1') }),
          session('org_a', { id: 'ses_2', digest: bytes('2'), method: 'sso' }),
          session('org_a', { id: 'ses_3', digest: bytes('3'), personId: 'usr_2' }),
          session('org_b', { id: 'ses_4', digest: bytes('4') }),
        ]
        for (const each of begun) await store.sessions.create(each)
        await store.identityProviders.endPasswordSessions('org_a')
        const left = begun.map(({ organizationId, digest }) =>
          store.sessions.byDigest(organizationId, digest),
        )
        const ids = (await Promise.all(left)).map((found) => found?.session.id)
        expect(ids).toEqual([undefined, 'ses_2', 'ses_3', 'ses_4'])
      })
    })

    describe('identities of people', () => {
      const identity = (organizationId: string, personId = 'usr_1') => {
        const row = { organizationId, issuer: 'https://idp.example', subject: 'ann' }
        return { ...row, personId, createdAt: now }
      }

      test('belong to one person of an organization, and go with them', async () => {
        for (const org of ['org_a', 'org_b']) await store.people.create(member(org))
        await store.people.create(member('org_a', { id: 'usr_2' }))
        const created = [identity('org_a'), identity('org_a', 'usr_2'), identity('org_b')]
        const outcomes = []
        for (const each of created) outcomes.push(await store.userIdentities.create(each))
        expect(outcomes).toEqual([true, false, true])
        const find = (org: string, issuer = 'https://idp.example') =>
          store.userIdentities.find(org, issuer, 'ann')
        expect(await find('org_a')).toStrictEqual(identity('org_a'))
        expect(await find('org_a', 'https://other.example')).toBeUndefined()
        expect(await store.userIdentities.list('org_a', ['usr_1', 'usr_2'])).toStrictEqual([
          identity('org_a'),
        ])
        expect(await store.userIdentities.list('org_a', [])).toEqual([])
        await store.people.delete('org_a', 'usr_1')
        expect([await find('org_a'), await find('org_b')]).toEqual([undefined, identity('org_b')])
      })

      test('of nobody are refused', async () => {
        await expect(store.userIdentities.create(identity('org_a', 'usr_9'))).rejects.toThrow()
      })

      test('are given up by their person alone', async () => {
        await store.people.create(member('org_a'))
        await store.userIdentities.create(identity('org_a'))
        const { issuer } = identity('org_a')
        expect(await store.userIdentities.delete('org_a', 'usr_2', issuer)).toBe(false)
        expect(await store.userIdentities.delete('org_a', 'usr_1', issuer)).toBe(true)
      })
    })

    describe('sign-on flows', () => {
      test('are found at their own provider by their state, and taken by one of many', async () => {
        for (const org of ['org_a', 'org_b']) await store.identityProviders.create(identityProvider(org))
        const flow = signOnFlow('org_a', { purpose: 'link', subjectId: 'ses_1' })
        await store.signOnFlows.create(flow)
        expect(await store.signOnFlows.byState('org_a', 'idp_org_a', 'state')).toStrictEqual(flow)
        expect(await store.signOnFlows.byState('org_b', 'idp_org_b', 'state')).toBeUndefined()
        expect(await store.signOnFlows.byState('org_a', 'idp_org_b', 'state')).toBeUndefined()
        const taken = await Promise.all(
          Array.from({ length: 8 }, () => store.signOnFlows.take('org_a', 'sof_1')),
        )
        expect(taken.filter(Boolean)).toHaveLength(1)
      })

      test('end with their time, and with their provider', async () => {
        await store.identityProviders.create(identityProvider('org_a'))
        await store.signOnFlows.create(signOnFlow('org_a'))
        await store.signOnFlows.create(
          signOnFlow('org_a', { id: 'sof_2', stateHash: 'b', expiresAt: now + 2000 }),
        )
        await store.signOnFlows.deleteExpired(now + 1001)
        const byState = (state: string) => store.signOnFlows.byState('org_a', 'idp_org_a', state)
        expect([await byState('state'), (await byState('b'))?.id]).toEqual([undefined, 'sof_2'])
        await store.identityProviders.delete('org_a', 'idp_org_a')
        expect(await byState('b')).toBeUndefined()
      })
    })
  })
}
