import { z } from 'zod'
import { Key } from './key.ts'

/** What a request of a definition is for. */
export const previewPurposes = [
  'discovery',
  'registration',
  'pushed_authorization',
  'authorization',
  'temporary_credentials',
  'device_authorization',
  'step',
  'token',
  'follow_up',
  'refresh',
  'revocation',
  'test',
  'call',
  'files',
] as const
export type PreviewPurpose = (typeof previewPurposes)[number]

/** A definition as it is being written, and values to see it with. */
export const IntegrationPreviewInput = z.strictObject({
  definition: z
    .record(z.string(), z.unknown())
    .describe('as for POST /v1/integrations; with `integration`, as for PATCH'),
  integration: Key.optional().describe('key of the integration that it changes'),
  parameters: z
    .record(z.string().min(1).max(64), z.string().max(65_536))
    .optional()
    .describe('values of an account; what is left out is shown as {name}'),
})
export type IntegrationPreviewInput = z.infer<typeof IntegrationPreviewInput>

/** A request as it would be sent: `[secret]` stands for a secret, `[...]` for what is made anew each time. */
export const PreviewedRequest = z.object({
  purpose: z.enum(previewPurposes),
  method: z.string(),
  url: z.string().describe('`{name}`: a value that is not known yet'),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  body: z.string().optional(),
  assertions: z
    .array(
      z.object({ header: z.record(z.string(), z.unknown()), payload: z.record(z.string(), z.unknown()) }),
    )
    .optional()
    .describe('what the JWTs say that it carries'),
  opensIn: z.literal('browser').optional().describe('whoever authorizes is sent there'),
  follows: z
    .array(z.enum(previewPurposes))
    .optional()
    .describe('requests whose answers it depends on, so that nobody can know all of it before'),
})
export type PreviewedRequest = z.infer<typeof PreviewedRequest>

/** Everything that a definition would send, in the order of an account's life. Nothing was sent, or stored. */
export const IntegrationPreviewReply = z.object({
  requests: z.array(PreviewedRequest),
  unavailable: z
    .array(z.object({ purpose: z.enum(previewPurposes), code: z.string(), message: z.string() }))
    .describe('requests that cannot be made from what is given'),
})
export type IntegrationPreviewReply = z.infer<typeof IntegrationPreviewReply>
