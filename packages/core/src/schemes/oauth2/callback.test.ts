import { describe, expect, test } from 'vitest'
import { complete } from './callback.ts'
import { answering, failureOf, oauth2Connection } from './connection.suite.ts'

const redirectUri = 'https://passage.example/callback/int_1'
const issuer = 'https://issuer.example'
const token = { body: { access_token: 'at', token_type: 'Bearer' } }

function redeem(
  query: string,
  memory: Readonly<Record<string, string>> = { codeVerifier: 'verifier' },
  auth: Readonly<Record<string, unknown>> = {},
) {
  const { ports, sent } = answering(token)
  const answer = { parameters: new URLSearchParams(query), redirectUri, memory }
  return { sent, done: complete(ports, oauth2Connection(auth), answer) }
}

describe('a code', () => {
  test('is redeemed once, with the redirect address and the verifier of its flow', async () => {
    const { sent, done } = redeem('code=c%2B1&state=s')
    expect((await done).accessToken.reveal()).toBe('at')
    expect(sent).toHaveLength(1)
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c+1',
      redirect_uri: redirectUri,
      code_verifier: 'verifier',
      client_id: 'client',
    })
  })

  test('is redeemed without a verifier where PKCE is off', async () => {
    const { sent, done } = redeem('code=c', { codeVerifier: 'verifier' }, { pkce: 'off' })
    await done
    expect(new URLSearchParams(sent[0]?.body).has('code_verifier')).toBe(false)
  })

  test('takes the scopes that were asked for where the reply names none', async () => {
    const { done } = redeem('code=c', {}, { scopes: ['a', 'b'] })
    expect((await done).scopes).toEqual(['a', 'b'])
  })

  test.each(['', 'state=s', 'code=', 'access_token=at'])(
    'that is not in %j is not asked for',
    async (query) => {
      const { sent, done } = redeem(query)
      expect(await failureOf(done)).toMatchObject({ code: 'flow_refused' })
      expect(sent).toEqual([])
    },
  )
})

describe('an error', () => {
  test('wins over a code, and is shown in plain words', async () => {
    const { sent, done } = redeem('code=c&error=access_denied&error_description=%3Cb%3Eno%3C/b%3E%0d%0ax')
    const { code, message } = await failureOf(done)
    expect(code).toBe('flow_refused')
    expect(message).toMatch(/^The provider refused: access_denied \([^<>\r\n]+\)\.$/)
    expect(sent).toEqual([])
  })

  test('without a word of its own is shown as one', async () => {
    expect((await failureOf(redeem('error=').done)).message).toBe('The provider refused: .')
    expect((await failureOf(redeem('error=access_denied').done)).message).toBe(
      'The provider refused: access_denied.',
    )
  })
})

describe('iss', () => {
  const announced = { codeVerifier: 'v', issuer, issAnnounced: 'true' }
  const known = { codeVerifier: 'v', issuer }
  const parameter = (iss: string) => `code=c&iss=${encodeURIComponent(iss)}`

  test.each<[what: string, memory: Record<string, string>, query: string]>([
    ['the issuer’s own', announced, parameter(issuer)],
    ['the issuer’s own where it need not be', known, parameter(issuer)],
    ['absent where it was not announced', known, 'code=c'],
    ['present where no issuer is known', { codeVerifier: 'v' }, parameter('https://any.example')],
  ])('%s passes', async (_, memory, query) => {
    expect((await redeem(query, memory).done).accessToken.reveal()).toBe('at')
  })

  test.each<[what: string, memory: Record<string, string>, query: string]>([
    ['with a slash more', known, parameter(`${issuer}/`)],
    ['in other letters', known, parameter('https://Issuer.example')],
    ['with its port', known, parameter(`${issuer}:443`)],
    ['another', known, parameter('https://evil.example')],
    ['empty', known, 'code=c&iss='],
    ['absent though announced', announced, 'code=c'],
    ['with a slash more, though announced', announced, parameter(`${issuer}/`)],
    ['another first and the right one after it', known, `${parameter('https://evil.example')}&iss=${issuer}`],
  ])('%s is refused, and no token is asked for', async (_, memory, query) => {
    const { sent, done } = redeem(query, memory)
    expect(await failureOf(done)).toMatchObject({ code: 'flow_invalid', status: 400 })
    expect(sent).toEqual([])
  })

  test('another’s error is not shown either', async () => {
    const query = `error=canary&error_description=canary&iss=${encodeURIComponent('https://evil.example')}`
    for (const memory of [known, announced]) {
      const failure = await failureOf(redeem(query, memory).done)
      expect(failure.code).toBe('flow_invalid')
      expect(`${failure.message} ${failure.detail}`).not.toContain('canary')
    }
    const silent = await failureOf(redeem('error=canary', announced).done)
    expect(`${silent.code} ${silent.message}`).not.toContain('canary')
  })
})
