import { z } from 'zod'
import { Method } from './integration.ts'
import { Json } from './json.ts'
import { Key } from './key.ts'
import { Paging } from './operation-paging.ts'
import { HeaderName } from './placement.ts'
import { jwtAlgorithms } from './schemes/jwt-template.ts'

/** Name of a step; a word that a placeholder can hold, as in `{steps.find.body.id}`. */
export const StepName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a letter or _, then letters, digits or _')
  .refine((text) => text !== '__proto__', 'is no name; choose another')

const text = z.string().max(100_000)
const expression = z.string().min(1).max(20_000)
const pointer = z
  .string()
  .max(500)
  .regex(/^(\/.*)?$/s, 'must be a JSON Pointer (RFC 6901), as /records')
const from = Json.describe('any JSON; a string that is one placeholder alone takes the value as it is')
const adapter = Key.optional().describe('by which adapter this step calls; default the operation’s')
const timeoutSeconds = z.number().min(0.1).max(900).optional()

const common = {
  name: StepName,
  description: z.string().max(2000).optional(),
  when: expression.optional().describe('JSONata: other than true, the step is left out'),
}

/**
 * Strings are templates over `{input.…}`, `{steps.name.…}`, `{profile.…}` and `{account.…}`, which has the parameters
 * that are not secret of the account that a step calls by. A member that is one placeholder alone, and has no value, is
 * left out.
 */
export const OperationBody = z.union([
  z.strictObject({ json: from }),
  z.strictObject({
    form: z.record(z.string().min(1).max(200), Json).describe('a list repeats its field'),
    brackets: z
      .boolean()
      .default(false)
      .describe('lists and objects become fields as `items[0][price]` instead'),
  }),
  z.strictObject({
    multipart: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(200),
          value: from,
          filename: text.optional(),
          contentType: text.optional(),
          encoding: z.enum(['text', 'base64']).default('text'),
        }),
      )
      .min(1)
      .max(100),
  }),
  z.strictObject({ xml: from.describe('an object as the xml step builds it, or text') }),
  z.strictObject({
    raw: text,
    contentType: text.default('text/plain'),
    encoding: z.enum(['text', 'base64']).default('text'),
  }),
])
export type OperationBody = z.infer<typeof OperationBody>

/** A request of an operation, which goes where every call goes. */
export const OperationRequest = z.strictObject({
  method: Method.default('GET'),
  path: text.default('').describe('appended to the base URL; values are encoded for where they stand'),
  url: text.optional().describe('an absolute address within the hosts, instead of `path`'),
  query: z
    .record(z.string().min(1).max(200), Json)
    .optional()
    .describe('a list repeats its parameter; null and what has no value leave it out'),
  headers: z.record(HeaderName, text).optional(),
  body: OperationBody.optional(),
})
export type OperationRequest = z.infer<typeof OperationRequest>

/** What of a reply is kept as the step's output `{status, headers, body}`. */
export const ReplySelection = z.strictObject({
  statuses: z
    .array(z.int().min(100).max(599))
    .min(1)
    .max(100)
    .optional()
    .describe('those that do not fail the step; default 2xx'),
  as: z
    .enum(['auto', 'json', 'text', 'base64', 'xml', 'stream'])
    .default('auto')
    .describe('auto: by Content-Type; stream: the reply of the run is this body, as it comes'),
  pick: z
    .union([pointer, z.record(StepName, pointer)])
    .optional()
    .describe('keeps this part of the body, or these parts by name'),
  map: expression.optional().describe('JSONata over the body, after `pick`'),
})
export type ReplySelection = z.infer<typeof ReplySelection>

export const HttpStep = z.strictObject({
  ...{ kind: z.literal('http'), ...common, adapter, ...OperationRequest.shape },
  timeoutSeconds: timeoutSeconds.describe('to the first byte'),
  retries: z.int().min(0).max(10).optional(),
  reply: ReplySelection.optional(),
  paging: Paging.optional().describe('the output is `{items, pages, resume?}`'),
})
export type HttpStep = z.infer<typeof HttpStep>

export const SftpStep = z.strictObject({
  ...{ kind: z.literal('sftp'), ...common, adapter },
  action: z.enum(['list', 'get', 'put', 'delete']),
  path: text.describe('a value that stands alone is a path; any other is one name in it'),
  content: text.optional().describe('of put'),
  encoding: z.enum(['text', 'base64']).default('text').describe('of what is put or got'),
})
export type SftpStep = z.infer<typeof SftpStep>

export const JwtStep = z.strictObject({
  ...{ kind: z.literal('jwt'), ...common, adapter },
  algorithm: z.enum(jwtAlgorithms),
  key: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.]{0,127}$/, 'must name a secret parameter or a field of the secret')
    .describe('the account’s secret that signs: a secret parameter, or as `secret.privateKey`'),
  keyEncoding: z.enum(['utf8', 'base64']).default('utf8').describe('of a shared secret'),
  header: z.record(z.string().min(1).max(200), Json).optional(),
  payload: z.record(z.string().min(1).max(200), Json),
  expiresInSeconds: z.int().min(1).max(31_536_000).optional().describe('sets iat and exp'),
})
export type JwtStep = z.infer<typeof JwtStep>

export const TransformStep = z.strictObject({
  ...{ kind: z.literal('transform'), ...common },
  expression: expression.describe('JSONata over `{input, steps, profile}`'),
})
export type TransformStep = z.infer<typeof TransformStep>

export const XmlStep = z.strictObject({
  ...{ kind: z.literal('xml'), ...common },
  action: z.enum(['parse', 'build']),
  from: from.describe('text to parse, or an object to build from'),
  arrays: z.array(text).max(100).optional().describe('paths of elements that are lists even if single'),
  attributePrefix: z.string().max(10).default('@'),
  textName: z.string().min(1).max(50).default('#text'),
})
export type XmlStep = z.infer<typeof XmlStep>

export const ValidateStep = z.strictObject({
  ...{ kind: z.literal('validate'), ...common },
  from,
  schema: Json.optional().describe('JSON Schema (2020-12 or draft-07) that `from` has to meet'),
  document: z
    .enum(['openapi'])
    .optional()
    .describe('instead of a schema: `from` has to be a valid document of this kind'),
  onFault: z.enum(['fail', 'return']).default('fail').describe('fail the step, or put out `{valid, faults}`'),
})
export type ValidateStep = z.infer<typeof ValidateStep>

export const ZipStep = z.strictObject({
  ...{ kind: z.literal('zip'), ...common },
  action: z.enum(['create', 'read']),
  entries: z
    .array(
      z.strictObject({ path: text, content: from, encoding: z.enum(['text', 'base64']).default('text') }),
    )
    .max(10_000)
    .optional()
    .describe('of create'),
  from: text.optional().describe('of read: an archive in base64'),
  encoding: z.enum(['text', 'base64']).default('text').describe('of entries that are read'),
})
export type ZipStep = z.infer<typeof ZipStep>

export const WaitStep = z.strictObject({
  ...{ kind: z.literal('wait'), ...common },
  seconds: z.union([z.number().min(0).max(900), text]),
})
export type WaitStep = z.infer<typeof WaitStep>

export const RunStep = z.strictObject({
  ...{ kind: z.literal('run'), ...common },
  operation: Key,
  input: z.record(z.string().max(200), Json).default({}),
})
export type RunStep = z.infer<typeof RunStep>

export const ReturnStep = z.strictObject({
  ...{ kind: z.literal('return'), ...common },
  value: from,
})
export type ReturnStep = z.infer<typeof ReturnStep>

const simpleSteps = [
  ...([HttpStep, SftpStep, JwtStep, TransformStep, XmlStep, ValidateStep, ZipStep] as const),
  ...([WaitStep, RunStep, ReturnStep] as const),
] as const

/** Steps, and others that are taken where one of them fails. */
export interface TryStep {
  readonly kind: 'try'
  readonly name: string
  readonly description?: string | undefined
  readonly when?: string | undefined
  readonly steps: readonly Step[]
  readonly catch: readonly Step[]
}

export type Step = z.infer<(typeof simpleSteps)[number]> | TryStep

// By name, because a schema that holds itself can only be referred to by one.
const inner = z.lazy((): z.ZodType<Step> => Step)

export const TryStep = z.strictObject({
  ...{ kind: z.literal('try'), ...common },
  steps: z.array(inner).min(1).max(50),
  catch: z
    .array(inner)
    .max(50)
    .describe('see `{error.code}`, `{error.status}`, `{error.message}` and `{error.step}`'),
})

/** One step; each sees the outputs of those before it as `{steps.name}`. */
export const Step = z
  .discriminatedUnion('kind', [...simpleSteps, TryStep])
  .register(z.globalRegistry, { id: 'Step' })
