import type { LoginStep } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import { templateShape, tokenFaults } from './login-requests.ts'
import { newAuthorization } from './token-book.ts'
import { issuedReply, refusalReply } from './token-reply.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

/** The requests before a login, whose replies give what that one needs. */
export function loginSteps(
  context: Context,
  { steps = [] }: { readonly steps?: LoginStep[] | undefined },
): Endpoint[] {
  return steps.map((step, index) => ({
    purpose: `step ${index + 1}`,
    url: step.url,
    answer: (request) => stepped(context, step, index, request),
  }))
}

function stepped(context: Context, step: LoginStep, index: number, request: ProviderRequest): Verdict {
  const purpose = `step ${index + 1}`
  const shape = templateShape(step.url, step)
  const { brought, differences } = compared(withoutCookies(request), shape, context.values)
  const reasons = [...differences, ...tokenFaults(context, brought)]
  if (reasons.length > 0)
    return refused(purpose, reasons, refusalReply(step.reply, 'invalid_request', reasons))
  const names = Object.keys(step.reply.tokens ?? {})
  const authorization = newAuthorization()
  const named = names.map((name) => context.book.issueAccess({ name, stage: 0, authorization, seconds: 600 }))
  return accepted(purpose, issuedReply(context, step.reply, { access: undefined, named }, {}))
}

/** Cookies that an earlier step has set come back with the next ones. */
export function withoutCookies(request: ProviderRequest): ProviderRequest {
  const { cookie: _, ...headers } = request.headers
  return { ...request, headers }
}
