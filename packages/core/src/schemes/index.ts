import type { Definition, SchemeName } from '@sallyport/contract'
import { apiTokenScheme } from './api-token/scheme.ts'
import { awsSigv4Scheme } from './aws-sigv4/scheme.ts'
import { basicScheme } from './basic/scheme.ts'
import { cookieScheme } from './cookie/scheme.ts'
import { customTokenScheme } from './custom-token/scheme.ts'
import { digestScheme } from './digest/scheme.ts'
import { hmacScheme } from './hmac/scheme.ts'
import { jwtScheme } from './jwt/scheme.ts'
import { oauth1Scheme } from './oauth1/scheme.ts'
import { oauth2Scheme } from './oauth2/scheme.ts'
import type { Scheme } from './scheme.ts'
import { sftpScheme } from './sftp/scheme.ts'

const schemes = {
  api_token: apiTokenScheme,
  basic: basicScheme,
  oauth2: oauth2Scheme,
  custom_token: customTokenScheme,
  digest: digestScheme,
  hmac: hmacScheme,
  cookie: cookieScheme,
  sftp: sftpScheme,
  jwt: jwtScheme,
  aws_sigv4: awsSigv4Scheme,
  oauth1: oauth1Scheme,
} satisfies Record<SchemeName, Scheme>

/** The scheme of a definition. */
export function schemeOf(definition: Pick<Definition, 'auth'>): Scheme {
  return schemes[definition.auth.type]
}

/** The scheme that bears a name, if there is one. */
export function schemeNamed(name: unknown): Scheme | undefined {
  return typeof name === 'string' && Object.hasOwn(schemes, name) ? schemes[name as SchemeName] : undefined
}
