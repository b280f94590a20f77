import { type Definition, IntegrationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { createConnection } from '../credentials/connection.ts'
import type { Target } from '../credentials/target.ts'
import type { Principal } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import { concealAll } from '../schemes/reveal.ts'
import type { CallInput } from './call.ts'
import { withPrepared } from './call-target.ts'
import { Caller } from './caller.ts'
import { preview, secretMark } from './preview.ts'
import type { ResolvePorts } from './resolve.ts'
import { SigningMemory } from './signing-memory.ts'

interface Given {
  readonly definition: object
  readonly secret: Readonly<Record<string, string>>
  readonly parameters?: Readonly<Record<string, string>>
  readonly definitionSecrets?: Readonly<Record<string, string>>
}

function targetOf({ definition: fields, secret, parameters = {}, definitionSecrets = {} }: Given): Target {
  const definition: Definition = IntegrationInput.parse({
    ...{ key: 'api', name: 'API', baseUrl: 'https://api.example.com/v1', ...fields },
  })
  const credential = { secret: concealAll(secret), parameters: concealAll(parameters), tokens: undefined }
  const account = { organizationId: 'org_1', id: 'acc_1', status: 'connected', tags: {}, parameters: {} }
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const connection = createConnection({
    ...{ policy, definition, account, credential, definitionSecrets: concealAll(definitionSecrets) },
  })
  return {
    ...{ definition, credential, connection, account, scheme: schemeOf(definition) },
    integration: { id: 'int_1', key: 'api', definition: JSON.stringify(definition) },
  } as unknown as Target
}

async function shown(given: Given, input: Partial<CallInput> = {}) {
  const target = withPrepared(targetOf(given))
  const call = await preview(
    {
      ...{
        clock: fakeClock(),
        random: { bytes: (count) => Buffer.alloc(count, 1) },
        signing: new SigningMemory(),
      },
      targets: { get: () => target } as unknown as ResolvePorts['targets'],
    },
    {
      ...{
        principal: { organizationId: 'org_1', scopes: new Set() } as unknown as Principal,
        account: 'acc_1',
      },
      ...{ method: 'GET', path: 'items', query: 'q=1', headers: ['X-Own', 'mine'], body: undefined },
      ...{ targetUrl: undefined, timeout: undefined, retries: undefined, caller: new Caller(), ...input },
    },
  )
  for (const secret of [given.secret, given.parameters, given.definitionSecrets].flatMap((each) =>
    Object.values(each ?? {}),
  )) {
    expect(JSON.stringify(call)).not.toContain(secret)
    expect(JSON.stringify(call)).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''))
  }
  return {
    ...call,
    url: call.url.replaceAll(secretMark, '***'),
    headers: Object.fromEntries(
      call.headers.map(([name, value]) => [name, value.replaceAll(secretMark, '***')]),
    ),
  }
}

const token = 'sk-canary-4711'

describe('a request that is shown and not sent', () => {
  test('has the scheme of an Authorization header, and its secret masked', async () => {
    const given = { definition: { auth: { type: 'api_token' } }, secret: { token } }
    expect((await shown(given)).headers).toEqual({ 'X-Own': 'mine', Authorization: 'Bearer ***' })
    const password = {
      definition: { auth: { type: 'basic' } },
      secret: { username: 'canary-user', password: 'canary-pass' },
    }
    expect((await shown(password)).headers.Authorization).toBe('Basic ***')
  })

  test('shows no beginning of a secret that looks like the name of a scheme', async () => {
    const placement = { in: 'header', name: 'Authorization', template: '{token}' }
    const given = {
      definition: { auth: { type: 'api_token' }, placement },
      secret: { token: 'My secret words' },
    }
    expect((await shown(given)).headers.Authorization).toBe('***')
  })

  test('has a credential in its query masked, also where the caller wrote one of that name', async () => {
    const placement = { in: 'query', name: 'api_key', template: '{token}' }
    const given = { definition: { auth: { type: 'api_token' }, placement }, secret: { token } }
    const { url } = await shown(given, { query: 'q=1&API_KEY=other' })
    expect(url).toBe('https://api.example.com/v1/items?q=1&api_key=***')
  })

  test('masks secret parameters that the definition adds, however short', async () => {
    const definition = {
      auth: { type: 'api_token' },
      parameters: [
        { name: 'pin', secret: true },
        { name: 'note', secret: true },
      ],
      request: { headers: { 'X-Pin': '{pin}' }, query: { note: 'a {note} b' } },
    }
    const parameters = { pin: '1#', note: 'canary note&' }
    const { url, headers } = await shown({ definition, secret: { token }, parameters })
    expect(headers['X-Pin']).toBe('***')
    expect(url).toBe('https://api.example.com/v1/items?q=1&note=a%20***%20b')
  })

  test('masks what is signed for each call, too', async () => {
    const definition = {
      auth: { type: 'aws_sigv4', region: 'eu-central-1', service: 's3' },
      parameters: [],
    }
    const secret = { accessKeyId: 'AKIDEXAMPLE4711', secretAccessKey: 'canary-secret-access-key' }
    const { headers } = await shown({ definition, secret })
    expect(headers.authorization).toBe('AWS4-HMAC-SHA256 ***')
    expect(JSON.stringify(headers)).not.toMatch(/Signature=/)
  })

  test('is refused like the call: before a host that the credential may not be sent to', async () => {
    const given = { definition: { auth: { type: 'api_token' } }, secret: { token } }
    const elsewhere = { path: '', query: '', targetUrl: 'https://evil.example/' }
    await expect(shown(given, elsewhere)).rejects.toMatchObject({ code: 'host_not_allowed' })
  })
})
