import { grants, type OAuth2, type Warning } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { revealAll } from '../reveal.ts'
import type { Connection, Credential, SchemePorts } from '../scheme.ts'
import { scopeOf } from './client.ts'
import { exchangeParameters, tokenExchangeGrant } from './token-exchange.ts'
import type { TokenRequest } from './token-request.ts'

/** Whether this grant has a token fetched without a person. */
export function isFetched(grant: OAuth2['grant']): boolean {
  return grant !== 'authorization_code' && grant !== 'device_code'
}

/** Whether browsers see what this grant asks for; what is malformed counts as the default. */
export function isBrowsed(grant: unknown): boolean {
  return !grants.some((known) => known === grant) || !isFetched(grant as OAuth2['grant'])
}

/** What whoever uses this grant should know. */
export function grantWarnings(grant: OAuth2['grant']): Warning[] {
  if (grant !== 'password') return []
  const message =
    'This account is connected by the password grant, which hands a person’s password to software (RFC 9700 §2.4). Use another grant where the provider has one.'
  return [{ code: 'password_grant', message }]
}

/**
 * The token request of a grant that needs no person.
 *
 * @throws SallyportError grant_forbidden where the operator forbids it, account_needs_reconnect without a password
 */
export function grantRequest(
  ports: SchemePorts,
  connection: Connection,
  credential: Credential,
): TokenRequest {
  const auth = connection.definition.auth as OAuth2
  if (connection.forbiddenGrants.has(auth.grant)) throw new SallyportError('grant_forbidden')
  const scope = scopeOf(connection)
  const common = { parameters: scope === '' ? {} : { scope }, scopes: auth.scopes }
  switch (auth.grant) {
    case 'password':
      return withPassword(common, credential)
    case 'jwt_bearer':
      return { ...common, grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer' }
    case 'token_exchange':
      return {
        ...common,
        grantType: tokenExchangeGrant,
        parameters: { ...exchangeParameters(ports, connection), ...common.parameters },
      }
    default:
      return { ...common, grantType: 'client_credentials' }
  }
}

/** RFC 6749 §4.3.2. */
function withPassword(common: Omit<TokenRequest, 'grantType'>, { secret }: Credential): TokenRequest {
  const { username, password } = revealAll(secret)
  if (username === undefined || password === undefined) {
    throw new SallyportError('account_needs_reconnect', {
      message:
        'The account’s password is not kept any more, or never was. Give user name and password again.',
    })
  }
  return {
    ...common,
    grantType: 'password',
    parameters: { username, password, ...common.parameters },
    values: revealAll(secret, 'secret.'),
  }
}
