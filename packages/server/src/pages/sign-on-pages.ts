import { type ErrorCode, errors } from '@sallyport/contract'
import type { LinkedProvider, LoginProvider, OpenInvitation } from '@sallyport/core'
import { form } from './form.ts'
import { escapeHtml, page } from './layout.ts'
import { type Again, newPassword, type Place } from './login-pages.ts'
import { providerForms } from './provider-forms.ts'

/**
 * Sends a browser on to its identity provider. A redirect would not do: what answers a form may, by our own policy,
 * redirect to us alone.
 */
export function onwardPage(providerUrl: string): string {
  return page({
    title: 'On to your identity provider',
    paragraphs: ['This takes a moment. If nothing happens, go on by yourself.'],
    markup: `<p><a href="${escapeHtml(providerUrl)}" rel="noreferrer">Go on to ${escapeHtml(new URL(providerUrl).host)}</a></p>`,
  })
}

/** Why somebody was not logged in. */
export function signOnFailurePage({
  base,
  code,
  message,
}: Place & { readonly code: ErrorCode; readonly message: string }): string {
  return page({
    title: errors[code].title,
    paragraphs: [message],
    markup: `<p><a href="${escapeHtml(base)}/login">Log in</a></p>`,
  })
}

export interface InvitationPage extends Place, Again {
  readonly invitation: OpenInvitation
  /** Path of this page. */
  readonly action: string
  readonly name?: string | undefined
}

/** Where somebody who was invited becomes a user. */
export function invitationPage({ invitation, action, alert, name }: InvitationPage): string {
  const { email, role, providers, isPasswordRefused } = invitation
  const byPassword = form({
    action,
    fields: [{ label: 'Your name', name: 'name', autocomplete: 'name', value: name }, newPassword],
    button: 'Join',
  })
  return page({
    title: 'You are invited',
    paragraphs: [`You join as ${email}, with the role ${role}.`],
    alert,
    markup: [
      ...(isPasswordRefused ? [] : [byPassword]),
      providerForms(providers, { action: `${action}/sso` }),
    ].join('\n'),
  })
}

/** By which providers somebody logs in, and by which they could. */
export interface OwnIdentities {
  readonly linked: readonly LinkedProvider[]
  readonly others: readonly LoginProvider[]
}

/** How somebody logs in besides a password, on their own page. */
export function identitiesSection({
  base,
  csrf,
  linked,
  others,
}: Place & OwnIdentities & { readonly csrf: string }): string {
  if (linked.length === 0 && others.length === 0) return ''
  const button = (action: string, hidden: Readonly<Record<string, string>>, text: string) =>
    form({
      action: `${base}/account/identities/${action}`,
      hidden: { csrf, ...hidden },
      fields: [],
      button: text,
      isQuiet: true,
    })
  return `<h2>Single sign-on</h2>
${linked.map(({ issuer, name }) => `<p>You log in with ${escapeHtml(name ?? issuer)}.</p>\n${button('unlink', { issuer }, 'Unlink')}`).join('\n')}
${others.map(({ id, name }) => button('link', { provider: id }, `Link ${name}`)).join('\n')}`
}
