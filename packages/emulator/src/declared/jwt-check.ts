import { constants, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { Context } from './context.ts'
import { captured, filled } from './template.ts'

type JwtTemplate = Omit<AuthOf<'jwt'>, 'type'>

/** What is wrong with a JWT that a client of this definition made, in sentences. */
export function jwtFaults(context: Context, auth: AuthOf<'oauth2'>, url: string, token: string): string[] {
  const { jwt, clientAuthentication } = auth
  const values = context.values
  const isAssertion = jwt?.use === undefined ? auth.grant !== 'jwt_bearer' : jwt.use === 'client_assertion'
  const secret = clientAuthentication === 'client_secret_jwt' ? '{client.secret}' : undefined
  const template: JwtTemplate = {
    ...{ algorithm: 'HS256', secretEncoding: 'utf8', lifetime: 300, ...(secret !== undefined && { secret }) },
    ...jwt,
  }
  const audience = auth.issuer ?? url
  const client = { iss: '{client.id}', sub: '{client.id}' }
  const claims = {
    aud: filled(audience, values) ?? audience,
    ...(isAssertion && client),
    ...template.payload,
  }
  return signedJwtFaults(context, { ...template, payload: claims }, token)
}

/** The same of a JWT that is nothing but its template. */
export function signedJwtFaults({ values, now }: Context, template: JwtTemplate, token: string): string[] {
  const [head = '', body = '', signature = '', more] = token.split('.')
  const header = decoded(head)
  const payload = decoded(body)
  if (!header || !payload || more !== undefined) return ['the JWT cannot be read']
  const faults = [
    ...(header.alg === template.algorithm
      ? []
      : [`the JWT is signed by ${String(header.alg)}, and ${template.algorithm} is declared`]),
    ...claimFaults('header', template.header ?? {}, header, values),
    ...claimFaults('claim', template.payload ?? {}, payload, values),
    ...timeFaults(template, payload, Math.floor(now() / 1000)),
  ]
  return isSigned(template, values, `${head}.${body}`, Buffer.from(signature, 'base64url'))
    ? faults
    : [...faults, 'the signature of the JWT does not hold']
}

function claimFaults(
  kind: string,
  declared: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
  values: Context['values'],
): string[] {
  return Object.entries(declared).flatMap(([name, wanted]) => {
    if (wanted === null)
      return Object.hasOwn(found, name) ? [`the ${kind} ${name} of the JWT is not declared`] : []
    const value = found[name]
    if (typeof wanted !== 'string') {
      return JSON.stringify(value) === JSON.stringify(wanted)
        ? []
        : [`the ${kind} ${name} of the JWT is not as declared`]
    }
    if (filled(wanted, values) === undefined && !wanted.includes('{request.')) {
      return value === undefined ? [] : [`the ${kind} ${name} of the JWT is not declared`]
    }
    const fits = typeof value === 'string' && captured(wanted, value, values) !== undefined
    return fits ? [] : [`the ${kind} ${name} of the JWT is not ${wanted}`]
  })
}

function timeFaults(
  { lifetime, payload = {} }: JwtTemplate,
  claims: Readonly<Record<string, unknown>>,
  now: number,
): string[] {
  const { iat, exp, jti } = claims
  const isOwn = (name: string) => Object.hasOwn(payload, name)
  return [
    ...(isOwn('iat') || (typeof iat === 'number' && Math.abs(iat - now) <= 60)
      ? []
      : ['the claim iat of the JWT is not now']),
    ...(isOwn('exp') || (typeof exp === 'number' && exp > now && exp - now <= lifetime + 60)
      ? []
      : [`the claim exp of the JWT is not within ${lifetime} seconds`]),
    ...(isOwn('jti') || (typeof jti === 'string' && jti !== '')
      ? []
      : ['the claim jti of the JWT is missing']),
  ]
}

function isSigned(
  template: JwtTemplate,
  values: Context['values'],
  text: string,
  signature: Buffer,
): boolean {
  const { algorithm } = template
  const bits = algorithm.slice(2)
  const data = Buffer.from(text)
  if (algorithm.startsWith('HS')) {
    const secret = Buffer.from(filled(template.secret ?? '', values) ?? '', template.secretEncoding)
    const wanted = createHmac(`sha${bits}`, secret).update(data).digest()
    return wanted.length === signature.length && timingSafeEqual(wanted, signature)
  }
  const key = createPublicKey((filled(template.privateKey ?? '', values) ?? '').replaceAll('\\n', '\n'))
  if (algorithm === 'EdDSA') return verify(null, data, key, signature)
  if (algorithm.startsWith('ES'))
    return verify(`sha${bits}`, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  const padding = algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  return verify(`sha${bits}`, data, { key, padding }, signature)
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
