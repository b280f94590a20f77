import type { DiagnosisReply, OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { requestToken } from './token-request.ts'

type Attempt = DiagnosisReply['attempts'][number]
type Authentication = OAuth2['clientAuthentication']

/** Refusals that a provider utters only once it has taken the client for who it says that it is. */
const saidToAKnownClient: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_request',
  'unsupported_grant_type',
  'unauthorized_client',
  'invalid_scope',
])

/** Redeems a code that nobody issued, in each way of client authentication: only the client can be judged by it. */
export async function tryClient(ports: SchemePorts, connection: Connection): Promise<DiagnosisReply> {
  const configured = (connection.definition.auth as OAuth2).clientAuthentication
  const others = (['basic', 'body'] as const).filter((each) => each !== configured)
  const attempts: Attempt[] = []
  for (const each of [configured, ...others]) attempts.push(await attempt(ports, connection, each))
  return { attempts, diagnosis: findings(configured, attempts) }
}

async function attempt(
  ports: SchemePorts,
  connection: Connection,
  clientAuthentication: Authentication,
): Promise<Attempt> {
  const auth = { ...(connection.definition.auth as OAuth2), clientAuthentication }
  const as = { ...connection, definition: { ...connection.definition, auth } }
  const parameters = { code: 'a-code-that-nobody-issued', redirect_uri: 'https://redirect.invalid/' }
  try {
    await requestToken(ports, as, { grantType: 'authorization_code', parameters, scopes: [] })
    return { clientAuthentication, outcome: 'unknown', saw: 'a token for a code that nobody issued' }
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.code
    const outcome =
      reason === 'invalid_client' ? 'refused' : saidToAKnownClient.has(reason) ? 'accepted' : 'unknown'
    return { clientAuthentication, outcome, saw: reason }
  }
}

function findings(configured: Authentication, attempts: readonly Attempt[]): DiagnosisReply['diagnosis'] {
  const [own, ...others] = attempts
  if (own?.outcome !== 'refused') return []
  const taken = others.find(({ outcome }) => outcome === 'accepted')
  const saw = `The provider refused the client by ${configured} (${own.saw})`
  if (!taken) {
    return [
      {
        code: 'client_refused',
        saw: `${saw}, and in every other way.`,
        change: 'Check client id and secret.',
      },
    ]
  }
  return [
    {
      code: 'client_authentication',
      saw: `${saw}, and took it by ${taken.clientAuthentication}.`,
      change: `Set \`clientAuthentication\` to "${taken.clientAuthentication}".`,
    },
  ]
}
