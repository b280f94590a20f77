import type { Definition } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { shownHost } from './shown-host.ts'

const definition = (fields: Partial<Definition>) => ({
  definition: { auth: { type: 'api_token' }, ...fields } as Definition,
})
const tenant = (secret: boolean) => [{ name: 'tenant', secret }] as Definition['parameters']

test('a host is told of with its port, and not where a secret parameter may be part of it', () => {
  const origin = 'https://acme.example.com:8443'
  const baseUrl = 'https://{tenant}.example.com:8443/api'
  expect(shownHost(definition({ baseUrl }), origin)).toBe('acme.example.com:8443')
  expect(shownHost(definition({ baseUrl, parameters: tenant(false) }), origin)).toBe('acme.example.com:8443')
  expect(shownHost(definition({ baseUrl, parameters: tenant(true) }), origin)).toBe('{secret}')
  const hosts = ['{tenant}.example.com']
  expect(shownHost(definition({ hosts, parameters: tenant(true) }), origin)).toBe('{secret}')
  const elsewhere = { baseUrl: 'https://acme.example.com:8443/{tenant}', parameters: tenant(true) }
  expect(shownHost(definition(elsewhere), origin)).toBe('acme.example.com:8443')
  const auth = { type: 'sftp', host: '{tenant}.example.com' } as Definition['auth']
  expect(shownHost(definition({ auth, parameters: tenant(true) }), 'sftp://a.example.com:22')).toBe(
    '{secret}',
  )
})
