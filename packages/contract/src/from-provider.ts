import { z } from 'zod'
import { IntegrationInput } from './integration.ts'
import { Key } from './key.ts'
import { OAuthClientInput } from './oauth-client.ts'
import { OperationInput, OperationReply } from './operation.ts'
import { ProviderId } from './provider-note.ts'

const provider = ProviderId.describe('entry of the catalogue, from which all else is taken that is left out')

/** An integration as an entry of the catalogue has it: only what that leaves open, and what is to be otherwise. */
export const IntegrationFromProvider = IntegrationInput.partial().extend({
  key: Key,
  provider,
  auth: z.record(z.string(), z.unknown()).optional().describe('merged over the entry’s'),
})

/** An OAuth client likewise. */
export const OAuthClientFromProvider = OAuthClientInput.partial().extend({ key: Key, provider })

/** An operation that the catalogue knows of a provider: whose it is, and what is to be otherwise. */
export const OperationFromProvider = OperationInput.partial().extend({
  provider: ProviderId.describe('entry of the catalogue'),
  operation: Key.describe('id of one of its operations, from which all else is taken that is left out'),
})

/** Several of them. */
export const OperationsFromProvider = z.strictObject({
  operations: z.array(Key).min(1).max(1000).optional().describe('ids; default: all'),
  ...OperationInput.pick({ adapter: true, integration: true }).shape,
})

/** What was made of them. */
export const OperationsMade = z.object({
  items: z.array(OperationReply),
  skipped: z.array(Key).describe('keys that there were already; those operations stay as they are'),
})
export type OperationsMade = z.infer<typeof OperationsMade>
