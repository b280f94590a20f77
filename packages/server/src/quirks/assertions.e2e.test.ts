import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { json, quirk } from './quirks.suite.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const machine = { type: 'oauth2', grant: 'client_credentials', clientSecret: undefined }

/** What a JWT says, when our key signed it by RS256 (RFC 7515 §3). */
function claimsOf(text = '') {
  const [header = '', payload = '', signature = ''] = text.split('.')
  const signed = Buffer.from(`${header}.${payload}`)
  const isOurs = verify('sha256', signed, keys.publicKey, Buffer.from(signature, 'base64url'))
  return isOurs && decoded(header).alg === 'RS256' ? decoded(payload) : undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a JWT says what it likes
const decoded = (part = ''): any => JSON.parse(Buffer.from(part, 'base64url').toString())

test('3: an app’s own JWT gets a token of one installation, again before each ends', async () => {
  const { provider, fetchToken, renew, call } = await quirk(
    (origin) => ({
      ...machine,
      clientId: '4711',
      clientAuthentication: 'none',
      tokenUrl: `${origin}/app/installations/{installation}/access_tokens`,
      jwt: { algorithm: 'RS256', privateKey, use: 'template', lifetime: 540, payload: { aud: null } },
      tokenRequest: { headers: { Authorization: 'Bearer {jwt.token}' }, format: 'json', body: '{}' },
      tokenReply: { accessToken: '/token', expiresIn: '/expires_at', expiryUnit: 'iso' },
    }),
    () => ({ parameters: [{ name: 'installation', required: true }] }),
  )
  let issued = 0
  provider.script('POST /app/installations/12/access_tokens', ({ headers, body }) => {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const claims = claimsOf(bearer)
    const lifetime = (claims?.exp ?? 0) - (claims?.iat ?? 0)
    if (claims?.iss !== '4711' || lifetime > 600 || body !== '{}') return json({ message: 'no' }, 401)
    issued += 1
    const ends = new Date(Date.now() + 3_600_000).toISOString()
    return json({ token: `installation-${issued}`, expires_at: ends }, 201)
  })
  const account = await fetchToken({ parameters: { installation: '12' } })
  expect(account).toMatchObject({ status: 'connected', generation: 1 })
  expect((await renew(account.id)).body).toMatchObject({ generation: 2 })
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer installation-2')
})

test('3: the second token, a person’s, is an account of an integration of its own at the same host', async () => {
  const { provider, connect, call } = await quirk(() => ({ clientAuthentication: 'body' }))
  provider.script('POST /token', ({ form }) =>
    form.get('client_secret') === 'client-secret'
      ? {
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: 'access_token=user&token_type=bearer&scope=',
        }
      : json({ error: 'incorrect_client_credentials' }),
  )
  const { id, status } = await connect()
  expect(status).toBe('connected')
  await call(id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer user')
})

test('32: an assertion whose issuer is the host that the browser comes back to', async () => {
  const { provider, connect, renew, form } = await quirk((origin) => ({
    clientSecret: undefined,
    clientAuthentication: 'private_key_jwt',
    jwt: {
      algorithm: 'RS256',
      privateKey,
      payload: { iss: 'app.example', aud: new URL(origin).hostname },
    },
  }))
  provider.script('POST /token', ({ form: sent, headers }) => {
    const claims = claimsOf(sent.get('client_assertion') ?? undefined)
    const isKnown = claims?.iss === 'app.example' && claims.sub === 'client' && claims.aud === '127.0.0.1'
    if (!isKnown || headers.authorization !== undefined) return json({ error: 'invalid_client' }, 401)
    const isRefresh = sent.get('grant_type') === 'refresh_token'
    const tokens = { access_token: isRefresh ? 'at-2' : 'at-1', token_type: 'bearer', expires_in: 2399 }
    return json(isRefresh ? tokens : { ...tokens, refresh_token: 'rt-1' })
  })
  const { id, status } = await connect()
  expect(status).toBe('connected')
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  expect(form(0).client_assertion).not.toBe(form(1).client_assertion)
  expect(form(1).refresh_token).toBe('rt-1')
})

test('33: an assertion is the only client authentication, where a second one is refused', async () => {
  const { provider, fetchToken, form } = await quirk(() => ({
    ...machine,
    clientAuthentication: 'private_key_jwt',
    jwt: { algorithm: 'RS256', privateKey, header: { kid: 'key-1' } },
  }))
  provider.script('POST /token', ({ form: sent, headers }) => {
    const ways = [headers.authorization, sent.get('client_secret') ?? undefined, sent.get('client_assertion')]
    if (ways.filter(Boolean).length !== 1)
      return json({ error: 'invalid_request', error_description: 'multiple client credentials' }, 400)
    const claims = claimsOf(sent.get('client_assertion') ?? undefined)
    const isKnown = claims?.iss === 'client' && claims.aud === `${provider.origin}/token`
    return isKnown
      ? json({ access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 })
      : json({ error: 'invalid_client' }, 401)
  })
  expect(await fetchToken()).toMatchObject({ status: 'connected' })
  expect(Object.keys(form()).sort()).toEqual([
    'client_assertion',
    'client_assertion_type',
    'client_id',
    'grant_type',
    'scope',
  ])
  expect(decoded(form().client_assertion?.split('.')[0])).toMatchObject({ kid: 'key-1' })
})
