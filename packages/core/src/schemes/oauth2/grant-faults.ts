import type { Fault } from '@sallyport/contract'
import { jwtKeyFaults } from '../jwt-signing.ts'
import type { GrantPolicy } from '../scheme.ts'

type Block = Readonly<Record<string, unknown>>

/** What a grant and a way of client authentication need; the block may be malformed. */
export function grantFaults(auth: Block, { forbiddenGrants, hasTls }: GrantPolicy): Fault[] {
  return [
    ...(forbiddenGrants?.has(String(auth.grant)) ? [forbidden] : []),
    ...assertionFaults(auth),
    ...exchangeFaults(auth),
    ...clientFaults(auth),
    ...(auth.clientAuthentication === 'tls' && auth.tls === undefined && !hasTls ? [certificateless] : []),
    ...keyFaults(auth),
  ]
}

const forbidden: Fault = {
  path: '/auth/grant',
  code: 'grant_forbidden',
  message:
    'The operator of this Sallyport forbids the password grant (SALLYPORT_PASSWORD_GRANT=off). Use another grant, or ask the operator.',
}

const certificateless: Fault = required(
  '/auth/tls',
  'The client shows itself by its certificate. Give certificate and privateKey, or a pfx, here or in `tls`.',
)

function assertionFaults(auth: Block): Fault[] {
  if (auth.grant !== 'jwt_bearer' || asksBody(auth, 'assertion')) return []
  if (auth.jwt === undefined) {
    return [required('/auth/jwt', 'This grant sends a JWT. Describe it: algorithm, privateKey, payload.')]
  }
  const { use } = record(auth.jwt)
  if (use === undefined || use === 'assertion') return []
  return [
    {
      path: '/auth/jwt/use',
      code: 'jwt_use',
      message: 'This grant sends the JWT as its assertion. Write assertion, or leave the field out.',
    },
  ]
}

function exchangeFaults(auth: Block): Fault[] {
  if (auth.grant !== 'token_exchange') return []
  if (auth.tokenExchange === undefined) {
    if (asksBody(auth, 'subject_token')) return []
    return [required('/auth/tokenExchange', 'This grant exchanges a token. Say which one in subjectToken.')]
  }
  const { actorToken, actorTokenType } = record(auth.tokenExchange)
  if (actorToken === undefined || actorTokenType !== undefined) return []
  return [required('/auth/tokenExchange/actorTokenType', 'An actor’s token goes with its type. Give it.')]
}

function clientFaults(auth: Block): Fault[] {
  const jwt = record(auth.jwt)
  const isShared = String(jwt.algorithm).startsWith('HS')
  const signsClient = jwt.use === undefined ? auth.grant !== 'jwt_bearer' : jwt.use === 'client_assertion'
  const faults: Fault[] = []
  if (auth.clientSecret !== undefined && auth.clientSecrets !== undefined) {
    const message = 'Give clientSecret or clientSecrets, not both: exactly one list is tried.'
    faults.push({ path: '/auth/clientSecrets', code: 'one_of', message })
  }
  if (auth.clientAuthentication === 'private_key_jwt') {
    if (auth.jwt === undefined) {
      const message = 'private_key_jwt signs with a private key. Give `jwt` with algorithm and privateKey.'
      faults.push(required('/auth/jwt', message))
    } else if (isShared) {
      const message = 'private_key_jwt signs with a private key. Choose another algorithm than HS….'
      faults.push({ path: '/auth/jwt/algorithm', code: 'algorithm', message })
    }
  }
  if (auth.clientAuthentication === 'client_secret_jwt') {
    if (auth.jwt !== undefined && signsClient && !isShared) {
      const message = 'client_secret_jwt signs with the client secret. Choose HS256, HS384 or HS512.'
      faults.push({ path: '/auth/jwt/algorithm', code: 'algorithm', message })
    }
    if (!hasClientSecret(auth) && jwt.secret === undefined) {
      const message = 'client_secret_jwt signs with the client secret. Give it.'
      faults.push(required('/auth/clientSecret', message))
    }
  }
  return faults
}

/** Keys that are written out; HMAC's may be the client secret. */
function keyFaults(auth: Block): Fault[] {
  if (auth.jwt === undefined) return []
  const isClientSecret = auth.clientAuthentication === 'client_secret_jwt' && hasClientSecret(auth)
  return jwtKeyFaults('/auth/jwt', record(auth.jwt)).filter(
    ({ path, code }) => !(isClientSecret && path === '/auth/jwt/secret' && code === 'required'),
  )
}

function hasClientSecret({ clientSecret, clientSecrets }: Block): boolean {
  return (typeof clientSecret === 'string' && clientSecret !== '') || Array.isArray(clientSecrets)
}

/** Whether the definition writes this field of the token request itself. */
function asksBody(auth: Block, field: string): boolean {
  const { body } = record(auth.tokenRequest)
  return typeof body === 'string' ? body.includes(field) : Object.hasOwn(record(body), field)
}

function required(path: string, message: string): Fault {
  return { path, code: 'required', message }
}

function record(value: unknown): Block {
  return typeof value === 'object' && value !== null ? (value as Block) : {}
}
