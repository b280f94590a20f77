import { randomBytes } from 'node:crypto'
import { type Definition, IntegrationInput } from '@sallyport/contract'
import { type FakeClock, fakeClock } from '@sallyport/testkit'
import { createConnection } from '../../credentials/connection.ts'
import { splitSecrets } from '../../integrations/secrets.ts'
import type { Connection, SchemePorts, SendCredentialRequest } from '../scheme.ts'

/** An account's view of an `oauth2` block at provider.example; a field that is undefined is left out. */
export function oauth2Connection(
  auth: Readonly<Record<string, unknown>> = {},
  parameters: Readonly<Record<string, string>> = {},
): Connection {
  const definition: Definition = IntegrationInput.parse({
    key: 'api',
    name: 'API',
    parameters: Object.keys(parameters).map((name) => ({ name })),
    auth: {
      type: 'oauth2',
      clientId: 'client',
      authorizationUrl: 'https://provider.example/authorize',
      tokenUrl: 'https://provider.example/token',
      ...auth,
    },
  })
  const { visible, secrets } = splitSecrets(definition)
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  return createConnection({
    policy,
    definition: visible,
    definitionSecrets: secrets,
    account: { parameters },
    credential: { parameters: {} },
  })
}

/** What the provider answers to one request. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** What is not bytes or text goes as JSON. */
  readonly body: unknown
}

type Sent = Parameters<SendCredentialRequest>[0]

/** A provider that gives these answers in turn, and remembers what it was asked. */
export function answering(...answers: readonly Answer[]): {
  readonly ports: SchemePorts
  readonly clock: FakeClock
  readonly sent: Sent[]
} {
  const clock = fakeClock()
  const sent: Sent[] = []
  const send: SendCredentialRequest = async (request) => {
    const answer = answers[sent.length]
    sent.push(request)
    if (!answer) throw new Error(`nobody expected request ${sent.length}`)
    return {
      cookies: [],
      status: answer.status ?? 200,
      headers: { 'content-type': 'application/json', ...answer.headers },
      body: bytesOf(answer.body),
    }
  }
  return { ports: { clock, random: { bytes: randomBytes }, send }, clock, sent }
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return Object.assign(error) as unknown as Record<string, unknown>
    throw error
  }
  throw new Error('it was not rejected')
}
