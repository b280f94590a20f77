import type { TLSSocket } from 'node:tls'
import { clientCertificate } from '@sallyport/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ClientTls, type ClientTlsTexts, readClientTls } from '../client-tls.ts'
import type { Egress } from './egress.ts'
import { egressFailure } from './failure.ts'
import { type PoolKey, poolKey } from './pools.ts'
import { address, certificate, httpsServer, testEgress } from './servers.suite.ts'

let server: { cert: string; key: string }
let ann: { certificate: string; privateKey: string }
let bob: { certificate: string; privateKey: string }

beforeAll(async () => {
  server = await certificate()
  ann = await clientCertificate('ann')
  bob = await clientCertificate('bob')
})

/** Lets in whom the two certificates vouch for, and says who it is. */
const mutual = (options = {}) =>
  httpsServer(
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      response.end(String(subject?.CN))
    },
    {
      ...server,
      requestCert: true,
      rejectUnauthorized: true,
      ca: [ann.certificate, bob.certificate],
      ...options,
    },
  )

const identity = (texts: ClientTlsTexts): ClientTls => {
  const tls = readClientTls({ ca: server.cert, ...texts })
  if (!tls) throw new TypeError()
  return tls
}

const credentialRequest = (egress: Egress, origin: string, tls: ClientTls | undefined) =>
  egress
    .credentialRequest({ url: address(`${origin}/`), method: 'GET', headers: {}, tls })
    .then(({ body }) => body.toString())

function call(egress: Egress, key: PoolKey): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    egress.dispatch(
      key,
      { method: 'GET', path: '/' },
      {
        onConnect: () => undefined,
        onHeaders: () => true,
        onData(chunk: Buffer) {
          text += chunk.toString()
          return true
        },
        onComplete: () => resolve(text),
        onError: (error: Error) => reject(egressFailure(error, 'unknown')),
      },
    )
  })
}

const key = (origin: string, tls: ClientTls | undefined, changes: Partial<PoolKey> = {}): PoolKey =>
  poolKey({ organization: 'org_1', account: 'acc_1', origin, tls, ...changes })

describe('a client certificate', () => {
  test('is shown to a server that asks for it, by credential requests and by calls', async () => {
    const egress = testEgress()
    const { origin } = await mutual()
    expect(await credentialRequest(egress, origin, identity(ann))).toBe('ann')
    expect(await call(egress, key(origin, identity(bob)))).toBe('bob')
  })

  test('makes connections of its own: nobody speaks through those of another identity', async () => {
    const egress = testEgress()
    const mutualServer = await mutual()
    const { origin } = mutualServer
    const calls = [
      key(origin, identity(ann)),
      key(origin, identity(bob)),
      key(origin, identity(ann), { organization: 'org_2' }),
      key(origin, identity(ann)),
    ]
    const answers = []
    for (const own of calls) answers.push(await call(egress, own))
    expect(answers).toEqual(['ann', 'bob', 'ann', 'ann'])
    expect(mutualServer.connections).toBe(3)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('that is missing is named as such (%s)', async (version) => {
    const egress = testEgress()
    const { origin } = await mutual({ minVersion: version, maxVersion: version })
    const only = identity({})
    const sent = [() => credentialRequest(egress, origin, only), () => call(egress, key(origin, only))]
    for (const send of sent) {
      const failure = await send().catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'upstream_unreachable', detail: expect.stringMatching(/ALERT/) })
      expect((failure as Error).message).toMatch(/certificate/)
    }
  })

  test('that the server does not know gets no answer', async () => {
    const egress = testEgress()
    const eve = await clientCertificate('eve')
    const mutualServer = await mutual()
    await expect(call(egress, key(mutualServer.origin, identity(eve)))).rejects.toMatchObject({
      code: 'upstream_unreachable',
    })
    expect(mutualServer.requests).toEqual([])
  })

  test('that cannot be used opens no connection', async () => {
    const egress = testEgress()
    const mutualServer = await mutual()
    const broken = identity({ ...ann, privateKey: bob.privateKey })
    const failed = [
      () => credentialRequest(egress, mutualServer.origin, broken),
      () => call(egress, key(mutualServer.origin, broken)),
    ]
    for (const send of failed) {
      await expect(send).rejects.toMatchObject({ code: 'client_certificate_invalid', sent: 'no' })
    }
    expect(mutualServer.connections).toBe(0)
  })
})

describe('a private authority', () => {
  test('is trusted beside the public ones, by those who named it alone', async () => {
    const egress = testEgress()
    const { origin } = await httpsServer((_, response) => response.end('ok'), server)
    expect(await call(egress, key(origin, identity({})))).toBe('ok')
    for (const tls of [undefined, identity({ ca: bob.certificate })]) {
      await expect(call(egress, key(origin, tls))).rejects.toMatchObject({
        code: 'upstream_unreachable',
        detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      })
    }
  })

  test('vouches for the names in its certificates, and no other', async () => {
    const egress = testEgress({ lookup: async () => [{ address: '127.0.0.1', family: 4 }] })
    const { port } = await httpsServer((_, response) => response.end('ok'), server)
    await expect(call(egress, key(`https://api.example.com:${port}`, identity(ann)))).rejects.toMatchObject({
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })

  test('changes nothing about TLS 1.2 as the least', async () => {
    const old = {
      ...server,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const
    const { origin } = await httpsServer((_, response) => response.end('ok'), old)
    await expect(call(testEgress(), key(origin, identity(ann)))).rejects.toMatchObject({
      code: 'upstream_unreachable',
    })
  })
})
