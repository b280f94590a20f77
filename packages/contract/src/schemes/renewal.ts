import { z } from 'zod'

/** When tokens are renewed, in seconds. */
export const Renewal = z.strictObject({
  before: z.int().min(1).max(31_536_000).optional().describe('default 1800, never over half the lifetime'),
  defaultLifetime: z.int().min(1).max(315_360_000).optional().describe('when the provider names none'),
  notBefore: z.int().min(1).max(31_536_000).optional().describe('earliest, after the token was issued'),
})
export type Renewal = z.infer<typeof Renewal>
