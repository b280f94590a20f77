import { describe, expect, onTestFinished, test } from 'vitest'
import { parseCidrs } from '../destination/address.ts'
import { corpus } from '../destination/corpora.suite.ts'
import { parseUrl } from '../destination/url.ts'
import type { Egress } from './egress.ts'
import { EgressError } from './failure.ts'
import { poolKey } from './pools.ts'
import { address, answering, certificate, httpServer, httpsServer, testEgress } from './servers.suite.ts'

const ok = (_: unknown, response: { end(text: string): void }) => response.end('ok')
const none = { allowedPrivate: [] }

describe('addresses', () => {
  test('a literal loopback address is refused before anything connects', async () => {
    const server = await httpServer(ok)
    const error = await refusal(testEgress(none), `http://127.0.0.1:${server.port}/`)
    expect(error).toMatchObject({ code: 'address_blocked', status: 403, sent: 'no' })
    expect(server.connections).toBe(0)
  })

  test.each([
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[fd00::2]',
    '[fe80::1]',
    '10.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
  ])('%s is refused as well', async (host) => {
    expect(await refusal(testEgress(none), `https://${host}/`)).toMatchObject({
      code: 'address_blocked',
      sent: 'no',
    })
  })

  test('a name that resolves to loopback is refused before anything connects', async () => {
    const server = await httpServer(ok)
    for (const scheme of ['http', 'https']) {
      const egress = testEgress({ ...none, lookup: answering(['127.0.0.1']) })
      const error = await refusal(egress, `${scheme}://api.example.com:${server.port}/`)
      expect(error).toMatchObject({ code: 'address_blocked', sent: 'no' })
    }
    expect(server.connections).toBe(0)
  })

  test('of several answers, exactly the permitted ones are dialled', async () => {
    const permitted = await httpServer(ok, '127.0.0.2')
    const other = await httpServer(ok, '127.0.0.1', permitted.port)
    const egress = testEgress({
      allowedPrivate: parseCidrs('127.0.0.2').ranges,
      lookup: answering(['127.0.0.1', '::ffff:127.0.0.1', '127.0.0.2', '10.0.0.1']),
    })
    const reply = await send(egress, `http://api.example.com:${permitted.port}/`)
    expect(reply.body.toString()).toBe('ok')
    expect([permitted.connections, other.connections]).toEqual([1, 0])
  })

  test('a name whose answer changes to loopback gains nothing', async () => {
    const permitted = await httpServer(ok, '127.0.0.2')
    const inner = await httpServer(ok, '127.0.0.1', permitted.port)
    const lookup = answering(['127.0.0.2'], ['127.0.0.1'])
    const egress = testEgress({ allowedPrivate: parseCidrs('127.0.0.2').ranges, lookup })
    const url = `http://rebinding.example.com:${permitted.port}/`
    expect((await send(egress, url)).status).toBe(200)
    expect(lookup.asked()).toBe(1)
    expect(await refusal(egress, url)).toMatchObject({ code: 'address_blocked' })
    expect([permitted.connections, inner.connections]).toEqual([1, 0])
  })

  test('plain http carries credentials to private ranges only; https goes anywhere public', async () => {
    const lookup = answering(['93.184.216.34'])
    const error = await refusal(testEgress({ lookup }), 'http://api.example.com/token')
    expect(error).toMatchObject({ code: 'address_blocked', sent: 'no' })
    expect(error.message).toContain('https')
    expect(await refusal(testEgress({ lookup }), 'http://93.184.216.34/token')).toMatchObject({
      code: 'address_blocked',
    })
    const timeouts = { connectMilliseconds: 50 }
    const encrypted = await refusal(testEgress({ lookup }), 'https://api.example.com/token', timeouts)
    expect(encrypted.code).not.toBe('address_blocked')
  })

  test('an exempt origin may be on loopback, and no other port or scheme with it', async () => {
    const practice = await httpServer(ok)
    const other = await httpServer(ok)
    const exemptOrigins = new Set([practice.origin, `http://practice.test:${practice.port}`])
    const egress = testEgress({ ...none, exemptOrigins, lookup: answering(['127.0.0.1'], ['10.0.0.1']) })
    expect((await send(egress, practice.origin)).status).toBe(200)
    expect(await refusal(egress, other.origin)).toMatchObject({ code: 'address_blocked' })
    expect(await refusal(egress, `https://127.0.0.1:${practice.port}`)).toMatchObject({
      code: 'address_blocked',
    })
    expect((await send(egress, `http://practice.test:${practice.port}`)).status).toBe(200)
    expect(await refusal(egress, `http://practice.test:${practice.port}`)).toMatchObject({
      code: 'address_blocked',
    })
    expect([practice.connections, other.connections]).toEqual([2, 0])
  })

  test('a name without an address is unreachable, for certain unsent', async () => {
    const failing = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    for (const lookup of [answering([]), failing]) {
      const error = await refusal(testEgress({ lookup }), 'https://api.example.com/')
      expect(error).toMatchObject({ code: 'upstream_unreachable', sent: 'no' })
    }
    const real = await refusal(testEgress(), 'https://name.invalid/')
    expect(real).toMatchObject({ code: 'upstream_unreachable', sent: 'no' })
  })

  test('variables that name a proxy change nothing', async () => {
    const proxy = await httpServer(ok)
    const server = await httpServer(ok)
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']
    for (const name of names) setVariable(name, proxy.origin)
    setVariable('NODE_USE_ENV_PROXY', '1')
    expect((await send(testEgress(), server.origin)).status).toBe(200)
    expect([proxy.connections, server.requests.length]).toEqual([0, 1])
  })

  const ssrf = corpus<{ url: string; expect: string }[]>('ssrf-cases.json')
  test.skipIf(!ssrf)(
    'every known way to name an inner address is refused, whatever its name resolves to',
    async () => {
      const egress = testEgress({ ...none, lookup: answering(['127.0.0.1']) })
      for (const row of (ssrf ?? []).filter((each) => each.expect === 'block')) {
        if (parseUrl(row.url) === undefined) continue
        const refused = await refusal(egress, row.url)
        expect([row.url, refused.code, refused.sent]).toEqual([row.url, 'address_blocked', 'no'])
        const encrypted = await refusal(egress, row.url.replace('http:', 'https:'))
        expect([row.url, encrypted.code, encrypted.sent]).toEqual([row.url, 'address_blocked', 'no'])
      }
    },
  )
})

describe('TLS', () => {
  test('a self-signed certificate is refused, whatever the environment says', async () => {
    const server = await httpsServer(ok, await certificate())
    const refused = await refusal(testEgress(), server.origin)
    expect(refused).toMatchObject({
      code: 'upstream_unreachable',
      sent: 'no',
      detail: expect.stringMatching(/CERT/),
      message: expect.stringMatching(/certificate could not be verified, so nothing was sent.*tls\.ca/),
    })
    setVariable('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect(await refusal(testEgress(), server.origin)).toMatchObject({ sent: 'no' })
    expect(server.requests).toEqual([])
  })

  test('a certificate for another host is refused', async () => {
    const pair = await certificate()
    const server = await httpsServer(ok, pair)
    const egress = testEgress({ extraCertificateAuthorities: [pair.cert], lookup: answering(['127.0.0.1']) })
    const refused = await refusal(egress, `https://api.test:${server.port}/`)
    expect(refused).toMatchObject({ code: 'upstream_unreachable', sent: 'no' })
    expect(refused.detail).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(refused.message).toMatch(/certificate could not be verified.*for another name/)
    expect((await send(egress, `https://localhost:${server.port}/`)).status).toBe(200)
    expect(server.requests).toHaveLength(1)
  })

  test('the name that is verified is the host, not what a Host header says', async () => {
    const pair = await certificate()
    const names: unknown[] = []
    const server = await httpsServer(ok, {
      ...pair,
      SNICallback: (name, callback) => {
        names.push(name)
        callback(null)
      },
    })
    const egress = testEgress({ extraCertificateAuthorities: [pair.cert], lookup: answering(['127.0.0.1']) })
    const origin = `https://localhost:${server.port}`
    const status = await new Promise((resolve, reject) => {
      egress.dispatch(
        poolKey({ organization: 'o', account: 'a', origin }),
        { method: 'GET', path: '/', headers: { host: 'other.test' } },
        {
          onConnect() {},
          onHeaders(code) {
            resolve(code)
            return true
          },
          onData: () => true,
          onComplete() {},
          onError: reject,
        },
      )
    })
    expect([status, names]).toEqual([200, ['localhost']])
  })

  test('nothing older than TLS 1.2 is spoken', async () => {
    const server = await httpsServer(ok, {
      ...(await certificate()),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    expect(await refusal(testEgress(), server.origin)).toMatchObject({
      sent: 'no',
      detail: expect.stringMatching(/VERSION|PROTOCOL/),
    })
  })
})

function send(egress: Egress, url: string, timeouts = {}) {
  return egress.credentialRequest({ url: address(url), method: 'GET', headers: {}, timeouts })
}

async function refusal(egress: Egress, url: string, timeouts = {}): Promise<EgressError> {
  const outcome = await send(egress, url, timeouts).catch((error: unknown) => error)
  if (outcome instanceof EgressError) return outcome
  throw new TypeError(`not refused: ${url}`, { cause: outcome })
}

function setVariable(name: string, value: string) {
  const before = process.env[name]
  process.env[name] = value
  onTestFinished(() => {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  })
}
