import { type Definition, IntegrationInput } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { createConnection } from '../credentials/connection.ts'
import type { Target } from '../credentials/target.ts'
import type { PrincipalProfile } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import { Secret } from '../secret.ts'
import { withPrepared } from './call-target.ts'

const definition: Definition = IntegrationInput.parse({
  ...{ key: 'api', name: 'API', baseUrl: 'https://api.example.com', auth: { type: 'api_token' } },
  request: { headers: { 'X-Region': '{profile.region}' } },
})

function target(): Target {
  const credential = { secret: { token: new Secret('t') }, parameters: {}, tokens: undefined }
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const account = { parameters: {} }
  const connection = createConnection({ policy, definition, definitionSecrets: {}, account, credential })
  const integration = { definition: JSON.stringify(definition) }
  const scheme = schemeOf(definition)
  return { definition, integration, credential, connection, scheme } as unknown as Target
}

function profile(name: string, version: number, region: string): PrincipalProfile {
  return { appId: 'app_1', name, version, settings: { region }, adapters: new Map(), bound: new Set() }
}

test('one account is prepared once for each profile, and anew as soon as that has changed, whoever changed it', () => {
  const called = withPrepared(target())
  const dev = called.in(profile('dev', 1, 'eu'))
  expect(called.in(profile('dev', 1, 'eu'))).toBe(dev)
  const regions = [dev, called.in(profile('qa', 1, 'us')), called.in(profile('dev', 2, 'ap'))].map(
    ({ prepared }) => prepared.headers[1],
  )
  expect(regions).toEqual(['eu', 'us', 'ap'])
})
