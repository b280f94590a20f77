import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import { type Fault, JwtTemplate } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { parseTemplate } from '../template/parse.ts'
import type { TemplateValues } from '../template/render.ts'
import { type JwtKeyTexts, readJwtKey } from './jwt-key.ts'
import { requestValues } from './request-values.ts'
import type { Connection, SchemePorts } from './scheme.ts'

/** What a JWT is made with, beside its template. */
export interface JwtMaterial {
  /** Rendered. */
  readonly key: JwtKeyTexts
  /** Beside the connection's own values, and those of the request. */
  readonly values?: TemplateValues
  /** Claims that stand where the payload says nothing else. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** It ends no later than this from now, whatever the template says. */
  readonly longestSeconds?: number
}

/**
 * Makes a JWT (RFC 7519) as a compact JWS. The algorithm is the definition's, whatever the header's template says.
 *
 * @throws SallyportError account_incomplete when the key does not sign by that algorithm
 */
export function makeJwt(
  ports: Pick<SchemePorts, 'clock' | 'random'>,
  connection: Pick<Connection, 'render' | 'holds'>,
  template: JwtTemplate,
  { key, values = {}, claims = {}, longestSeconds }: JwtMaterial,
): string {
  const read = readJwtKey(template, key)
  if ('why' in read)
    throw new SallyportError('account_incomplete', { message: `No JWT can be signed. ${read.why}` })
  const all = { ...requestValues(ports), ...values }
  const fill: Fill = (text) =>
    connection.holds(text, all) ? connection.render(text, 'text', all) : undefined
  const now = Math.floor(ports.clock.now() / 1000)
  const payload = withoutNulls({
    iat: now,
    exp: now + template.lifetime,
    jti: all['request.random'],
    ...claims,
    ...renderedObject(template.payload ?? {}, fill),
  })
  if (longestSeconds !== undefined) payload.exp = Math.min(asNumber(payload.exp), now + longestSeconds)
  const header = withoutNulls({
    typ: 'JWT',
    ...renderedObject(template.header ?? {}, fill),
    alg: template.algorithm,
  })
  return signedJwt(template.algorithm, { header, payload, key: read.key })
}

/** A compact JWS (RFC 7515 §7.1) by a key that was read for the algorithm; the header has to name it. */
export function signedJwt(
  algorithm: JwtTemplate['algorithm'],
  { header, payload, key }: { readonly header: object; readonly payload: object; readonly key: KeyObject },
): string {
  const signed = `${encoded(header)}.${encoded(payload)}`
  return `${signed}.${signature(algorithm, signed, key).toString('base64url')}`
}

/** Faults of a `jwt` block's key where it is written in the definition itself; the block may be malformed. */
export function jwtKeyFaults(path: string, jwt: Readonly<Record<string, unknown>>): Fault[] {
  const shape = JwtTemplate.pick({ algorithm: true, secretEncoding: true }).safeParse({
    algorithm: jwt.algorithm,
    secretEncoding: jwt.secretEncoding,
  })
  const key = { secret: literal(jwt.secret), privateKey: literal(jwt.privateKey) }
  if (!shape.success || key.secret === 'template' || key.privateKey === 'template') return []
  const read = readJwtKey(shape.data, { secret: key.secret?.text, privateKey: key.privateKey?.text })
  return 'why' in read ? [{ path: `${path}/${read.field}`, code: read.code, message: read.why }] : []
}

function literal(text: unknown): { readonly text: string } | 'template' | undefined {
  if (typeof text !== 'string') return undefined
  const { constant } = parseTemplate(text)
  return constant === undefined ? 'template' : { text: constant }
}

type Fill = (text: string) => string | undefined

/** Numbers by their nature (RFC 7519 §2, NumericDate), though templates are text. */
const timeClaims: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'auth_time'])
const timePlaceholder = /^\{request\.timestamp(Ms)?\}$/

function renderedObject(fields: object, fill: Fill): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const result = rendered(value, fill)
      if (result === undefined) return []
      return [[name, timeClaims.has(name) && typeof result === 'string' ? numberIn(result) : result]]
    }),
  )
}

/** Strings rendered, in whatever depth; what asks for a value that is not there is left out. */
function rendered(value: unknown, fill: Fill): unknown {
  if (typeof value === 'string') {
    const text = fill(value)
    return text !== undefined && timePlaceholder.test(value) ? Number(text) : text
  }
  if (Array.isArray(value))
    return value.map((item) => rendered(item, fill)).filter((item) => item !== undefined)
  return typeof value === 'object' && value !== null ? renderedObject(value, fill) : value
}

function numberIn(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** RFC 7518 §3.2–3.5, RFC 8037 §3.1. */
function signature(algorithm: JwtTemplate['algorithm'], text: string, key: KeyObject): Buffer {
  const data = Buffer.from(text)
  if (algorithm === 'EdDSA') return sign(null, data, key)
  const hash = `sha${algorithm.slice(2)}`
  switch (algorithm.slice(0, 2)) {
    case 'HS':
      return createHmac(hash, key).update(data).digest()
    case 'ES':
      return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
    case 'PS': {
      const padding = constants.RSA_PKCS1_PSS_PADDING
      return sign(hash, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST })
    }
    default:
      return sign(hash, data, key)
  }
}
