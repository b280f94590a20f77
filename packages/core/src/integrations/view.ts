import type { Definition, IntegrationReply, Warning } from '@sallyport/contract'
import type { IntegrationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { urlWarnings } from './check-urls.ts'
import { fieldsOf } from './fields.ts'

/** An integration as replies show it. */
export function integrationView(publicUrl: string, record: IntegrationRecord): IntegrationReply {
  const definition = JSON.parse(record.definition) as Definition
  const warnings: readonly Warning[] = urlWarnings(fieldsOf(definition))
  return {
    id: record.id,
    ...definition,
    ...(schemeOf(definition).authorization?.(definition) && {
      redirectUri: redirectUriOf(publicUrl, record.id),
    }),
    secretsSet: [...record.secretsSet],
    warnings: [...warnings],
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
  }
}

/** Where the provider sends browsers back to: a path of its own for each client registration (A3). */
export function redirectUriOf(publicUrl: string, registrationId: string): string {
  return `${publicUrl}/callback/${registrationId}`
}
