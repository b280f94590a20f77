import type { AnyIntegrationReply, OAuthClientReply, Warning } from '@sallyport/contract'
import {
  clientDefinition,
  definitionOf,
  registrationIdOf,
  type WrittenDefinition,
} from '../credentials/definition.ts'
import type { DefinitionRecord, IntegrationRecord, OAuthClientRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { urlWarnings } from './check-urls.ts'
import { flatPath, flattened } from './client-shape.ts'
import { fieldsOf } from './fields.ts'

/** An integration as replies show it: as it was written, whoever brings the client. */
export function integrationView(publicUrl: string, record: IntegrationRecord): AnyIntegrationReply {
  const written = JSON.parse(record.definition) as WrittenDefinition
  const definition = definitionOf(record)
  const warnings: readonly Warning[] = urlWarnings(fieldsOf(definition))
  return {
    id: record.id,
    ...written,
    ...(schemeOf(definition).authorization?.(definition) && {
      redirectUri: redirectUriOf(publicUrl, registrationIdOf(record)),
    }),
    secretsSet: [...record.secretsSet],
    warnings: [...warnings],
    ...times(record),
  }
}

/** What the reply says of a client beside itself. */
export type ClientUse = Pick<OAuthClientReply, 'usedBy' | 'uses'>

/** An OAuth client as replies show it: flat, as it was written. */
export function clientView(publicUrl: string, record: OAuthClientRecord, use: ClientUse): OAuthClientReply {
  const definition = clientDefinition(record)
  const scheme = schemeOf(definition)
  return {
    id: record.id,
    ...(flattened(definition) as Omit<OAuthClientReply, 'id'>),
    ...(scheme.authorization?.(definition) && { redirectUri: redirectUriOf(publicUrl, record.id) }),
    secretsSet: record.secretsSet.map(flatPath),
    warnings: [...(scheme.warnings?.(definition) ?? [])],
    ...use,
    ...times(record),
  }
}

/** Where the provider sends browsers back to: a path of its own for each client registration (A3). */
export function redirectUriOf(publicUrl: string, registrationId: string): string {
  return `${publicUrl}/callback/${registrationId}`
}

function times({ createdAt, updatedAt }: DefinitionRecord): { createdAt: string; updatedAt: string } {
  return { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() }
}
