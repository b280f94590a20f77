import type { ProviderReply, ProviderRequest } from '../message.ts'
import { escaped, htmlPage } from '../page.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { accepted, refused, type Verdict } from './verdict.ts'

/** An authorization request, as far as it was understood. */
interface Consent {
  readonly purpose: string
  readonly reasons: readonly string[]
  readonly redirectUri: string | undefined
  /** What the browser brings back with it. */
  readonly answer: (isAllowed: boolean) => Readonly<Record<string, string>>
}

/** Sends the browser back with an answer, at once or after a person has pressed a button. */
export function consented({ conduct }: Context, request: ProviderRequest, consent: Consent): Verdict {
  const { purpose, redirectUri } = consent
  const isHttp = redirectUri !== undefined && /^https?:\/\//.test(redirectUri)
  const reasons = isHttp ? consent.reasons : [...consent.reasons, 'there is no redirect URI to go back to']
  if (reasons.length > 0 || redirectUri === undefined) return refused(purpose, reasons, refusalPage(reasons))
  const decision = request.method === 'POST' ? formOf(request.body.toString('utf8')).decision?.[0] : undefined
  if (decision === 'deny') return accepted(purpose, sentBack(redirectUri, consent.answer(false)))
  if (conduct.asksOnPage && decision !== 'allow') return accepted(purpose, consentPage(request, redirectUri))
  return accepted(purpose, sentBack(redirectUri, consent.answer(true)))
}

function sentBack(redirectUri: string, answer: Readonly<Record<string, string>>): ProviderReply {
  const location = new URL(redirectUri)
  for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value)
  return {
    status: 303,
    headers: { Location: location.href, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  }
}

function consentPage(request: ProviderRequest, redirectUri: string): ProviderReply {
  return htmlPage(
    200,
    'Emulated authorization',
    `<p class="note"><strong>This is an emulator.</strong> No real account is touched and nobody is signed in.</p>
<p class="soft">Your answer is sent to ${escaped(new URL(redirectUri).origin)}.</p>
<form method="post" action="${escaped(`${request.path}?${request.query}`)}">
<button class="allow" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  )
}

function refusalPage(reasons: readonly string[]): ProviderReply {
  const items = reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('\n')
  return htmlPage(400, 'This is not what the definition declares', `<ul>\n${items}\n</ul>`)
}
