import { z } from 'zod'
import { Json } from './json.ts'
import { Key } from './key.ts'
import { OperationRequest, Step } from './operation-steps.ts'
import { ProviderId } from './provider-note.ts'

const time = z.iso.datetime()
const name = z.string().trim().min(1).max(200)
const schema = z.record(z.string(), Json).describe('JSON Schema (2020-12)')
const expression = z.string().min(1).max(20_000)

/** Asks the API for the schema of an operation's input: an object's fields, say. */
export const InputRequest = OperationRequest.extend({
  map: expression.describe('JSONata over the body of the reply: the JSON Schema of the input'),
})
export type InputRequest = z.infer<typeof InputRequest>

const timeoutSeconds = z.number().min(0.1).max(3600).describe('of a whole run; default 60')

// Defaults are added in `OperationInput` alone: within a patch they would fill what it does not name.
const fields = {
  name,
  description: z.string().max(4000).optional(),
  adapter: Key.optional().describe('by which adapter its steps call; or a run names the account'),
  integration: Key.optional().describe('for whose accounts it is made: others are refused'),
  provider: ProviderId.optional().describe('the entry of the catalogue that it comes from'),
  input: schema,
  inputFrom: InputRequest.optional(),
  steps: z.array(Step).min(1).max(100),
  output: Json.optional().describe('what a run puts out, as a template; default the last step’s output'),
  outputSchema: schema.optional().describe('JSON Schema (2020-12) that tells readers what comes out'),
  timeoutSeconds,
}

/** A saved, typed request, or several in order. */
export const OperationInput = z.strictObject({
  key: Key,
  ...fields,
  input: schema.default({ type: 'object' }),
  timeoutSeconds: timeoutSeconds.default(60),
})
export type OperationInput = z.infer<typeof OperationInput>

/** A JSON merge patch (RFC 7396) of an operation; `steps` are replaced as a whole. */
export const OperationPatch = z.strictObject(fields).partial()
export type OperationPatch = z.infer<typeof OperationPatch>

export const OperationReply = OperationInput.extend({ id: z.string(), createdAt: time, updatedAt: time })
export type OperationReply = z.infer<typeof OperationReply>

const input = z.record(z.string(), Json).default({})
const account = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe('by which account its steps call, in place of its adapter')

/** What a run begins with. */
export const RunInput = z.strictObject({
  input,
  account,
  resume: z
    .string()
    .min(1)
    .max(100_000)
    .optional()
    .describe('where a run before this one stopped in its pages: its `resume`'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('sends nothing: answers the first request, exactly, with its secrets masked'),
  trace: z.boolean().default(false).describe('adds what each step did, with its timing'),
})
export type RunInput = z.infer<typeof RunInput>

/** An operation that has not been saved: nothing calls it by its key. */
export const UnsavedOperation = OperationInput.partial({ key: true, name: true })

/** A run of an operation that is given along, and not kept. */
export const UnsavedRunInput = RunInput.extend({ operation: UnsavedOperation })
export type UnsavedRunInput = z.infer<typeof UnsavedRunInput>

const milliseconds = z.number().min(0)

/** What one step of a run did. It holds no header, no query and no body. */
export const StepTrace = z.object({
  step: z.string().describe('its name; of a step of another operation `outer/inner`'),
  kind: z.string(),
  outcome: z.enum(['done', 'skipped', 'failed']),
  startedAt: time,
  milliseconds,
  requests: z
    .array(
      z.object({
        method: z.string(),
        host: z.string().optional(),
        path: z.string(),
        status: z.int().optional(),
        attempts: z.int(),
        bytes: z.object({ up: z.int(), down: z.int() }),
        milliseconds: z.object({
          queued: milliseconds.optional(),
          token: milliseconds.optional(),
          connect: milliseconds.optional(),
          firstByte: milliseconds.optional(),
          total: milliseconds,
        }),
      }),
    )
    .optional()
    .describe('of paging the latest twenty'),
  code: z.string().optional().describe('why it failed'),
})
export type StepTrace = z.infer<typeof StepTrace>

/** A request as it would be sent, with `***` in place of secrets. */
export const DryRequest = z.object({
  step: z.string(),
  method: z.string(),
  url: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  body: z.string().optional(),
  isBase64: z.boolean().optional().describe('of a body that is no text'),
  curl: z
    .object({
      api: z.string().describe('the same to the API itself; secrets are variables to be set'),
      passage: z.string().describe('the same through Sallyport, with a key of its own in SALLYPORT_KEY'),
    })
    .optional()
    .describe('not of files'),
})
export type DryRequest = z.infer<typeof DryRequest>

/** What came of a run, or in a dry run its first request. */
export const RunReply = z.object({
  output: Json.optional(),
  request: DryRequest.optional(),
  trace: z.array(StepTrace).optional().describe('of the first ten thousand steps'),
})
export type RunReply = z.infer<typeof RunReply>

/** For whom the schema of the input is asked for, and what of the input is known. */
export const InputQuestion = z.strictObject({ input, account })
export type InputQuestion = z.infer<typeof InputQuestion>

/** The schema of an operation's input, as the API describes it where the operation says so. */
export const InputReply = z.object({ schema })
export type InputReply = z.infer<typeof InputReply>
