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

const fields = {
  name,
  description: z.string().max(4000).optional(),
  adapter: Key.optional().describe('by which adapter its steps call; or a run names the account'),
  integration: Key.optional().describe('whose accounts it is made for'),
  provider: ProviderId.optional().describe('the entry of the catalogue that it comes from'),
  input: schema.default({ type: 'object' }),
  inputFrom: InputRequest.optional(),
  steps: z.array(Step).min(1).max(100),
  output: Json.optional().describe('what a run puts out, as a template; default the last step’s output'),
  outputSchema: schema.optional(),
  timeoutSeconds: z.number().min(0.1).max(3600).default(60).describe('of a whole run'),
}

/** A saved, typed request, or several in order. */
export const OperationInput = z.strictObject({ key: Key, ...fields })
export type OperationInput = z.infer<typeof OperationInput>

/** A JSON merge patch (RFC 7396) of an operation; `steps` are replaced as a whole. */
export const OperationPatch = z.strictObject({ ...fields }).partial()
export type OperationPatch = z.infer<typeof OperationPatch>

export const OperationReply = OperationInput.extend({ id: z.string(), createdAt: time, updatedAt: time })
export type OperationReply = z.infer<typeof OperationReply>

/** What a run begins with. */
export const RunInput = z.strictObject({
  input: z.record(z.string(), Json).default({}),
  account: z.string().min(1).max(64).optional().describe('default: whom the adapter is bound to'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('sends nothing: answers the first request, exactly, with its secrets masked'),
  trace: z.boolean().default(false).describe('adds what each step did, with its timing'),
})
export type RunInput = z.infer<typeof RunInput>
