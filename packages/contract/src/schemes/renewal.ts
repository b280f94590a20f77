import { z } from 'zod'

/** What becomes of a refresh token that was used. Unknown is taken for the strictest: reuse ends all of its tokens. */
export const Rotation = z
  .union([
    z
      .strictObject({ rotates: z.literal(false) })
      .meta({ title: 'Never', description: 'it can be used again and again' }),
    z
      .strictObject({ graceSeconds: z.int().min(1).max(86_400) })
      .meta({ title: 'After a while', description: 'it can be used again for so long after its first use' }),
  ])
  .meta({
    title: 'A used refresh token ends',
    description: 'decides what follows when the answer to a renewal was lost; by default at once',
  })
export type Rotation = z.infer<typeof Rotation>

/** When tokens are renewed, in seconds. */
export const Renewal = z.strictObject({
  before: z.int().min(1).max(31_536_000).optional().describe('default 1800, never over half the lifetime'),
  defaultLifetime: z.int().min(1).max(315_360_000).optional().describe('when the provider names none'),
  notBefore: z.int().min(1).max(31_536_000).optional().describe('earliest, after the token was issued'),
  rotation: Rotation.optional(),
  perSecond: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('most renewals of this client in a second, over all nodes; default 50'),
  refreshLifetime: z
    .int()
    .min(60)
    .max(315_360_000)
    .optional()
    .describe('how long a refresh token lives unused, where the provider does not say; a week is assumed'),
})
export type Renewal = z.infer<typeof Renewal>
