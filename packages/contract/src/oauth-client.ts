import { z } from 'zod'
import { hosts, IntegrationInput, IntegrationReply, ownKey, ownName, Warning } from './integration.ts'
import { Key } from './key.ts'
import { providerNote } from './provider-note.ts'
import { Auth } from './schemes/index.ts'
import { oauth2 } from './schemes/oauth2.ts'

const { type, ...fields } = oauth2.definition.shape

/** An OAuth client that many integrations share: the fields of `oauth2` beside its key, name and hosts. */
export const OAuthClientInput = z.strictObject({
  key: ownKey,
  name: ownName,
  ...providerNote,
  hosts: hosts.describe('the only hosts that its secret and its token requests are sent to'),
  ...fields,
})
export type OAuthClientInput = z.infer<typeof OAuthClientInput>

/** An OAuth client as replies show it, without its secrets. */
export const OAuthClientReply = OAuthClientInput.extend({
  id: z.string(),
  redirectUri: z.string().optional().describe('to be registered at the provider'),
  secretsSet: z.array(z.string()).describe('JSON Pointers of the secrets that are stored'),
  warnings: z.array(Warning),
  usedBy: z
    .array(z.object({ key: Key, name: z.string() }))
    .describe('the first 20 integrations; all of them: GET /v1/integrations?client={key}'),
  uses: z.object({
    integrations: z.int().describe('how many integrations use it'),
    accounts: z.int().describe('how many accounts are connected through it'),
  }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type OAuthClientReply = z.infer<typeof OAuthClientReply>

/** What an integration says in place of an `oauth2` block of its own. */
export const ClientReference = z
  .strictObject({
    type,
    client: Key.meta({
      title: 'OAuth client',
      'x-choices': 'oauth-clients',
      description: 'key of an OAuth client, which brings everything else',
    }),
    scopes: fields.scopes.unwrap().optional().describe('beside those of the client'),
    authorizationParams: fields.authorizationParams.unwrap().optional().describe('over those of the client'),
  })
  .meta({
    title: 'OAuth 2.0, by a shared client',
    description: 'an OAuth client of its own, which many integrations share',
  })
export type ClientReference = z.infer<typeof ClientReference>

/** An integration whose OAuth client stands apart. */
export const ReferringIntegrationInput = IntegrationInput.extend({ auth: ClientReference })
export type ReferringDefinition = z.infer<typeof ReferringIntegrationInput>

/** An integration as it is written: with a client of its own, or with one that it shares. */
export const AnyIntegrationInput = z.union([IntegrationInput, ReferringIntegrationInput])

/** The same as replies show it. */
export const AnyIntegrationReply = IntegrationReply.extend({ auth: z.union([Auth, ClientReference]) })
export type AnyIntegrationReply = z.infer<typeof AnyIntegrationReply>
