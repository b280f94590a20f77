import { randomBytes } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import type { DataKeyRecord } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import { Secret } from '../secret.ts'
import { generateKeyRing, parseKeyRing } from '../vault/keyring.ts'
import { ringKeys } from '../vault/ring-keys.ts'
import { createVault } from '../vault/vault.ts'
import { openDefinitionSecrets, sealDefinitionSecrets } from './definition-secrets.ts'
import {
  isSameCredential,
  openCredential,
  parseCredential,
  resealCredential,
  sealCredential,
  serializeCredential,
} from './seal.ts'

const owner = { organizationId: 'org_a', environment: 'production', id: 'acc_1', generation: 3 }

async function vaultFor(...organizations: string[]) {
  const random = { bytes: randomBytes }
  const parsed = parseKeyRing(generateKeyRing(random))
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  const records: DataKeyRecord[] = []
  const vault = createVault({
    outerKeys: ringKeys(parsed.ring, random),
    random,
    clock: fakeClock(),
    dataKeys: {
      get: async (organizationId, id) =>
        records.find((record) => record.organizationId === organizationId && record.id === id),
      active: async (organizationId) => records.find((record) => record.organizationId === organizationId),
      audit: async () => undefined,
    },
  })
  records.push(...(await Promise.all(organizations.map((id) => vault.newDataKey(id)))))
  return vault
}

const whole: Credential = {
  secret: { username: new Secret('u'), password: new Secret('pässword 🔑') },
  parameters: { region: new Secret('eu') },
  tokens: {
    accessToken: new Secret('at'),
    refreshToken: new Secret('rt'),
    tokenType: 'bearer',
    issuedAt: 1_000,
    expiresAt: 2_000,
    scopes: ['a', 'b'],
  },
}

function revealed({ secret, parameters, tokens }: Credential) {
  const texts = (secrets: Credential['secret']) =>
    Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value.reveal()]))
  return {
    secret: texts(secret),
    parameters: texts(parameters),
    tokens: tokens && {
      ...tokens,
      accessToken: tokens.accessToken.reveal(),
      refreshToken: tokens.refreshToken?.reveal(),
    },
  }
}

describe('a credential', () => {
  test.each<[what: string, credential: Credential]>([
    ['with everything', whole],
    ['with nothing', { secret: {}, parameters: {}, tokens: undefined }],
    [
      'with a token that neither ends nor is renewed',
      {
        secret: {},
        parameters: {},
        tokens: {
          accessToken: new Secret('at'),
          refreshToken: undefined,
          tokenType: 'bearer',
          issuedAt: 0,
          expiresAt: undefined,
          scopes: [],
        },
      },
    ],
    ['with empty values', { secret: { password: new Secret('') }, parameters: {}, tokens: undefined }],
  ])('%s is opened as it was sealed', async (_, credential) => {
    const vault = await vaultFor('org_a')
    const sealed = await sealCredential(vault, owner, credential)
    expect(revealed(await openCredential(vault, owner, sealed))).toEqual(revealed(credential))
    expect(revealed(parseCredential(serializeCredential(credential)))).toEqual(revealed(credential))
  })

  test.each([
    ['another account', { id: 'acc_2' }],
    ['another generation', { generation: 2 }],
    ['another environment', { environment: 'qa' }],
    ['another organization', { organizationId: 'org_b' }],
  ])('does not open as that of %s', async (_, other) => {
    const vault = await vaultFor('org_a', 'org_b')
    const sealed = await sealCredential(vault, owner, whole)
    await expect(openCredential(vault, { ...owner, ...other }, sealed)).rejects.toMatchObject({
      name: 'VaultError',
    })
  })

  test('is the same as when it was sealed anew, and not as another or none', async () => {
    const vault = await vaultFor('org_a')
    const sealed = await sealCredential(vault, owner, whole)
    const anew = await resealCredential(vault, owner, sealed)
    const other = await sealCredential(vault, owner, { ...whole, tokens: undefined })
    expect(anew.equals(sealed)).toBe(false)
    expect(await isSameCredential(vault, owner, [sealed, anew])).toBe(true)
    expect(await isSameCredential(vault, owner, [sealed, other])).toBe(false)
    expect(await isSameCredential(vault, owner, [sealed, undefined])).toBe(false)
  })

  test('is nowhere to be read in what is stored', async () => {
    const sealed = await sealCredential(await vaultFor('org_a'), owner, whole)
    expect(sealed.toString('latin1')).not.toMatch(/username|bearer/)
  })

  test('that is not stored is empty', async () => {
    expect(await openCredential(await vaultFor('org_a'), owner, undefined)).toEqual({
      secret: {},
      parameters: {},
      tokens: undefined,
    })
  })
})

describe('a definition’s secrets', () => {
  const row = { organizationId: 'org_a', id: 'int_1', version: 1 }

  test('are opened for their row and version alone', async () => {
    const vault = await vaultFor('org_a')
    const secrets = await sealDefinitionSecrets(vault, row, { '/auth/clientSecret': new Secret('s') })
    const opened = await openDefinitionSecrets(vault, { ...row, secrets })
    expect(opened['/auth/clientSecret']?.reveal()).toBe('s')
    for (const other of [{ id: 'int_2' }, { version: 2 }]) {
      await expect(openDefinitionSecrets(vault, { ...row, ...other, secrets })).rejects.toMatchObject({
        name: 'VaultError',
      })
    }
  })

  test('that are none are not sealed', async () => {
    const vault = await vaultFor('org_a')
    expect(await sealDefinitionSecrets(vault, row, {})).toBeUndefined()
    expect(await openDefinitionSecrets(vault, { ...row, secrets: undefined })).toEqual({})
  })
})
