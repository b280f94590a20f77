import { pointer } from '@sallyport/contract'
import { requestValueNames } from '../request-values.ts'
import type { TemplateField } from '../scheme.ts'
import { jwtValueNames } from './assertions.ts'

/** The templates of client secrets, of the JWT and of the token exchange; the block may be malformed. */
export function grantTemplates(auth: Readonly<Record<string, unknown>>): TemplateField[] {
  const jwt = record(auth.jwt)
  const withJwt = auth.jwt === undefined ? [] : ['jwt.token']
  const claims = [...jwtValueNames, ...requestValueNames]
  return [
    ...fields('/auth/clientSecret', auth.clientSecret, withJwt),
    ...fields('/auth/clientSecrets', auth.clientSecrets, withJwt),
    ...fields('/auth/jwt/secret', jwt.secret, []),
    ...fields('/auth/jwt/privateKey', jwt.privateKey, []),
    ...fields('/auth/jwt/header', jwt.header, claims),
    ...fields('/auth/jwt/payload', jwt.payload, claims),
    ...fields('/auth/tokenExchange', auth.tokenExchange, withJwt),
  ]
}

/** Every text below a place. */
function fields(path: string, value: unknown, filled: readonly string[]): TemplateField[] {
  if (typeof value === 'string') return [{ path, text: value, slot: 'text', filled }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => fields(path + pointer([name]), inner, filled))
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
