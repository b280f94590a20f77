import { z } from 'zod'
import { Method } from './integration.ts'
import { Json } from './json.ts'
import { Key } from './key.ts'
import { OperationInput } from './operation.ts'
import { HeaderName } from './placement.ts'
import { ProviderId } from './provider-note.ts'

const word = z.string().trim().min(1).max(200)
const sentence = z.string().trim().min(1).max(500)
const address = z.url({ protocol: /^https?$/ }).max(2000)
const text = z.string().max(100_000)

/** How well an operation is known, the best first. */
export const evidenceLevels = ['openapi', 'documentation', 'public_source', 'unverified'] as const

const OperationEvidence = z.strictObject({
  level: z
    .enum(evidenceLevels)
    .describe(
      'read in the vendor’s OpenAPI document or SDK; in its documentation; in another public source; in none of them',
    ),
  docs: address.optional().describe('default: the documentation of all'),
})

/** A request as the API sees it, and what it answers. */
const ExampleExchange = z.strictObject({
  method: Method,
  path: z.string().startsWith('/').max(4000).describe('as sent, with its query'),
  host: word.optional().describe('where it is another than the base URL’s'),
  headers: z.record(HeaderName, text).optional().describe('those that have to be there'),
  json: Json.optional(),
  form: z.record(z.string(), z.union([text, z.array(text)])).optional(),
  text: text.optional(),
  reply: z
    .strictObject({
      status: z.int().min(100).max(599).default(200),
      headers: z.record(HeaderName, text).optional(),
      body: Json.optional(),
    })
    .prefault({}),
})

/** What a run takes, sends and puts out. */
const OperationExample = z.strictObject({
  input: z.record(z.string(), Json),
  exchanges: z.array(ExampleExchange),
  output: Json.optional(),
})

/** An operation as the catalogue has it: all but what whoever takes it over says. */
export const StandardOperation = OperationInput.omit({
  key: true,
  adapter: true,
  integration: true,
  provider: true,
}).extend({
  id: Key.describe('unique in its family'),
  providers: z
    .array(ProviderId)
    .min(1)
    .optional()
    .describe('entries that it is for; default: all of its file'),
  evidence: OperationEvidence,
  example: OperationExample,
})
export type StandardOperation = z.input<typeof StandardOperation>

/** The operations of one family of entries. */
export const StandardOperations = z.strictObject({
  family: ProviderId,
  name: word,
  docs: address,
  help: z.array(sentence).optional(),
  providers: z.array(ProviderId).min(1).describe('entries of the catalogue that they are for'),
  operations: z.array(StandardOperation).min(1),
  missing: z
    .array(z.strictObject({ name: word, reason: sentence }))
    .optional()
    .describe('what the API can, and operations do not'),
})
export type StandardOperations = z.input<typeof StandardOperations>
