import type { HttpStep, JsonValue, ReplySelection } from '@sallyport/contract'
import { calledAccount } from './called-account.ts'
import { headersOf, type WholeReply } from './collect.ts'
import { dryRequest } from './dry-run.ts'
import { evaluated } from './evaluate.ts'
import { type Frame, isOutermost, type Outcome, type Run, scopeOf } from './frame.ts'
import { firstTurn } from './next-turn.ts'
import { pageRequest } from './page-request.ts'
import { pagedStep } from './paged-step.ts'
import { parsedBody, picked } from './parse-reply.ts'
import { accepts, refusal } from './refusal.ts'
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
  const request = await renderRequest(step, scope, run)
  const { paging } = step
  if (run.isDry) {
    const first = paging ? pageRequest(request, paging, firstTurn(paging, request)) : request
    return { kind: 'dry', request: await dryRequest(frame, step.name, account, first) }
  }
  if (paging) return pagedStep(frame, { step: { ...step, paging }, account, request, tracer })
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

/** The part of a reply's body that is kept. @throws SallyportError step_failed, step_limit_reached */
export async function selected(
  run: Run,
  reply: WholeReply,
  { as = 'auto', pick, map }: Partial<ReplySelection> = {},
): Promise<JsonValue> {
  const body = picked(await parsedBody(run, reply, as), pick)
  if (map === undefined) return body
  return (await evaluated(run, map, body)) ?? null
}
