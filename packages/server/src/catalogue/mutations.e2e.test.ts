import { expect, test } from 'vitest'
import { type Journey, journeyOf, type Stage } from './life-cycle.suite.ts'
import { entriesOfCatalogue, startWorld, throughStages } from './stages.suite.ts'

type Patch = Readonly<Record<string, unknown>>

/** What is changed of the definition that Sallyport gets, and where the provider that has the true one notices. */
const mutations: readonly (readonly [
  what: string,
  id: string,
  patch: Patch,
  stage: Stage,
  reason: RegExp,
])[] = [
  ['verb', 'qq', { auth: { tokenMethod: 'POST' } }, 'connect', /method is POST, and GET is declared/],
  ['placement', 'giphy', { placement: { in: 'header', name: 'api_key' } }, 'connect', /api_key is missing/],
  [
    'placement template',
    'discord',
    { placement: { in: 'header', template: 'Bot {token}' } },
    'test',
    /Authorization is not Bearer/,
  ],
  ['delimiter', 'slack', { auth: { scopeDelimiter: ' ' } }, 'connect', /parameter scope is not \{scope\}/],
  [
    'format',
    'atlassian',
    { auth: { tokenRequest: { format: 'form' } } },
    'connect',
    /type application\/x-www-form-urlencoded/,
  ],
  ['names', 'tiktok-personal', { auth: { authorizationNames: null } }, 'connect', /client_key is missing/],
  [
    'client authentication',
    'hubspot',
    { auth: { clientAuthentication: 'basic' } },
    'connect',
    /client_secret is missing/,
  ],
  ['PKCE', 'airtable', { auth: { pkce: 'off' } }, 'connect', /code_challenge is missing/],
  [
    'response path',
    'yammer',
    { auth: { tokenReply: { accessToken: '/access_token' } } },
    'connect',
    /access_token is missing/,
  ],
  [
    'grant',
    'google',
    { auth: { grant: 'client_credentials' } },
    'connect',
    /grant_type is not authorization_code/,
  ],
  [
    'refresh format',
    'clover',
    { auth: { refreshRequest: { format: 'form' } } },
    'renew',
    /application\/json is declared/,
  ],
  [
    'refresh address',
    'figma',
    { auth: { refreshUrl: null } },
    'renew',
    /grant_type is not authorization_code/,
  ],
  [
    'revocation',
    'stripe',
    { auth: { revokeRequest: null } },
    'disconnect',
    /HTTP basic|client_secret|stripe_user_id/,
  ],
  [
    'constant header',
    'notion',
    { request: { headers: { 'Notion-Version': '2021-05-13' } } },
    'test',
    /Notion-Version is not/,
  ],
  [
    'signature',
    'smugmug',
    { auth: { signatureMethod: 'HMAC-SHA1' } },
    'connect',
    /oauth_signature_method is not PLAINTEXT/,
  ],
  [
    'user name',
    'zendesk-api-key',
    { auth: { username: '{secret.username}' } },
    'connect',
    /the user name is not/,
  ],
  ['algorithm', 'salesforce-jwt', { auth: { jwt: { algorithm: 'RS512' } } }, 'connect', /signed by RS512/],
  [
    'kept value',
    'salesforce',
    { auth: { tokenReply: { keep: { instanceUrl: '/instance' } } } },
    'test',
    /instanceUrl/,
  ],
  [
    'replies of a session that ended',
    'salesforce-sandbox',
    { auth: { authErrors: { values: ['ENDED'] } } },
    'retry',
    /not accepted/,
  ],
]

test('a definition that differs from what the provider does fails where it differs', async () => {
  const world = await startWorld()
  const entries = new Map(entriesOfCatalogue().map((entry) => [entry.id, entry]))
  const journeys = mutations.map(([, id, patch]): Journey => {
    const entry = entries.get(id)
    if (!entry) throw new Error(`There is no entry ${id}.`)
    const journey = journeyOf(world, entry)
    return { ...journey, input: patched(journey.input, patch) as Patch }
  })
  const { failures } = await throughStages(world, journeys)
  await world.close()
  const found = journeys.map((journey) => failures.find((failure) => failure.journey === journey))
  expect(found.map((failure, index) => [mutations[index]?.[0], failure?.stage])).toEqual(
    mutations.map(([what, , , stage]) => [what, stage]),
  )
  for (const [index, [, , , , reason]] of mutations.entries()) expect(found[index]?.message).toMatch(reason)
})

/** RFC 7396, but that `null` stays: the definition that it is merged over is the entry's. */
function patched(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const fields = typeof target === 'object' && target !== null ? (target as Patch) : {}
  const merged = Object.entries(patch).map(([name, value]) => [name, patched(fields[name], value)])
  return { ...fields, ...Object.fromEntries(merged) }
}
