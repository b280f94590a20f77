import { z } from 'zod'

/** A token that the API gave out, placed as it is. */
export const apiToken = {
  definition: z
    .strictObject({ type: z.literal('api_token') })
    .meta({ title: 'API token', description: 'a token that the API gave out, placed as it is' }),
  secret: z.strictObject({
    token: z.string().min(1).max(65_536).optional().meta({ title: 'API token' }),
  }),
  definitionSecrets: [],
} as const
