import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

const transit = { type: 'transit', id: 'vault1', address: 'https://vault.example:8200/', token: 'hvs.x' }
const kms = { type: 'aws_kms', id: 'kms1', key: 'alias/sallyport' }
const aws = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'canary/secret',
}

function read(service: unknown, environment: Readonly<Record<string, string>> = {}) {
  return readConfig({ ...environment, SALLYPORT_KEY_SERVICE: JSON.stringify(service) })
}

function settingsOf(service: unknown, environment?: Readonly<Record<string, string>>) {
  const found = read(service, environment)
  if ('faults' in found) throw new Error(found.faults.join(' '))
  return found.config.keyServices
}

function faultsOf(service: unknown, environment?: Readonly<Record<string, string>>): readonly string[] {
  const found = read(service, environment)
  return 'faults' in found ? found.faults : []
}

describe('a key service', () => {
  test('of Vault has the mount and key that are usual, unless others are said', () => {
    expect(settingsOf(transit)).toMatchObject([
      { id: 'vault1', address: 'https://vault.example:8200', mount: 'transit', key: 'sallyport' },
    ])
    const said = { mount: 'secrets/transit', key: 'other', namespace: 'team/a', organizationKeys: true }
    expect(settingsOf({ ...transit, ...said })).toMatchObject([said])
    const appRole = { roleId: 'r', secretId: 's' }
    const [role] = settingsOf({ ...transit, token: undefined, appRole })
    expect(role).toMatchObject({ login: { mount: 'approle', roleId: 'r' } })
    expect(JSON.stringify(role)).not.toContain('"s"')
  })

  test('of AWS takes what it does not say from the variables of AWS', () => {
    expect(settingsOf(kms, aws)).toMatchObject([
      {
        region: 'eu-central-1',
        endpoint: 'https://kms.eu-central-1.amazonaws.com',
        accessKeyId: aws.AWS_ACCESS_KEY_ID,
        pendingDeletionDays: 7,
      },
    ])
    const own = { accessKeyId: 'AKIAOTHEROTHEROTHER1', secretAccessKey: 'x', region: 'us-east-1' }
    const session = { ...aws, AWS_SESSION_TOKEN: 'session', AWS_ENDPOINT_URL: 'https://kms.example' }
    expect(settingsOf({ ...kms, ...own }, session)).toMatchObject([
      { region: 'us-east-1', endpoint: 'https://kms.example', sessionToken: undefined },
    ])
  })

  test('may be one of several, newest first', () => {
    expect(settingsOf([kms, transit], aws).map(({ id }) => id)).toEqual(['kms1', 'vault1'])
  })

  test.each<[name: string, service: unknown, faults: readonly string[]]>([
    ['a word', 'vault', ['must be an object whose type is one of transit, aws_kms.']],
    [
      'another type',
      { ...transit, type: 'gcp' },
      ['must be an object whose type is one of transit, aws_kms.'],
    ],
    [
      'nothing but its type',
      { type: 'transit' },
      ['/id is required.', '/address is required.', 'must have one of token and appRole.'],
    ],
    [
      'plain http to another machine',
      { ...transit, address: 'http://vault.example' },
      ['/address must be an https address: keys and tokens would be sent in the clear.'],
    ],
    [
      'both logins',
      { ...transit, appRole: { roleId: 'r', secretId: 's' } },
      ['must have one of token and appRole.'],
    ],
    [
      'a line break in its token',
      { ...transit, token: 'canary\r\nx' },
      ['/token must be a string that matches ^[\\x21-\\x7e]{1,4096}$.'],
    ],
    [
      'the same id twice',
      [transit, { ...transit, key: 'other' }],
      ['/1/id repeats the id of an earlier one.'],
    ],
  ])('that is %s is refused', (_, service, faults) => {
    expect(faultsOf(service)).toEqual(faults.map((fault) => `SALLYPORT_KEY_SERVICE ${fault}`))
  })

  test('of AWS without what it needs is refused, and no value is shown', () => {
    expect(faultsOf(kms)).toEqual(
      ['region', 'accessKeyId', 'secretAccessKey'].map(
        (name) => `SALLYPORT_KEY_SERVICE /${name} is required.`,
      ),
    )
    const faults = faultsOf({ ...kms, pendingDeletionDays: 3, more: 'canary' }, aws).join(' ')
    expect(faults).toMatch(/pendingDeletionDays must be a whole number from 7 to 30.*|may have no member but/)
    expect(faults).not.toContain('canary')
  })

  test('that two realms would share is refused, whatever they call it', () => {
    const realm = (name: string, id: string) => ({
      publicUrl: `https://${name}.example`,
      databaseUrl: `sqlite:/srv/${name}`,
      keyService: { ...transit, id },
    })
    const found = readConfig({
      SALLYPORT_REALMS: JSON.stringify({ us: realm('us', 'one'), eu: realm('eu', 'two') }),
    })
    expect(found).toEqual({
      faults: ['SALLYPORT_REALMS /eu/keyService is a key of the realm us. Give each its own.'],
    })
  })
})
