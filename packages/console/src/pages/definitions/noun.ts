import type {
  AnyIntegrationReply,
  DefinitionSchema,
  OAuthClientReply,
  ProviderReply,
} from '@sallyport/contract'
import { request } from '../../api/request.ts'
import type { Draft } from './draft.ts'
import { clientFrom, flatPointer, integrationFrom } from './from-entry.ts'
import { schemas } from './schemas.ts'

/** What a form is of. */
export type Noun = 'integration' | 'oauth-client'

/** A definition as the API shows it. */
export type DefinitionReply = AnyIntegrationReply | OAuthClientReply

interface NounRow extends DefinitionSchema {
  /** What people call it. */
  readonly word: string
  /** Whether what it would send can be seen. */
  readonly previews: boolean
  /** What is asked for anew after a change. */
  readonly queryKeys: readonly string[]
  /** Its part of an entry of the catalogue. */
  fromEntry(entry: ProviderReply): Draft
  /** A pointer of an entry, as one into what is written here. */
  placed(pointer: string): string
  create(body: Draft): Promise<DefinitionReply>
  update(key: string, patch: Draft, reconnect: boolean): Promise<DefinitionReply>
}

/** The API checks it, and says all that is wrong with it. */
const unchecked = (body: Draft) => body as never

const reconnecting = (reconnect: boolean) => (reconnect ? { query: { reconnect: 'true' as const } } : {})

/** What differs between the two. */
export const nouns: Readonly<Record<Noun, NounRow>> = {
  integration: {
    ...schemas.integration,
    word: 'integration',
    previews: true,
    queryKeys: ['integrations', 'oauth-clients', 'accounts'],
    fromEntry: integrationFrom,
    placed: (pointer) => pointer,
    create: (body) => request('POST', '/v1/integrations', { body: unchecked(body) }),
    update: (key, body, reconnect) =>
      request('PATCH', '/v1/integrations/{key}', { params: { key }, body, ...reconnecting(reconnect) }),
  },
  'oauth-client': {
    ...schemas.oauthClient,
    word: 'OAuth client',
    previews: false,
    queryKeys: ['oauth-clients', 'integrations', 'accounts'],
    fromEntry: clientFrom,
    placed: flatPointer,
    create: (body) => request('POST', '/v1/oauth-clients', { body: unchecked(body) }),
    update: (key, body, reconnect) =>
      request('PATCH', '/v1/oauth-clients/{key}', { params: { key }, body, ...reconnecting(reconnect) }),
  },
}
