import { z } from 'zod'
import { IntegrationInput } from './integration.ts'
import { Key } from './key.ts'
import { OAuthClientInput } from './oauth-client.ts'
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
