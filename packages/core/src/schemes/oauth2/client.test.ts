import { expect, test } from 'vitest'
import { type Answer, answering, failureOf, oauth2Connection } from './connection.suite.ts'
import { requestToken } from './token-request.ts'

const ok: Answer = { body: { access_token: 'at', token_type: 'Bearer' } }
const unknownClient: Answer = { status: 401, body: { error: 'invalid_client' } }
const grant = { grantType: 'client_credentials', parameters: {}, scopes: [] }
let count = 0

/** A client of its own, with two secrets, and which of them each request to these answers showed. */
function rotating(...answers: readonly Answer[]) {
  count += 1
  const clientSecrets = [`new-${count}`, `old-${count}`]
  const { ports, sent } = answering(...answers)
  const connection = oauth2Connection({ clientAuthentication: 'body', clientSecrets })
  return {
    ask: () => requestToken(ports, connection, grant),
    shown: () =>
      sent.map(({ body }) => new URLSearchParams(body ?? '').get('client_secret')?.replace(/-\d+$/, '')),
  }
}

test('of two secrets the new one is tried first, and alone where it works', async () => {
  const { ask, shown } = rotating(ok, ok)
  await ask()
  await ask()
  expect(shown()).toEqual(['new', 'new'])
})

test.each<[what: string, answer: Answer]>([
  ['invalid_client', unknownClient],
  ['invalid_client with 400', { status: 400, body: { error: 'invalid_client' } }],
  ['401 without a word', { status: 401, body: '' }],
])('after %s the other one is tried once, and from then on first', async (_, answer) => {
  const { ask, shown } = rotating(answer, ok, ok)
  await ask()
  await ask()
  expect(shown()).toEqual(['new', 'old', 'old'])
})

test('once the provider has forgotten the old one, the new one is found again', async () => {
  const { ask, shown } = rotating(unknownClient, ok, unknownClient, ok, ok)
  for (let time = 0; time < 3; time += 1) await ask()
  expect(shown()).toEqual(['new', 'old', 'old', 'new', 'new'])
})

test('when neither is known, it is asked twice and no more, and nothing is remembered', async () => {
  const { ask, shown } = rotating(unknownClient, unknownClient, unknownClient, ok)
  expect(await failureOf(ask())).toMatchObject({ code: 'token_refused', reason: 'invalid_client' })
  await ask()
  expect(shown()).toEqual(['new', 'old', 'new', 'old'])
})

test.each<[answer: Answer]>([
  [{ status: 400, body: { error: 'invalid_grant' } }],
  [{ status: 400, body: { error: 'unauthorized_client' } }],
  [{ status: 403, body: '' }],
  [{ status: 500, body: '' }],
])('%j is no matter of the secret: nothing is asked again', async (answer) => {
  const { ask, shown } = rotating(answer)
  await failureOf(ask())
  expect(shown()).toEqual(['new'])
})

test('neither secret is repeated in the provider’s words', async () => {
  const told = (secret: string): Answer => ({
    status: 401,
    body: { error: 'invalid_client', error_description: `no ${secret}` },
  })
  count += 1
  const { ports } = answering(told('newer-secret'), told('older-secret'))
  const auth = { clientAuthentication: 'body', clientSecrets: ['newer-secret', 'older-secret'] }
  const failure = await failureOf(requestToken(ports, oauth2Connection(auth), grant))
  expect(String(failure.message)).not.toMatch(/(newer|older)-secret/)
})
