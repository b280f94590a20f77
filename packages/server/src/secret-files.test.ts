import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from './config.ts'
import { secretVariables } from './secret-files.ts'

/** A file with such a text, for this test alone. */
function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'secret')
  writeFileSync(file, text)
  return file
}

const ring = `k1:${Buffer.alloc(32, 7).toString('base64')}`
const realm = { publicUrl: 'https://eu.example', databaseUrl: 'sqlite:./eu', encryptionKeys: ring }
const values: Readonly<Record<(typeof secretVariables)[number], string>> = {
  SALLYPORT_DATABASE_URL: 'postgres://sallyport:password@db.example/sallyport',
  SALLYPORT_ENCRYPTION_KEYS: ring,
  SALLYPORT_KEY_SERVICE: JSON.stringify({
    ...{ type: 'transit', id: 'vault1', address: 'https://vault.example', token: 'a-token-of-vault' },
  }),
  SALLYPORT_REALMS: JSON.stringify({ eu: realm }),
  SALLYPORT_ADMIN_KEY: 'an-admin-key-of-forty-characters-or-more',
  SALLYPORT_METRICS_TOKEN: 'a-token-for-metrics',
}

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const read = readConfig(environment)
  return 'faults' in read ? read.faults : []
}

test.each(secretVariables)('%s in a file is the same as in the environment', (variable) => {
  const said = readConfig({ [variable]: values[variable] })
  expect(said).toHaveProperty('config')
  for (const end of ['', '\n', '\r\n']) {
    const read = readConfig({ [`${variable}_FILE`]: fileWith(`${values[variable]}${end}`) })
    expect(JSON.stringify(read)).toBe(JSON.stringify(said))
  }
})

test('the words of an admin key and of a metrics token are those of their files', () => {
  const read = readConfig({
    SALLYPORT_ADMIN_KEY_FILE: fileWith(`${values.SALLYPORT_ADMIN_KEY}\n`),
    SALLYPORT_METRICS_TOKEN_FILE: fileWith(`${values.SALLYPORT_METRICS_TOKEN}\n`),
  })
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const { adminKey, telemetry, unknownVariables } = read.config
  expect(adminKey?.reveal()).toBe(values.SALLYPORT_ADMIN_KEY)
  expect(telemetry.metricsToken?.reveal()).toBe(values.SALLYPORT_METRICS_TOKEN)
  expect(unknownVariables).toEqual([])
})

test('files that are missing, empty, or beside the variable itself are named all at once', () => {
  const empty = fileWith('\n')
  const faults = faultsOf({
    SALLYPORT_ADMIN_KEY_FILE: '/nowhere/admin-key',
    SALLYPORT_METRICS_TOKEN_FILE: empty,
    SALLYPORT_ENCRYPTION_KEYS_FILE: fileWith(ring),
    SALLYPORT_ENCRYPTION_KEYS: ring,
    SALLYPORT_DATABASE_URL_FILE: '/',
  })
  expect(faults).toEqual([
    'SALLYPORT_DATABASE_URL_FILE names /, which cannot be read (EISDIR).',
    'SALLYPORT_ENCRYPTION_KEYS_FILE contradicts SALLYPORT_ENCRYPTION_KEYS. Set one of them.',
    'SALLYPORT_ADMIN_KEY_FILE names /nowhere/admin-key, which cannot be read (ENOENT).',
    `SALLYPORT_METRICS_TOKEN_FILE names ${empty}, which is empty.`,
  ])
})

test('what is wrong in a file is said of that file, and not quoted', () => {
  const faults = faultsOf({
    SALLYPORT_ADMIN_KEY_FILE: fileWith('too short'),
    SALLYPORT_ENCRYPTION_KEYS_FILE: fileWith('k1:c2hvcnQ='),
  })
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    'SALLYPORT_ADMIN_KEY_FILE',
    'SALLYPORT_ENCRYPTION_KEYS_FILE',
  ])
  expect(faults.join()).not.toMatch(/too short|c2hvcnQ/)
})
