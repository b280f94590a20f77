import { z } from 'zod'
import { Json } from './json.ts'
import { Key } from './key.ts'
import { Parameter } from './parameter.ts'
import { HeaderName, Placement } from './placement.ts'
import { providerNote } from './provider-note.ts'
import { Auth } from './schemes/index.ts'
import { TlsIdentity } from './schemes/tls-identity.ts'
import { Limits, RateLimit, Retries, Timeouts } from './traffic.ts'

/** An HTTP method (RFC 9110 §9.1). */
export const Method = z.string().regex(/^[A-Z]{1,20}$/, 'must be an HTTP method in capitals, as GET')

/** Headers, query parameters and body fields that go with every request. */
export const RequestParameters = z.strictObject({
  headers: z.record(HeaderName, z.string().max(8192)).optional(),
  query: z.record(z.string().min(1).max(200), z.string().max(8192)).optional(),
  body: z.record(z.string().min(1).max(200), Json).optional(),
})

/** A request that shows whether an account works. */
export const TestRequest = z.strictObject({
  method: Method.default('GET'),
  path: z.string().max(4096).describe('appended to the base URL; templated'),
  status: z.int().min(100).max(599).optional().describe('default: any 2xx'),
})

/** The only hosts that a credential may be sent to. */
export const hosts = z.array(z.string().min(1).max(300)).min(1).max(200).optional()

/** An organization's definition of how to authenticate to one API. */
export const IntegrationInput = z.strictObject({
  key: Key,
  name: z.string().trim().min(1).max(200),
  ...providerNote,
  baseUrl: z.string().min(1).max(4096).optional(),
  parameters: z.array(Parameter).max(100).optional(),
  auth: Auth,
  placement: z.union([Placement, z.array(Placement).min(1).max(10)]).optional(),
  hosts,
  request: RequestParameters.optional(),
  tls: TlsIdentity.optional(),
  test: TestRequest.optional(),
  limits: Limits.optional(),
  rateLimit: RateLimit.optional(),
  timeouts: Timeouts.optional(),
  retry: Retries.optional(),
})
export type Definition = z.infer<typeof IntegrationInput>

/** Something that works, but that its owner should know. */
export const Warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

/** An integration as replies show it: the definition without its secrets. */
export const IntegrationReply = IntegrationInput.extend({
  id: z.string(),
  redirectUri: z.string().optional().describe('to be registered at the provider'),
  secretsSet: z.array(z.string()).describe('JSON Pointers of the secrets that are stored'),
  warnings: z.array(Warning),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type IntegrationReply = z.infer<typeof IntegrationReply>
