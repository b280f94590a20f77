import { type Definition, IntegrationInput } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { createConnection } from '../credentials/connection.ts'
import type { Target } from '../credentials/target.ts'
import { schemeOf } from '../schemes/index.ts'
import { Secret } from '../secret.ts'
import { prepare } from './prepare.ts'

const definition: Definition = IntegrationInput.parse({
  key: 'api',
  name: 'API',
  baseUrl: 'https://api.example.com/v1',
  parameters: [{ name: 'tenant' }, { name: 'region' }],
  auth: { type: 'api_token' },
  request: {
    headers: { 'X-Tenant': '{tenant}', 'X-Fixed': '1' },
    query: { region: '{region}', v: '2' },
    body: { tenant: '{tenant}', nested: { region: '{region}', fixed: true }, fixed: 'yes' },
  },
})

function target(
  parameters: Readonly<Record<string, string>>,
  settings?: Readonly<Record<string, string>>,
): Target {
  const { query } = definition.request ?? {}
  const asked = settings && { request: { query, headers: { 'X-Region': '{profile.region}' } } }
  const whole = { ...definition, ...asked }
  const credential = { secret: { token: new Secret('t') }, parameters: {}, tokens: undefined }
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const connection = createConnection({
    policy,
    definition: whole,
    settings,
    definitionSecrets: {},
    account: { parameters },
    credential,
  })
  // The account is not looked at here.
  const integration = { definition: JSON.stringify(whole) }
  return {
    ...{ definition: whole, integration, credential, connection },
    scheme: schemeOf(definition),
  } as unknown as Target
}

test('what asks for an optional value that the account does not have is left out', () => {
  const { headers, query, body } = prepare(target({ region: 'eu west' }))
  expect(headers).toEqual(['X-Fixed', '1', 'Authorization', 'Bearer t'])
  expect(query).toBe('region=eu%20west&v=2')
  expect(body).toEqual({ nested: { region: 'eu west', fixed: true }, fixed: 'yes' })
})

test('what asks for a value that the account has is sent with it', () => {
  const { headers, query, body } = prepare(target({ tenant: 'acme', region: 'eu' }))
  expect(headers).toEqual(['X-Tenant', 'acme', 'X-Fixed', '1', 'Authorization', 'Bearer t'])
  expect(query).toBe('region=eu&v=2')
  expect(body).toMatchObject({ tenant: 'acme', nested: { region: 'eu' } })
})

test('what asks for a setting of the profile is sent with it, and is not left out where there is none', () => {
  const { headers } = prepare(target({ tenant: 'acme' }, { region: 'eu' }))
  expect(headers).toEqual(['X-Region', 'eu', 'Authorization', 'Bearer t'])
  expect(() => prepare(target({ tenant: 'acme' }, { other: 'eu' }))).toThrow(
    expect.objectContaining({
      code: 'profile_setting_missing',
      message: expect.stringContaining('{profile.region}'),
    }),
  )
})
