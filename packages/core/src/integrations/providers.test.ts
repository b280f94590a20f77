import type { ProviderEntry } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { faults, strict } from './check.suite.ts'
import { checkDefinition } from './check.ts'
import { checkClient } from './check-client.ts'
import { clientFrom, definitionFrom } from './from-provider.ts'
import { checkedMade, emptyCatalogue, madeFromProvider } from './providers.ts'

const entry: ProviderEntry = {
  ...{ id: 'example', name: 'Example', family: 'example', version: 3 },
  definition: {
    baseUrl: 'https://api.example.com/v2',
    parameters: [{ name: 'host', kind: 'host', required: true }],
    auth: {
      type: 'oauth2',
      authorizationUrl: 'https://{host}/authorize',
      tokenUrl: 'https://{host}/token',
      scopes: ['read'],
      tokenRequest: { format: 'json', body: { redirect_uri: null } },
    },
    test: { path: '/me' },
  },
  open: [{ path: '/hosts', label: 'Hosts', help: 'Those of your installation.', required: true }],
  apis: [
    { api: 'example', name: 'Example', version: 'v2', baseUrl: 'https://api.example.com/v2' },
    { api: 'files', name: 'Files', version: 'v1', baseUrl: 'https://files.example.com/v1' },
    { api: 'files', name: 'Files', version: 'v3', baseUrl: 'https://files.example.com/v3' },
  ],
  evidence: { confidence: 'high', sources: 3, agreement: 2 },
}
const catalogue = { ...emptyCatalogue, entry: async (id: string) => (id === entry.id ? entry : undefined) }
const filledIn = {
  ...{ key: 'mine', provider: 'example' },
  auth: { clientId: 'id', clientSecret: 'secret' },
  hosts: ['id.example.com', '*.example.com'],
}

/** The definition that an input makes; or what is wrong with it, each as path and code. */
async function made(input: unknown, from = definitionFrom) {
  const check = (raw: unknown) =>
    from === clientFrom ? checkClient(strict, raw, []) : checkDefinition(strict, raw).definition
  try {
    return await checkedMade(await madeFromProvider(catalogue, input, from), check)
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

describe('an integration from an entry', () => {
  test('takes from the entry what is left out, and notes of which version it is a copy', async () => {
    expect(await made(filledIn)).toMatchObject({
      ...{ key: 'mine', name: 'Example', provider: 'example', providerVersion: 3 },
      baseUrl: 'https://api.example.com/v2',
      auth: {
        clientId: 'id',
        tokenUrl: 'https://{host}/token',
        scopes: ['read'],
        tokenRequest: { format: 'json', body: { redirect_uri: null } },
      },
      test: { method: 'GET', path: '/me' },
    })
  })

  test('can say everything otherwise, and leave out what the entry has', async () => {
    const auth = { ...filledIn.auth, tokenUrl: 'https://id.example.com/t', tokenRequest: null }
    const definition = await made({ ...filledIn, name: 'Mine', auth, test: null })
    expect(definition).toMatchObject({ name: 'Mine', auth: { tokenUrl: 'https://id.example.com/t' } })
    expect(definition).not.toHaveProperty('auth.tokenRequest')
    expect(definition).not.toHaveProperty('test')
  })

  test('is told all at once what the entry leaves open, and what else is wrong', async () => {
    const input = { provider: 'example', auth: { scopes: 1 }, baseUrl: 'ftp://x', api: 'mail' }
    expect(await made(input)).toEqual([
      '/api not_a_choice',
      '/auth/clientId required',
      '/hosts required',
      '/key required',
      '/auth/scopes wrong_type',
      '/baseUrl url_scheme',
    ])
  })

  test('of an entry that does not exist has that one fault', async () => {
    expect(await made({ key: 'a', provider: 'nowhere' })).toEqual(['/provider unknown_provider'])
    expect(await made({ key: 'a', provider: ['example'] })).toEqual(['/provider unknown_provider'])
  })

  test('that names the version it was copied from stands for itself', async () => {
    const copy = { ...filledIn, name: 'Copy', providerVersion: 1, auth: { type: 'api_token' } }
    expect(await made(copy)).toEqual({ ...copy, hosts: filledIn.hosts })
  })

  test('may be for one of several APIs, in one of its versions', async () => {
    const baseUrl = async (choice: object) => {
      const definition = await made({ ...filledIn, ...choice })
      return Array.isArray(definition) ? definition : definition.baseUrl
    }
    expect(await baseUrl({ api: 'files', version: 'v3' })).toBe('https://files.example.com/v3')
    expect(await baseUrl({ api: 'files' })).toBe('https://files.example.com/v1')
    expect(await baseUrl({ version: 'v2' })).toBe('https://api.example.com/v2')
    expect(await baseUrl({ api: 'files', version: 'v9' })).toEqual(['/version not_a_choice'])
  })

  test('leaves the rest of `auth` to an OAuth client that it refers to', () => {
    const { raw, faults } = definitionFrom(entry, { ...filledIn, auth: { client: 'shared' } })
    expect(raw).toMatchObject({ auth: { type: 'oauth2', client: 'shared', scopes: ['read'] } })
    expect(raw).not.toHaveProperty('auth.tokenUrl')
    expect(faults).toEqual([])
  })
})

describe('an OAuth client from an entry', () => {
  test('takes its fields flat, and notes where they come from', async () => {
    const { auth, ...rest } = filledIn
    expect(await made({ ...rest, ...auth, api: 'files', version: 'v3' }, clientFrom)).toMatchObject({
      ...{ key: 'mine', provider: 'example', providerVersion: 3, api: 'files', version: 'v3' },
      auth: { type: 'oauth2', clientId: 'id', tokenUrl: 'https://{host}/token' },
    })
  })

  test('is told all at once what is open, as it is written', async () => {
    expect(await made({ key: 'a', provider: 'example' }, clientFrom)).toEqual([
      '/clientId required',
      '/hosts required',
    ])
  })

  test('is refused where the provider knows none', () => {
    const token: ProviderEntry = { ...entry, definition: { auth: { type: 'api_token' } } }
    expect(clientFrom(token, { key: 'a' }).faults.map(({ path }) => path)).toEqual(['/provider'])
  })
})

test.each<[fields: object, found: string[]]>([
  [{ provider: 'example', providerVersion: 1 }, []],
  [{ provider: 'example' }, ['/providerVersion required']],
  [
    { providerVersion: 1, api: 'x', version: '1' },
    ['/providerVersion no_provider', '/api no_provider', '/version no_provider'],
  ],
])('a definition that says %j of where it comes from has the faults %j', (fields, found) => {
  expect(faults({ key: 'a', name: 'A', auth: { type: 'api_token' }, ...fields })).toEqual(found)
})
