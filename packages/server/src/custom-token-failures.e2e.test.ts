import { faults, type ScriptedReply } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { directory, given, json, loginScene, withAuth } from './custom-token.suite.ts'
import { text } from './token-endpoint.suite.ts'

describe('a login that fails', () => {
  test.each<[what: string, reply: ScriptedReply, status: string, reason: string, words: RegExp]>([
    [
      'a wrong password',
      json(401, { error: 'bad_password' }),
      'needs_reconnect',
      'bad_password',
      /bad_password/,
    ],
    [
      'the same in words',
      json(400, { message: 'No such user.' }),
      'needs_reconnect',
      'login_refused',
      /No such user/,
    ],
    [
      'the same inside',
      json(403, { errors: [{ detail: 'Locked.' }] }),
      'needs_reconnect',
      'login_refused',
      /Locked/,
    ],
    ['a bare 401', text('', 401), 'needs_reconnect', 'login_refused', /refused the login\./],
    [
      'an error in a 200',
      json(200, { error: 'bad_password' }),
      'needs_reconnect',
      'bad_password',
      /bad_password/,
    ],
    ['an address that is not there', json(404, {}), 'failing', 'login_refused', /404/],
    ['too many logins', json(429, { error: 'slow' }), 'failing', 'provider_incident', /429: slow/],
    ['a broken provider', json(500, { error: 'invalid_grant' }), 'failing', 'provider_incident', /500/],
    ['a page', text('<html>login', 200, 'text/html'), 'failing', 'malformed_token_response', /200/],
    ['a page with 502', text('<html>bad', 502, 'text/html'), 'failing', 'provider_incident', /502/],
    ['no token', json(200, { data: {} }), 'failing', 'malformed_token_response', /\/data\/token/],
    ['a token with line breaks', given('a\r\nX-Evil: 1'), 'failing', 'malformed_token_response', /data/],
    [
      'members named twice',
      text('{"data":{"token":"a","token":"b"}}'),
      'failing',
      'malformed_token_response',
      /once/,
    ],
    [
      'an XML bomb',
      text('<!DOCTYPE x [<!ENTITY a "b">]><x/>', 200, 'text/xml'),
      'failing',
      'malformed_token_response',
      /document/,
    ],
    ['a redirect', faults.redirect('https://elsewhere.example/'), 'failing', 'redirect_refused', /redirect/],
    ['a reset', faults.reset(), 'failing', 'upstream_unreachable', /reached/],
  ])('by %s says so', async (_what, reply, status, reason, words) => {
    const { provider, define, connect, call } = await loginScene()
    provider.script('POST /login', reply)
    await define(directory)
    const account = await connect()
    expect(account).toMatchObject({ status, reason, reasonDetail: expect.stringMatching(words) })
    expect(JSON.stringify(account)).not.toMatch(/open sesame|<html|X-Evil/)
    if (status === 'needs_reconnect') {
      expect((await call(account.id)).status).toBe(409)
      expect(provider.received('POST /login')).toHaveLength(1)
    }
  })

  test('by what a definition calls an error in a 200 is told apart by its codes', async () => {
    const { provider, define, connect } = await loginScene()
    const error = { path: '/code', success: ['1000'], invalidGrant: ['601', '602'], description: '/text' }
    await define(withAuth({ tokenReply: { accessToken: '/token', error } }))
    provider.script('POST /login', json(200, { code: 601, text: 'Token invalid' }), { times: 1 })
    provider.script('POST /login', json(200, { code: 700, text: 'Busy' }), { times: 1 })
    provider.script('POST /login', json(200, { code: 1000, token: 't' }))
    expect(await connect()).toMatchObject({ status: 'needs_reconnect' })
    expect(await connect()).toMatchObject({ status: 'failing', reason: '700' })
    expect(await connect()).toMatchObject({ status: 'connected' })
  })

  test('is mended by another password, and by another user, without a person at the provider', async () => {
    const { provider, sallyport, define, connect, call } = await loginScene()
    provider.script('POST /login', ({ body }) => {
      const { user, password } = JSON.parse(body)
      return password === 'right' ? given(`t-${user}`) : json(401, { error: 'bad_password' })
    })
    await define(directory)
    const { id } = await connect()
    const patch = (parameters: object) => sallyport.request('PATCH', `/v1/accounts/${id}`, { parameters })
    expect((await patch({ password: 'right' })).body).toMatchObject({ status: 'connected' })
    expect((await call(id)).body.sent['x-auth']).toBe('t-ann')
    expect((await patch({ user: 'bob' })).body).toMatchObject({ status: 'connected' })
    expect((await call(id)).body.sent['x-auth']).toBe('t-bob')
  })

  test('never repeats what it was sent in the provider’s words', async () => {
    const { provider, sallyport, define, connect } = await loginScene()
    provider.script('POST /login', ({ body }) => json(401, { error: 'no', error_description: `Not ${body}` }))
    await define(directory)
    const account = await connect({ user: 'ann', password: 'sésame "ouvre" toi' })
    expect(account.reasonDetail).toMatch(/^The provider refused the login: no \(Not .*\[secret\]/)
    expect(`${JSON.stringify(account)}${sallyport.logged()}`).not.toMatch(/ouvre/)
  })
})
