import { generateKeyPairSync } from 'node:crypto'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { type Oauth1ServerOptions, oauth1Server } from './oauth1-server.ts'
import { type Oauth1Signer, oauth1Header } from './oauth1-signature.suite.ts'

const fixed = { token: 'fixed-token', tokenSecret: 'fixed-secret' }

async function started(options: Oauth1ServerOptions = {}) {
  const server = await oauth1Server({ accessTokens: { [fixed.token]: fixed.tokenSecret }, ...options })
  onTestFinished(server.close)
  const send = async (method: string, url: string, signer: Partial<Oauth1Signer> = {}, form?: string) => {
    const { clientKey, clientSecret } = server
    const authorization = oauth1Header(method, url, { clientKey, clientSecret, ...signer }, form)
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const init = {
      method,
      headers: { authorization, ...(form === undefined ? {} : type) },
      redirect: 'manual',
    } as const
    const reply = await fetch(url, form === undefined ? init : { ...init, body: form })
    return { status: reply.status, text: await reply.text(), headers: reply.headers }
  }
  return { server, send }
}

test('three legs lead to an access token that opens the API', async () => {
  const { server, send } = await started()
  const callback = 'http://127.0.0.1:9/callback?own=1'
  const first = await send('POST', server.requestTokenUrl, {
    parameters: { oauth_callback: callback },
    realm: 'photos',
  })
  const temporary = new URLSearchParams(first.text)
  expect(temporary.get('oauth_callback_confirmed')).toBe('true')
  const token = temporary.get('oauth_token') ?? ''
  const tokenSecret = temporary.get('oauth_token_secret') ?? ''

  const consent = await fetch(`${server.authorizationUrl}?oauth_token=${token}`, { redirect: 'manual' })
  const back = new URL(consent.headers.get('location') ?? '')
  expect([back.searchParams.get('own'), back.searchParams.get('oauth_token')]).toEqual(['1', token])
  const oauth_verifier = back.searchParams.get('oauth_verifier') ?? ''

  const exchange = (verifier: string) =>
    send('POST', server.accessTokenUrl, { token, tokenSecret, parameters: { oauth_verifier: verifier } })
  expect((await exchange('guessed')).status).toBe(401)
  const granted = new URLSearchParams((await exchange(oauth_verifier)).text)
  expect(granted.get('screen_name')).toBe('ann')
  expect((await exchange(oauth_verifier)).status).toBe(401)

  const access = {
    token: granted.get('oauth_token') ?? '',
    tokenSecret: granted.get('oauth_token_secret') ?? '',
  }
  expect((await send('GET', `${server.apiUrl}me`, access)).status).toBe(200)
  expect(server.received('POST /oauth/access_token')).toHaveLength(3)
})

test('a person who says no is sent back without a verifier', async () => {
  const { server, send } = await started()
  const parameters = { oauth_callback: 'http://127.0.0.1:9/callback' }
  const temporary = new URLSearchParams((await send('POST', server.requestTokenUrl, { parameters })).text)
  const token = temporary.get('oauth_token')
  const reply = await fetch(`${server.authorizationUrl}?oauth_token=${token}&deny=1`, { redirect: 'manual' })
  expect(reply.headers.get('location')).toBe(`http://127.0.0.1:9/callback?denied=${token}`)
})

test.each(['HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT'] as const)(
  '%s is verified, not believed',
  async (signatureMethod) => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { server, send } = await started({
      rsaPublicKey: keys.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    })
    const url = `${server.apiUrl}things?b=2&a=1%20x&a=~`
    const good = { ...fixed, signatureMethod, privateKey: keys.privateKey, realm: 'any realm' }
    const reply = await send('POST', url, good, 'text=a+b%26c&b=1')
    expect(JSON.parse(reply.text)).toMatchObject({ signatureMethod, token: fixed.token, realm: 'any realm' })

    const bad = { ...good, privateKey: other.privateKey, tokenSecret: 'wrong' }
    const refused = await send('POST', url, bad, 'text=a+b%26c&b=1')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toMatch(/^OAuth /)
    expect(JSON.parse(refused.text).checks).toMatchObject({ client: true, signature: false })
  },
)

test('a nonce is taken once, and an old timestamp not at all', async () => {
  const { server, send } = await started()
  const once = { ...fixed, nonce: 'the-nonce', timestamp: String(Math.floor(Date.now() / 1000)) }
  const statuses = []
  for (const signer of [once, once, { ...fixed, timestamp: '1000000000' }]) {
    statuses.push((await send('GET', server.apiUrl, signer)).status)
  }
  expect(statuses).toEqual([200, 401, 401])
})

test('requests that only the client signs have a place of their own', async () => {
  const { server, send } = await started()
  expect((await send('GET', `${server.signedUrl}list?q=1`)).status).toBe(200)
  expect((await send('GET', `${server.signedUrl}list?q=1`, { clientSecret: 'wrong' })).status).toBe(401)
  expect((await send('GET', server.apiUrl)).status).toBe(401)
})

test('closed, it leaves no process', async () => {
  const server = await oauth1Server()
  await server.close()
  expect(() => process.kill(server.processId, 0)).toThrow('ESRCH')
})
