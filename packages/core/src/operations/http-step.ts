import type { HttpStep, JsonValue, ReplySelection } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { secretRemover } from '../schemes/provider-words.ts'
import { secretsOf } from '../schemes/secrets-of.ts'
import { type CalledAccount, calledAccount } from './called-account.ts'
import { headersOf, type WholeReply } from './collect.ts'
import { dryRequest } from './dry-run.ts'
import { evaluated } from './evaluate.ts'
import { type Frame, isOutermost, type Outcome, type Run, scopeOf } from './frame.ts'
import { parsedBody, picked } from './parse-reply.ts'
import { renderRequest } from './request.ts'
import type { Scope } from './scope.ts'
import { type CallTerms, send } from './send.ts'
import type { StepTracer } from './tracer.ts'

/** One request, and what of its reply is kept. */
export async function httpStep(
  frame: Frame,
  step: HttpStep,
  more: Pick<Scope, 'error'>,
  tracer: StepTracer,
): Promise<Outcome> {
  const { run } = frame
  const account = await calledAccount(frame, step.adapter)
  const scope = scopeOf(frame, { ...more, account: account.target.account.parameters })
  const request = renderRequest(step, scope, run.ports.random)
  if (run.isDry) return { kind: 'dry', request: await dryRequest(frame, step.name, account, request) }
  const terms: CallTerms = {
    account: account.name,
    timeoutSeconds: step.timeoutSeconds,
    retries: step.retries,
  }
  const sent = await send(run, request, terms, tracer)
  const isAccepted = accepts(step.reply, sent.reply.status)
  if (isAccepted && step.reply?.as === 'stream' && isOutermost(frame)) {
    const headers = headersOf(sent.reply)
    const contentType = headers['content-type'] ?? 'application/octet-stream'
    const stream = { contentType, contentEncoding: headers['content-encoding'], body: sent.stream() }
    return { kind: 'stream', stream }
  }
  const reply = await sent.whole()
  if (!isAccepted) throw refusal(reply, account)
  return { kind: 'value', value: { ...reply, body: await selected(run, reply, step.reply) } }
}

/** Whether a status does not fail the step. */
export function accepts(selection: ReplySelection | undefined, status: number): boolean {
  return selection?.statuses?.includes(status) ?? (status >= 200 && status < 300)
}

/** The part of a reply's body that is kept. @throws SallyportError step_failed, step_limit_reached */
export async function selected(
  run: Run,
  reply: WholeReply,
  { as = 'auto', pick, map }: Partial<ReplySelection> = {},
): Promise<JsonValue> {
  const body = picked(parsedBody(reply, as), pick)
  if (map === undefined) return body
  return (await evaluated(run, map, body)) ?? null
}

const longestRefusal = 4096

/** With what the API said, as far as it is short, and without what is secret. */
export function refusal(reply: WholeReply, { target }: CalledAccount): SallyportError {
  const text = secretRemover(secretsOf(target))(reply.body.toString('utf8'))
  const upstream = { status: reply.status, ...(text !== '' && { body: said(text) }) }
  return new SallyportError('upstream_refused', {
    message: `The API answered ${reply.status}, which the step does not accept: \`upstream\` has what it said. Correct what is sent, or name the status in \`reply.statuses\`.`,
    upstream,
  })
}

function said(text: string): JsonValue {
  if (text.length > longestRefusal) return `${text.slice(0, longestRefusal)}…`
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}
