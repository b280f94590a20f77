import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Secret } from '@sallyport/core'
import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from './config.ts'

const ring = `k1:${Buffer.alloc(32, 7).toString('base64')}`

function configOf(environment: Readonly<Record<string, string>>): Config {
  const read = readConfig(environment)
  if ('faults' in read) throw new Error(read.faults.join(' '))
  return read.config
}

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const read = readConfig(environment)
  return 'faults' in read ? read.faults : []
}

describe('what nothing says', () => {
  test('is loopback, port 3300, a folder here, and the practice provider', () => {
    const only = {
      realm: 'default',
      dataFolder: resolve('./data'),
      postgres: undefined,
      publicUrl: 'http://127.0.0.1:3300',
      keyRing: undefined,
      keyServices: [],
      organizationKeysFolder: undefined,
      adminKey: undefined,
      named: expect.any(Object),
    }
    expect(configOf({})).toEqual({
      ...only,
      realms: [only],
      host: '127.0.0.1',
      port: 3300,
      isLoopback: true,
      allowedPrivate: [],
      telemetry: expect.any(Object),
      trustedProxies: [],
      practice: true,
      workers: Math.min(4, availableParallelism()),
      limits: {
        requestBytes: 1_073_741_824,
        headerBytes: 32_768,
        idleMilliseconds: 60_000,
        streamIdleMilliseconds: 600_000,
        operationReplyBytes: 10_485_760,
      },
      callLimits: {
        ...{ ofOrganization: 5000, ofKey: undefined, keyRequestsPerSecond: undefined },
        invalidKeysPerMinute: 100,
      },
      forbiddenGrants: new Set(),
      unknownVariables: [],
    })
  })
})

describe('what is said', () => {
  test('holds', () => {
    const config = configOf({
      SALLYPORT_HOST: '0.0.0.0',
      SALLYPORT_PORT: '8443',
      SALLYPORT_DATA_DIR: '/var/lib/sallyport',
      SALLYPORT_PUBLIC_URL: 'https://passage.example',
      SALLYPORT_ENCRYPTION_KEYS: ring,
      SALLYPORT_ADMIN_KEY: 'x'.repeat(32),
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '10.0.0.0/8, fd00::/8',
      SALLYPORT_TRUSTED_PROXIES: '10.1.0.0/16,',
      SALLYPORT_ORGANIZATION_CONCURRENCY: '200',
      SALLYPORT_KEY_CONCURRENCY: '20',
      SALLYPORT_KEY_REQUESTS_PER_SECOND: '50',
      SALLYPORT_INVALID_KEYS_PER_MINUTE: '5',
    })
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 8443,
      isLoopback: false,
      dataFolder: '/var/lib/sallyport',
      publicUrl: 'https://passage.example',
      trustedProxies: ['10.1.0.0/16'],
      practice: false,
      callLimits: { ofOrganization: 200, ofKey: 20, keyRequestsPerSecond: 50, invalidKeysPerMinute: 5 },
    })
    expect(config.keyRing?.ids).toEqual(['k1'])
    expect(config.adminKey?.reveal()).toBe('x'.repeat(32))
    expect(config.allowedPrivate).toHaveLength(2)
  })

  test('limits the passage', () => {
    const { limits } = configOf({
      SALLYPORT_MAX_REQUEST_BYTES: '5000000000',
      SALLYPORT_MAX_HEADER_BYTES: '61440',
      SALLYPORT_IDLE_SECONDS: '5',
      SALLYPORT_STREAM_IDLE_SECONDS: '86400',
      SALLYPORT_OPERATION_REPLY_BYTES: '2000000',
    })
    expect(limits).toEqual({
      requestBytes: 5_000_000_000,
      headerBytes: 61_440,
      idleMilliseconds: 5_000,
      streamIdleMilliseconds: 86_400_000,
      operationReplyBytes: 2_000_000,
    })
  })

  test.each([
    ['SALLYPORT_MAX_REQUEST_BYTES', ['0', '-1', '1.5', '1GB', '', ' 1', '99999999999999999']],
    ['SALLYPORT_MAX_HEADER_BYTES', ['1023', '61441', 'x']],
    ['SALLYPORT_IDLE_SECONDS', ['0', '86401', '60s']],
    ['SALLYPORT_STREAM_IDLE_SECONDS', ['0', '86401', '10m']],
    ['SALLYPORT_OPERATION_REPLY_BYTES', ['1023', '1073741825', '10MB']],
  ])('%s takes whole numbers within its bounds', (variable, texts) => {
    for (const text of texts) {
      expect([text, faultsOf({ [variable]: text })]).toEqual([
        text,
        [expect.stringMatching(new RegExp(`^${variable} must be a whole number from \\d+ to \\d+\\.$`))],
      ])
    }
  })

  test('a database address names the folder', () => {
    expect(configOf({ SALLYPORT_DATABASE_URL: 'sqlite:/srv/data' }).dataFolder).toBe('/srv/data')
  })

  test('a database address names a PostgreSQL, whose password is not shown', () => {
    const url =
      'postgres://sally:p%40ss%25word@[::1]:6432/pass%20age?sslmode=verify-ca&sslrootcert=/etc/ca.pem'
    const { postgres, dataFolder } = configOf({
      SALLYPORT_DATABASE_URL: url,
      SALLYPORT_DATA_DIR: '/srv/keys',
    })
    expect(dataFolder).toBe('/srv/keys')
    expect(postgres).toEqual({
      host: '::1',
      port: 6432,
      user: 'sally',
      password: expect.any(Secret),
      database: 'pass age',
      tls: 'verify-ca',
      rootCertificateFile: '/etc/ca.pem',
    })
    expect(postgres?.password?.reveal()).toBe('p@ss%word')
    expect(JSON.stringify(postgres)).not.toContain('ss%word')
  })

  test.each([
    ['postgres://u@127.0.0.1/x', 'disable'],
    ['postgres://u@localhost/x', 'disable'],
    ['postgresql://u@db.example/x', 'verify-full'],
    ['postgres://u@10.0.0.1/x', 'verify-full'],
    ['postgres://u@db.example/x?sslmode=disable', 'disable'],
    ['postgres://u@db.example/x?sslmode=require', 'require'],
  ])('the address %s asks for TLS so: %s', (url, tls) => {
    expect(configOf({ SALLYPORT_DATABASE_URL: url }).postgres).toMatchObject({ tls, port: 5432 })
  })

  test.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.example.com', false],
    ['localhost.example.com', false],
  ])('%s counts as loopback: %s', (host, isLoopback) => {
    expect(configOf({ SALLYPORT_HOST: host })).toMatchObject({ isLoopback, practice: isLoopback })
  })

  test.each([
    ['https://passage.example', 'https://passage.example'],
    ['https://passage.example/', 'https://passage.example'],
    ['https://passage.example/sally//', 'https://passage.example/sally'],
    ['HTTPS://Passage.Example:443/x', 'https://passage.example/x'],
    ['http://127.0.0.1:3301', 'http://127.0.0.1:3301'],
  ])('the public address %s is the base %s of redirect URIs', (text, publicUrl) => {
    expect(configOf({ SALLYPORT_PUBLIC_URL: text }).publicUrl).toBe(publicUrl)
  })

  test('without a public address it is the one that is listened on, IPv6 in brackets', () => {
    expect(configOf({ SALLYPORT_HOST: '::1', SALLYPORT_PORT: '80' }).publicUrl).toBe('http://[::1]:80')
  })

  test('the password grant can be forbidden', () => {
    expect([...configOf({ SALLYPORT_PASSWORD_GRANT: 'off' }).forbiddenGrants]).toEqual(['password'])
    expect([...configOf({ SALLYPORT_PASSWORD_GRANT: 'on' }).forbiddenGrants]).toEqual([])
  })

  test('the practice provider can be switched off', () => {
    expect(configOf({ SALLYPORT_PRACTICE: 'off' }).practice).toBe(false)
    expect(configOf({ SALLYPORT_PRACTICE: 'on' }).practice).toBe(true)
  })
})

describe('what does not hold', () => {
  const publicUrl = 'must be an http or https address without user, query or fragment.'
  const databaseUrl = 'must be sqlite:<folder> or postgres://<user>:<password>@<host>:<port>/<database>.'
  test.each([
    ['SALLYPORT_HOST', 'a b', 'must be an address or a host name.'],
    ['SALLYPORT_HOST', '', 'must be an address or a host name.'],
    ['SALLYPORT_ORGANIZATION_CONCURRENCY', '0', 'must be a whole number from 1 to 9999999.'],
    ['SALLYPORT_KEY_CONCURRENCY', 'many', 'must be a whole number from 1 to 9999999.'],
    ['SALLYPORT_INVALID_KEYS_PER_MINUTE', '', 'must be a whole number from 1 to 9999999.'],
    ['SALLYPORT_PORT', '65536', 'must be a number from 0 to 65535.'],
    ['SALLYPORT_PORT', '-1', 'must be a number from 0 to 65535.'],
    ['SALLYPORT_PORT', '0x50', 'must be a number from 0 to 65535.'],
    ['SALLYPORT_PORT', '', 'must be a number from 0 to 65535.'],
    ['SALLYPORT_DATA_DIR', '', 'must name a folder.'],
    ['SALLYPORT_DATABASE_URL', 'mysql://user:secret@db/x', databaseUrl],
    ['SALLYPORT_DATABASE_URL', 'sqlite:', databaseUrl],
    ['SALLYPORT_DATABASE_URL', 'postgres:x', databaseUrl],
    ['SALLYPORT_DATABASE_URL', 'postgres://db/x', 'must name a user.'],
    ['SALLYPORT_DATABASE_URL', 'postgres://u@db', 'must name one database, after the host.'],
    ['SALLYPORT_DATABASE_URL', 'postgres://u@db/x/y', 'must name one database, after the host.'],
    [
      'SALLYPORT_DATABASE_URL',
      'postgres://u:a#b@db/x',
      'must be postgres://user:password@host:port/database.',
    ],
    [
      'SALLYPORT_DATABASE_URL',
      'postgres://u@db/x?sslmode=prefer',
      'has an sslmode that is none of disable, require, verify-ca, verify-full.',
    ],
    [
      'SALLYPORT_DATABASE_URL',
      'postgres://u@db/x?options=-csearch_path%3Dy',
      'may have no parameter but sslmode and sslrootcert.',
    ],
    ['SALLYPORT_PUBLIC_URL', 'passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'ftp://passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https:passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', ' https://passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https://user@passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https://:password@passage.example', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https://passage.example/?', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https://passage.example/?x=1', publicUrl],
    ['SALLYPORT_PUBLIC_URL', 'https://passage.example/#', publicUrl],
    ['SALLYPORT_ADMIN_KEY', 'short', 'must be 32 to 256 visible ASCII characters without spaces.'],
    ['SALLYPORT_ADMIN_KEY', 'x'.repeat(257), 'must be 32 to 256 visible ASCII characters without spaces.'],
    [
      'SALLYPORT_ADMIN_KEY',
      `${'x'.repeat(32)} `,
      'must be 32 to 256 visible ASCII characters without spaces.',
    ],
    ['SALLYPORT_ADMIN_KEY', 'é'.repeat(32), 'must be 32 to 256 visible ASCII characters without spaces.'],
    ['SALLYPORT_PRACTICE', 'yes', 'must be on or off.'],
    ['SALLYPORT_PASSWORD_GRANT', 'no', 'must be on or off.'],
  ])('%s as %j is named', (variable, value, text) => {
    expect(faultsOf({ [variable]: value })).toEqual([`${variable} ${text}`])
  })

  test('the practice provider is refused where others could reach it', () => {
    expect(faultsOf({ SALLYPORT_HOST: '0.0.0.0', SALLYPORT_PRACTICE: 'on' })).toEqual([
      'SALLYPORT_PRACTICE is for listening on loopback only. Set it to off.',
    ])
  })

  test.each(['SALLYPORT_ALLOWED_PRIVATE_CIDRS', 'SALLYPORT_TRUSTED_PROXIES'])(
    'each range of %s is checked',
    (variable) => {
      const faults = faultsOf({ [variable]: '10.0.0.0/8,10.0.0.0/33,nonsense' })
      expect(faults).toHaveLength(2)
      expect(faults.every((fault) => fault.startsWith(`${variable} `))).toBe(true)
    },
  )

  test('all that is wrong is named at once', () => {
    const faults = faultsOf({
      SALLYPORT_HOST: '?',
      SALLYPORT_PORT: 'x',
      SALLYPORT_DATABASE_URL: 'x',
      SALLYPORT_PUBLIC_URL: 'x',
      SALLYPORT_ENCRYPTION_KEYS: 'x',
      SALLYPORT_ADMIN_KEY: 'x',
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: 'x',
      SALLYPORT_TRUSTED_PROXIES: 'x',
      SALLYPORT_PRACTICE: 'x',
    })
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'SALLYPORT_ADMIN_KEY',
      'SALLYPORT_ALLOWED_PRIVATE_CIDRS',
      'SALLYPORT_DATABASE_URL',
      'SALLYPORT_ENCRYPTION_KEYS',
      'SALLYPORT_HOST',
      'SALLYPORT_PORT',
      'SALLYPORT_PRACTICE',
      'SALLYPORT_PUBLIC_URL',
      'SALLYPORT_TRUSTED_PROXIES',
    ])
  })

  test('no fault repeats a secret', () => {
    const secret = 'canary-canary-canary'
    const faults = faultsOf({
      SALLYPORT_ENCRYPTION_KEYS: `k1:${secret}`,
      SALLYPORT_ADMIN_KEY: secret,
      SALLYPORT_DATABASE_URL: `postgres://sally:${secret}@db/x?${secret}=${secret}`,
      SALLYPORT_PUBLIC_URL: `https://sally:${secret}@passage.example`,
    })
    expect(faults).toHaveLength(4)
    expect(faults.join()).not.toContain(secret)
  })
})

test('a variable that is misspelt, or of another version, is pointed out', () => {
  const read = readConfig({ SALLYPORT_PROT: '3300', SALLYPORT_PORT: '3300', HOME: '/' })
  expect('config' in read && read.config.unknownVariables).toEqual(['SALLYPORT_PROT'])
})
