import { z } from 'zod'
import { Json } from './json.ts'
import { StepTrace } from './operation.ts'

/** RFC 9457 problem details, as every failure answers. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  integrations: z.array(z.object({ key: z.string(), name: z.string() })).optional(),
  apps: z
    .array(z.object({ key: z.string(), adapter: z.string().optional(), profile: z.string().optional() }))
    .optional(),
  step: z.string().optional().describe('of an operation: which one failed'),
  upstream: z
    .object({ status: z.int(), body: Json.optional() })
    .optional()
    .describe('what an API answered to it'),
  trace: z
    .array(StepTrace)
    .optional()
    .describe('of an operation, where it was asked for: what its steps did'),
  keys: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>
