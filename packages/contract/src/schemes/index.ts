import { z } from 'zod'
import { apiToken } from './api-token.ts'
import { awsSigv4 } from './aws-sigv4.ts'
import { basic } from './basic.ts'
import { cookie } from './cookie.ts'
import { customToken } from './custom-token.ts'
import { digest } from './digest.ts'
import { hmac } from './hmac.ts'
import { jwt } from './jwt.ts'
import { oauth1 } from './oauth1.ts'
import { oauth2 } from './oauth2.ts'
import { sftp } from './sftp.ts'
import { tlsSecrets } from './tls-identity.ts'

/** The table of auth types: what a definition says, what an account gives, what of a definition is secret. */
export const schemes = {
  api_token: apiToken,
  basic,
  oauth2,
  custom_token: customToken,
  sftp,
  digest,
  hmac,
  cookie,
  jwt,
  aws_sigv4: awsSigv4,
  oauth1,
} as const

export type SchemeName = keyof typeof schemes

const typesWithoutClient = [
  apiToken.definition,
  basic.definition,
  oauth2.definition,
  customToken.definition,
  sftp.definition,
  digest.definition,
  hmac.definition,
  cookie.definition,
  jwt.definition,
  awsSigv4.definition,
] as const

/** The `auth` block of a definition. */
export const Auth = z.discriminatedUnion('type', [...typesWithoutClient, oauth1.definition])
export type Auth = z.infer<typeof Auth>

/** The same in the catalogue, which knows nobody's client. */
export const providerAuthTypes = [
  ...typesWithoutClient,
  oauth1.definition.partial({ consumerKey: true }),
] as const

/** The `auth` block of one type. */
export type AuthOf<Name extends SchemeName> = z.infer<(typeof schemes)[Name]['definition']>

/** Where a definition of any type may hold secrets; of lists the whole. */
export const definitionSecretPaths: readonly string[] = [
  ...new Set(
    Object.values(schemes)
      .flatMap<string>(({ definitionSecrets }) => [...definitionSecrets])
      .map((path) => path.replace(/\/\d+$/, '')),
  ),
  ...tlsSecrets.map((name) => `/tls/${name}`),
]
