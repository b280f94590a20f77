import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from './config.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const us = { publicUrl: 'https://us.example', databaseUrl: 'sqlite:/srv/us', encryptionKeys: `k1:${key(1)}` }
const eu = {
  publicUrl: 'https://eu.example',
  databaseUrl: 'postgres://sally:secret@db.example/eu',
  encryptionKeys: `k1:${key(2)}`,
}

type Environment = Readonly<Record<string, string>>

function read(realms: unknown, environment: Environment = {}) {
  const text = typeof realms === 'string' ? realms : JSON.stringify(realms)
  return readConfig({ SALLYPORT_REALMS: text, ...environment })
}

function configOf(realms: unknown, environment: Environment = {}): Config {
  const config = read(realms, environment)
  if ('faults' in config) throw new Error(config.faults.join(' '))
  return config.config
}

function faultsOf(realms: unknown, environment: Environment = {}): readonly string[] {
  const config = read(realms, environment)
  return 'faults' in config ? config.faults : []
}

describe('realms', () => {
  test('have a public address, a database and a key ring each; the admin key is the first one’s', () => {
    const { realms, adminKey, publicUrl } = configOf({ us, eu }, { SALLYPORT_ADMIN_KEY: 'x'.repeat(32) })
    expect(realms).toMatchObject([
      { realm: 'us', publicUrl: 'https://us.example', postgres: undefined, dataFolder: '/srv/us' },
      { realm: 'eu', publicUrl: 'https://eu.example', postgres: { host: 'db.example', database: 'eu' } },
    ])
    expect(realms.map((realm) => realm.keyRing?.ids)).toEqual([['k1'], ['k1']])
    expect([adminKey?.reveal(), publicUrl]).toEqual(['x'.repeat(32), 'https://us.example'])
    expect(realms.map((realm) => realm.adminKey?.reveal())).toEqual(['x'.repeat(32), undefined])
  })

  test('on PostgreSQL have their files in a folder of their name, embedded ones where they say', () => {
    const folderOf = (environment: Environment) =>
      configOf({ us, eu }, environment).realms.map(({ dataFolder }) => dataFolder)
    expect(folderOf({})).toEqual(['/srv/us', join(resolve('./data'), 'eu')])
    expect(folderOf({ SALLYPORT_DATA_DIR: '/var/sally' })).toEqual(['/srv/us', '/var/sally/eu'])
  })

  test('may be one, and may leave their keys to a file', () => {
    const { encryptionKeys, ...without } = us
    const { realms } = configOf({ us: without })
    expect(realms).toMatchObject([{ realm: 'us', keyRing: undefined }])
  })
})

describe('what does not hold', () => {
  const many =
    'SALLYPORT_REALMS must be a JSON object of realms, each of which is named once: {"us": {"publicUrl": "https://…", "databaseUrl": "…"}}.'
  test.each([
    ['no JSON', '{"us"', many],
    ['nothing', '', many],
    ['a list', [us], many],
    ['no realm', {}, many],
    ['one that is named twice', `{"us":${JSON.stringify(us)},"us":${JSON.stringify(eu)}}`, many],
    [
      'a name in capitals',
      { US: us },
      'SALLYPORT_REALMS names a realm that does not match ^[a-z][a-z0-9-]{0,31}$.',
    ],
    [
      'a long name',
      { [`u${'s'.repeat(32)}`]: us },
      'SALLYPORT_REALMS names a realm that does not match ^[a-z][a-z0-9-]{0,31}$.',
    ],
    [
      'text for a realm',
      { us: 'x' },
      'SALLYPORT_REALMS /us must be an object with publicUrl, databaseUrl, encryptionKeys, keyService, organizationKeysFolder.',
    ],
    [
      'a member that is misspelt',
      { us: { ...us, url: 'x' } },
      'SALLYPORT_REALMS /us may have no member but publicUrl, databaseUrl, encryptionKeys, keyService, organizationKeysFolder.',
    ],
    [
      'no public address',
      { us: { ...us, publicUrl: undefined } },
      'SALLYPORT_REALMS /us/publicUrl is required.',
    ],
    [
      'no database',
      { us: { ...us, databaseUrl: undefined } },
      'SALLYPORT_REALMS /us/databaseUrl is required.',
    ],
    ['a number', { us: { ...us, databaseUrl: 1 } }, 'SALLYPORT_REALMS /us/databaseUrl must be a string.'],
    [
      'a public address with a user',
      { us: { ...us, publicUrl: 'https://a@us.example' } },
      'SALLYPORT_REALMS /us/publicUrl must be an http or https address without user, query or fragment.',
    ],
    [
      'another database',
      { us: { ...us, databaseUrl: 'mysql://x/y' } },
      'SALLYPORT_REALMS /us/databaseUrl must be sqlite:<folder> or postgres://<user>:<password>@<host>:<port>/<database>.',
    ],
    [
      'short keys',
      { us: { ...us, encryptionKeys: 'k1:x' } },
      'SALLYPORT_REALMS /us/encryptionKeys key 1 is not 32 bytes in base64 or base64url.',
    ],
    [
      'a host twice',
      {
        us,
        eu: { ...eu, publicUrl: 'http://US.example:80/x' },
        ap: {
          ...us,
          publicUrl: 'http://us.example',
          databaseUrl: 'sqlite:/srv/ap',
          encryptionKeys: undefined,
        },
      },
      'SALLYPORT_REALMS /eu/publicUrl has the host of the realm us. Requests reach their realm by host: give each its own.',
      'SALLYPORT_REALMS /ap/publicUrl has the host of the realm us. Requests reach their realm by host: give each its own.',
      'SALLYPORT_REALMS /ap/publicUrl has the host of the realm eu. Requests reach their realm by host: give each its own.',
    ],
    [
      'a folder twice',
      { us, eu: { ...eu, databaseUrl: 'sqlite:/srv/x/../us' } },
      'SALLYPORT_REALMS /eu/databaseUrl is the database of the realm us. Give each its own.',
    ],
    [
      'a PostgreSQL twice',
      { us: { ...us, databaseUrl: 'postgres://other@DB.example:5432/eu' }, eu },
      'SALLYPORT_REALMS /eu/databaseUrl is the database of the realm us. Give each its own.',
    ],
    [
      'keys twice, under another id',
      { us, eu: { ...eu, encryptionKeys: `a:${key(3)},b:${key(1)}` } },
      'SALLYPORT_REALMS /eu/encryptionKeys holds a key of the realm us. Give each its own.',
    ],
  ])('%s is named', (_what, realms, ...faults) => {
    expect(faultsOf(realms)).toEqual(faults)
  })

  test.each([
    ['embedded', { us: { ...us, databaseUrl: 'sqlite:/srv' }, eu: { ...eu, databaseUrl: 'sqlite:/srv/eu' } }],
    ['of PostgreSQL', { us: { ...us, databaseUrl: 'sqlite:./data' }, eu }],
  ])('a folder inside another realm’s is named: %s', (_what, realms) => {
    expect(faultsOf(realms)).toEqual([
      expect.stringMatching(
        /^SALLYPORT_REALMS \/eu\/databaseUrl has its files in the folder of the realm us/,
      ),
    ])
  })

  test('what says the same of a single realm contradicts', () => {
    const faults = faultsOf(
      { us, eu },
      {
        SALLYPORT_DATABASE_URL: 'sqlite:/srv/us',
        SALLYPORT_PUBLIC_URL: 'https://us.example',
        SALLYPORT_ENCRYPTION_KEYS: `k1:${key(1)}`,
      },
    )
    const sentence = (member: string) =>
      `contradicts SALLYPORT_REALMS. Give it to the realm that is meant, as ${member}, and unset it.`
    expect(faults).toEqual([
      `SALLYPORT_DATABASE_URL ${sentence('databaseUrl')}`,
      `SALLYPORT_PUBLIC_URL ${sentence('publicUrl')}`,
      `SALLYPORT_ENCRYPTION_KEYS ${sentence('encryptionKeys')}`,
    ])
  })

  test('all that is wrong is named at once, and no fault repeats a secret', () => {
    const secret = 'canary-canary-canary'
    const faults = faultsOf(
      {
        us: {
          publicUrl: `https://x:${secret}@us.example`,
          databaseUrl: `mysql://x:${secret}@db/x`,
          encryptionKeys: `k1:${secret}`,
        },
        eu: { publicUrl: 'eu', databaseUrl: `postgres://:${secret}@db/x/y`, [secret]: secret },
        [`A${secret}`]: secret,
      },
      { SALLYPORT_PORT: 'x' },
    )
    expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')).sort()).toEqual([
      'SALLYPORT_PORT must',
      'SALLYPORT_REALMS /eu',
      'SALLYPORT_REALMS /eu/databaseUrl',
      'SALLYPORT_REALMS /eu/databaseUrl',
      'SALLYPORT_REALMS /eu/publicUrl',
      'SALLYPORT_REALMS /us/databaseUrl',
      'SALLYPORT_REALMS /us/encryptionKeys',
      'SALLYPORT_REALMS /us/publicUrl',
      'SALLYPORT_REALMS names',
    ])
    expect(faults.join()).not.toContain(secret)
    expect(faultsOf(`{"us":"${secret}`).join()).not.toContain(secret)
  })
})
