import type { AuthorizationRequest, Destination } from './authorization-request.ts'
import type { ProviderReply } from './message.ts'
import { escaped, htmlPage } from './page.ts'

/** Asks for consent. The form posts to the same address, so `curl <address> -d decision=allow` answers it too. */
export function authorizationPage(
  destination: Destination,
  asked: AuthorizationRequest,
  query: string,
): ProviderReply {
  const name = escaped(destination.client.clientId)
  const scopes = asked.scopes.map((scope) => `<li><code>${escaped(scope)}</code></li>`).join('\n')
  return htmlPage(
    200,
    'Practice authorization',
    `<p class="note"><strong>This is a rehearsal.</strong> No real account is touched and nobody is signed in.
With a real provider, this is where you would sign in and be asked for permission.</p>
<p>The client <strong>${name}</strong> asks to act for you${scopes === '' ? '.' : ', with these scopes:'}</p>
${scopes === '' ? '' : `<ul>\n${scopes}\n</ul>`}
<p class="soft">Your answer is sent to ${escaped(new URL(destination.redirectUri).origin)}.</p>
<form method="post" action="/authorize?${escaped(query)}">
<button class="allow" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  )
}

/** Says what is wrong with a request that names no place to which the person could be sent back. */
export function refusalPage(description: string): ProviderReply {
  return htmlPage(
    400,
    'This request cannot be answered',
    `<p>${escaped(description)}</p>
<p class="soft">It was not sent back to the application, because the address to send it to cannot be trusted.</p>`,
  )
}
