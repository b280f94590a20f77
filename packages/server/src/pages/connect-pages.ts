import type { Fault } from '@sallyport/contract'
import type { ConnectFailure, ConnectLook, ConnectView, GivenValues, LinkRefusal } from '@sallyport/core'
import { askedFieldsMarkup, otherFaults } from './connect-form.ts'
import { type ConnectPlace, connectPage } from './connect-layout.ts'
import { escapeHtml } from './layout.ts'
import type { Messages } from './messages.ts'

type View<Kind extends ConnectView['kind']> = Extract<ConnectView, { kind: Kind }>

interface Sending {
  /** Path that the form is sent to. */
  readonly action: string
  readonly csrf: string
  readonly faults: readonly Fault[]
  readonly given: GivenValues
}

/** What is asked for, and why it did not work before. */
export function connectFormPage(place: ConnectPlace, view: View<'form'>, sending: Sending): string {
  const { messages } = place
  const { look, asked, account, isAuthorized } = view
  const names = { title: look.title, integration: look.integration.name, account: account ?? '' }
  const again = account === undefined ? '' : 'Again'
  const button = messages.html(isAuthorized ? 'form.continue' : 'form.connect', names)
  const action = `${sending.action}?lang=${messages.language}`
  return connectPage({
    ...{ ...place, look, title: messages.text(`form.title${again}`, names) },
    heading: messages.html(`form.title${again}`, names),
    markup: `${alertOf(messages, view, sending.faults)}
<p>${messages.html(`form.intro${again}`, names)}</p>
<p>${messages.html('form.expected')}</p>
<p>${messages.html(isAuthorized ? 'form.onward' : 'form.kept', names)}</p>
<form method="post" action="${escapeHtml(action)}" novalidate>
<input type="hidden" name="csrf" value="${escapeHtml(sending.csrf)}">
${askedFieldsMarkup(messages, asked, sending)}
<button type="submit">${button}</button>
</form>
${cancelLink(messages, view)}`,
  })
}

function alertOf(messages: Messages, view: View<'form'>, faults: readonly Fault[]): string {
  const { failure, look, asked } = view
  const others = otherFaults(asked, faults)
  if (!failure && faults.length === 0) return ''
  const key = failure
    ? `failure.${kindOf(failure)}`
    : others.length === faults.length
      ? 'form.notHere'
      : 'form.check'
  const said =
    failure?.detail === undefined
      ? ''
      : `<p>${messages.html('failure.said')}</p><blockquote><bdi>${escapeHtml(failure.detail)}</bdi></blockquote>`
  return `<div class="alert" role="alert"><p>${messages.html(key, { integration: look.integration.name })}</p>${said}</div>`
}

/** Failures as far as somebody can do something about them. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  rejected: [
    ...['rejected', 'login_refused', 'private_key_invalid', 'passphrase_required', 'passphrase_wrong'],
    ...['account_needs_reconnect', 'invalid_grant', 'invalid_client', 'token_refused'],
  ],
  unreachable: ['upstream_unreachable', 'upstream_timeout', 'renewal_unavailable', 'address_blocked'],
  denied: ['flow_refused', 'access_denied'],
  late: ['flow_invalid', 'expired_token'],
}

function kindOf({ code, hostKey }: ConnectFailure): string {
  if (hostKey !== undefined) return 'hostKey'
  return Object.keys(kinds).find((kind) => kinds[kind]?.includes(code)) ?? 'other'
}

function cancelLink(messages: Messages, { returnUrl, accountId }: View<'form'>): string {
  if (returnUrl === undefined) return ''
  const href = withQuery(returnUrl, {
    ...(accountId !== undefined && { account: accountId }),
    error: 'flow_refused',
  })
  return `<p class="cancel"><a href="${escapeHtml(href)}" rel="noreferrer">${messages.html('form.cancel')}</a></p>`
}

/** What is to be entered on another device. */
export function connectCodePage(place: ConnectPlace, { look, code }: View<'code'>): string {
  const { messages } = place
  const integration = look.integration.name
  const href = code.verificationUriComplete ?? code.verificationUri
  return connectPage({
    ...{ ...place, look, title: messages.text('code.title', { integration }) },
    heading: messages.html('code.title', { integration }),
    markup: `<p>${messages.html('code.intro')}</p>
<dl><dt>${messages.html('code.address')}</dt><dd><a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${escapeHtml(code.verificationUri)}</a></dd>
<dt>${messages.html('code.code')}</dt><dd class="code">${escapeHtml(code.userCode)}</dd></dl>
<a class="button" href="?lang=${messages.language}">${messages.html('code.check')}</a>
<p class="hint">${messages.html('code.waiting')}</p>`,
  })
}

/** The end: on to where it was asked for, by itself with a script, or by a link. */
export function connectDonePage(place: ConnectPlace, view: View<'done'>): string {
  const { messages } = place
  const { look, account, returnUrl, result } = view
  const integration = look.integration.name
  const isOver = result === undefined || returnUrl === undefined
  const title = messages.text(isOver ? 'done.title' : 'done.almost', { integration })
  const heading = messages.html(isOver ? 'done.title' : 'done.almost', { integration })
  if (isOver) {
    const markup = `<p>${messages.html('done.close')}</p>`
    return connectPage({ ...place, look, title, heading, markup })
  }
  const { origin, host } = new URL(returnUrl)
  const href = withQuery(returnUrl, { account, result })
  const told = `data-account="${escapeHtml(account)}" data-result="${escapeHtml(result)}" data-origin="${escapeHtml(origin)}"`
  return connectPage({
    ...{ ...place, look, title, heading },
    markup: `<p>${messages.html('done.finish', { integration, host })}</p>
<a class="button" id="return" href="${escapeHtml(href)}" rel="noreferrer" ${told}>${messages.html('done.return', { host })}</a>`,
    hasScript: true,
  })
}

/** Sends a browser on to the provider: what answers a form may redirect to us alone, by our own policy. */
export function connectOnwardPage(place: ConnectPlace, look: ConnectLook, providerUrl: string): string {
  const { messages } = place
  const integration = look.integration.name
  const { host } = new URL(providerUrl)
  return connectPage({
    ...{ ...place, look, title: messages.text('onward.title', { integration }) },
    heading: messages.html('onward.title', { integration }),
    markup: `<p>${messages.html('onward.text')}</p>
<a class="button" href="${escapeHtml(providerUrl)}" rel="noreferrer">${messages.html('onward.link', { host })}</a>`,
  })
}

/** Why a link does nothing, and what to do. */
export function connectRefusedPage(
  place: ConnectPlace,
  refusal: LinkRefusal | 'cookies' | 'guesses',
  look?: ConnectLook,
): string {
  const { messages } = place
  return connectPage({
    ...{ ...place, look, title: messages.text(`refused.${refusal}.title`) },
    heading: messages.html(`refused.${refusal}.title`),
    markup: `<p>${messages.html(`refused.${refusal}.text`)}</p>`,
  })
}

function withQuery(address: string, values: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
  return url.href
}
