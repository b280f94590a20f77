import { z } from 'zod'

const time = z.iso.datetime()

/** What was seen, and what to change. */
export const Finding = z.object({ code: z.string(), saw: z.string(), change: z.string() })
export type Finding = z.infer<typeof Finding>

/** What an exchange with a provider was for. */
export const traceKinds = [
  'authorize',
  'callback',
  'token',
  'refresh',
  'revoke',
  'test',
  'device',
  'diagnose',
] as const
export type TraceKind = (typeof traceKinds)[number]

const headers = z.record(z.string(), z.string())

/** One request and what came of it, every secret replaced. */
export const Exchange = z.object({
  at: time,
  milliseconds: z.int(),
  request: z.object({ method: z.string(), url: z.string(), headers, body: z.string().optional() }),
  response: z.object({ status: z.int(), headers, bytes: z.int(), body: z.string().optional() }).optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type Exchange = z.infer<typeof Exchange>

/** All that passed between Sallyport and a provider for one purpose. */
export const TraceReply = z.object({
  id: z.string(),
  at: time,
  kind: z.enum(traceKinds),
  ok: z.boolean(),
  generation: z.int().describe('of the account, when it began'),
  milliseconds: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  declared: z.record(z.string(), z.unknown()).describe('what the definition says, without its secrets'),
  exchanges: z.array(Exchange),
  diagnosis: z.array(Finding),
})
export type TraceReply = z.infer<typeof TraceReply>

/** How the provider takes each way of client authentication. */
export const DiagnosisReply = z.object({
  diagnosis: z.array(Finding),
  attempts: z.array(
    z.object({
      clientAuthentication: z.string(),
      outcome: z.enum(['accepted', 'refused', 'unknown']),
      saw: z.string(),
    }),
  ),
})
export type DiagnosisReply = z.infer<typeof DiagnosisReply>
