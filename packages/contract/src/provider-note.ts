import { z } from 'zod'

/** An entry of the catalogue. */
export const ProviderId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be letters, digits and hyphens')

/** Where forms show it. */
const ofProperties = { 'x-section': 'properties', 'x-detail': true }

/** Where a definition comes from. With `providerVersion` it is a copy that stands for itself. */
export const providerNote = {
  provider: ProviderId.optional().meta({
    ...ofProperties,
    description: 'entry of the catalogue that it is made from; alone, what is left out is taken from there',
  }),
  providerVersion: z
    .int()
    .min(1)
    .optional()
    .meta({ ...ofProperties, description: 'version of the entry that was copied' }),
  api: ProviderId.optional().meta({
    title: 'API',
    ...ofProperties,
    description: 'which of the provider’s APIs',
  }),
  version: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({ ...ofProperties, description: 'of that API' }),
}
