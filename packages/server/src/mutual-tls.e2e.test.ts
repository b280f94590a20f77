import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { clientCertificate, encryptedKey, pfxOf, selfSignedCertificate } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

type Pair = Awaited<ReturnType<typeof clientCertificate>>

let sallyport: TestSallyport
let ann: Pair
let bob: Pair
let ca: string
let upstream: Awaited<ReturnType<typeof mutualServer>>

beforeAll(async () => {
  sallyport = await startSallyport()
  ann = await clientCertificate('ann')
  bob = await clientCertificate('bob')
  upstream = await mutualServer()
  ca = upstream.ca
})
afterAll(async () => {
  await sallyport.close()
  upstream.close()
})

/** An API and a token endpoint behind mutual TLS; both say whose certificate they saw. */
async function mutualServer() {
  const own = await selfSignedCertificate()
  let connections = 0
  const options = { cert: own.certificate, key: own.privateKey, requestCert: true, rejectUnauthorized: true }
  const server = createServer({ ...options, ca: [ann.certificate, bob.certificate] }, (request, response) => {
    const name = (request.socket as TLSSocket).getPeerCertificate().subject.CN
    const token = { access_token: `token-of-${name}`, token_type: 'bearer', expires_in: 3600 }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(
        request.url === '/token' ? token : { name, authorization: request.headers.authorization },
      ),
    )
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: own.certificate,
    connections: () => connections,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const get = async (account: string) => (await sallyport.request('GET', `/proxy/${account}/me`)).body

const own = () => ({
  baseUrl: upstream.origin,
  parameters: [
    { name: 'certificate', required: true },
    { name: 'key', required: true, secret: true },
    { name: 'word', secret: true },
  ],
  tls: { certificate: '{certificate}', privateKey: '{key}', passphrase: '{word}', ca },
})

const account = (pair: Pair, more: Record<string, string> = {}) => ({
  secret: { token: 't' },
  parameters: { certificate: pair.certificate, key: pair.privateKey, ...more },
})

test('a certificate of the definition is shown, by PEM or by PFX, and none of its secrets is given out', async () => {
  const pem = { ...ann, privateKey: ann.privateKey.replaceAll('\n', '\\n'), ca }
  const byPem = await connected(sallyport, { baseUrl: upstream.origin, tls: pem })
  const pfx = { pfx: pfxOf(bob, 'the word'), passphrase: 'the word', ca }
  const byPfx = await connected(sallyport, { baseUrl: upstream.origin, tls: pfx })
  expect([(await get(byPem)).name, (await get(byPfx)).name]).toEqual(['ann', 'bob'])

  const { text, body } = await sallyport.request('GET', '/v1/integrations')
  for (const secret of [ann.privateKey.slice(40, 80), pem.privateKey.slice(40, 80), pfx.pfx, 'the word']) {
    expect(text).not.toContain(secret)
    expect(sallyport.logged()).not.toContain(secret)
  }
  const set = body.items.flatMap(({ secretsSet }: { secretsSet: string[] }) => secretsSet)
  expect(set).toEqual(expect.arrayContaining(['/tls/privateKey', '/tls/pfx', '/tls/passphrase']))
})

test('accounts bring certificates of their own, and share no connection', async () => {
  const [first, second] = [
    await connected(sallyport, own(), account(ann)),
    await connected(sallyport, own(), account(bob)),
  ]
  const before = upstream.connections()
  const names = []
  for (const id of [first, second, first, second]) names.push((await get(id)).name)
  expect(names).toEqual(['ann', 'bob', 'ann', 'bob'])
  expect(upstream.connections() - before).toBe(2)
})

test('an account whose certificate cannot be used is refused at the parameter that is to blame', async () => {
  const definition = { key: 'own', name: 'own', auth: { type: 'api_token' }, ...own() }
  expect((await sallyport.request('POST', '/v1/integrations', definition)).status).toBe(201)
  const create = async (input: ReturnType<typeof account>) => {
    const reply = await sallyport.request('POST', '/v1/accounts', { integration: 'own', name: 'x', ...input })
    return [
      reply.status,
      ...(reply.body.errors ?? []).map(({ path, code }: Record<string, string>) => `${path} ${code}`),
    ]
  }
  const encrypted = encryptedKey(ann, 'the word')
  expect(await create(account(ann, { key: bob.privateKey }))).toEqual([
    422,
    '/parameters/key certificate_mismatch',
  ])
  expect(await create(account(ann, { key: 'no key' }))).toEqual([
    422,
    '/parameters/key private_key_unreadable',
  ])
  expect(await create(account(ann, { certificate: 'none' }))).toEqual([
    422,
    '/parameters/certificate certificate_unreadable',
  ])
  expect(await create(account(ann, { key: encrypted }))).toEqual([422, '/parameters/word required'])
  expect(await create(account(ann, { key: encrypted, word: 'x' }))).toEqual([
    422,
    '/parameters/word passphrase_wrong',
  ])
  expect(await create(account(ann, { key: encrypted, word: 'the word' }))).toEqual([201])
})

test('a definition whose certificate cannot be used is refused at the field that is to blame', async () => {
  const define = async (more: object) => {
    const definition = {
      key: 'bad',
      name: 'bad',
      baseUrl: upstream.origin,
      auth: { type: 'api_token' },
      ...more,
    }
    const reply = await sallyport.request('POST', '/v1/integrations', definition)
    return [
      reply.status,
      ...(reply.body.errors ?? []).map(({ path, code }: Record<string, string>) => `${path} ${code}`),
    ]
  }
  expect(await define({ tls: { ...ann, privateKey: bob.privateKey } })).toEqual([
    422,
    '/tls/privateKey certificate_mismatch',
  ])
  expect(await define({ tls: { pfx: pfxOf(ann, 'a'), passphrase: 'b' } })).toEqual([
    422,
    '/tls/passphrase passphrase_wrong',
  ])
  const auth = { type: 'oauth2', tokenUrl: upstream.origin, grant: 'client_credentials', clientId: 'c' }
  expect(await define({ auth: { ...auth, tls: { certificate: ann.certificate } } })).toEqual([
    422,
    '/auth/tls/privateKey required',
  ])
})

test('a definition that is changed so that an account’s certificate no longer fits says so at the call', async () => {
  const definition = { key: 'moving', name: 'moving', auth: { type: 'api_token' }, ...own() }
  await sallyport.request('POST', '/v1/integrations', definition)
  const created = await sallyport.request('POST', '/v1/accounts', {
    integration: 'moving',
    name: 'x',
    ...account(ann),
  })
  const patch = { tls: { certificate: bob.certificate } }
  expect((await sallyport.request('PATCH', '/v1/integrations/moving', patch)).status).toBe(200)
  const before = upstream.connections()
  const reply = await sallyport.request('GET', `/proxy/${created.body.id}/me`)
  expect([reply.status, reply.body.code]).toEqual([409, 'client_certificate_invalid'])
  expect(upstream.connections()).toBe(before)
})

test('token requests show the certificate of `auth.tls`, calls that of `tls`; without the first, `tls` serves both', async () => {
  const auth = {
    type: 'oauth2',
    grant: 'client_credentials',
    tokenUrl: `${upstream.origin}/token`,
    clientId: 'c',
    clientAuthentication: 'none',
  }
  const apart = { baseUrl: upstream.origin, auth: { ...auth, tls: { ...ann, ca } }, tls: { ...bob, ca } }
  expect(await get(await connected(sallyport, apart, {}))).toEqual({
    name: 'bob',
    authorization: 'Bearer token-of-ann',
  })
  const one = { baseUrl: upstream.origin, auth, tls: { ...bob, ca } }
  expect(await get(await connected(sallyport, one, {}))).toEqual({
    name: 'bob',
    authorization: 'Bearer token-of-bob',
  })
})

test('without a certificate the server’s refusal is said, and its own authority is not trusted unasked', async () => {
  const bare = await connected(sallyport, { baseUrl: upstream.origin, tls: { ca } })
  const refused = await sallyport.request('GET', `/proxy/${bare}/me`)
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    502,
    'upstream_unreachable',
    expect.stringContaining('client certificate'),
  ])
  const untrusting = await connected(sallyport, { baseUrl: upstream.origin, tls: ann })
  expect((await sallyport.request('GET', `/proxy/${untrusting}/me`)).status).toBe(502)
  expect(sallyport.logged()).toContain('ALERT_CERTIFICATE_REQUIRED')
})
