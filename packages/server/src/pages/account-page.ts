import type { ActingSession, OwnAccount } from '@sallyport/core'
import { form } from './form.ts'
import { escapeHtml, page } from './layout.ts'
import { type Again, newPassword, type Place } from './login-pages.ts'
import { identitiesSection, type OwnIdentities } from './sign-on-pages.ts'

export interface AccountPage extends Place, Again {
  readonly account: OwnAccount
  readonly acting: ActingSession
  readonly csrf: string
  readonly identities: OwnIdentities
}

/** A person's own page: who they are, how they log in, where they are logged in. */
export function accountPage(content: AccountPage): string {
  const { account, alert, base, csrf } = content
  const { person } = account
  return page({
    title: person.name,
    paragraphs: [`${person.email}, ${person.role}`],
    alert,
    markup: [
      `<p><a href="${escapeHtml(base)}/console">The console</a></p>`,
      form({ action: `${base}/logout`, hidden: { csrf }, fields: [], button: 'Log out', isQuiet: true }),
      ...(person.passwordHash === undefined ? [] : [passwordSection(content)]),
      authenticatorSection(content),
      identitiesSection({ base, csrf, ...content.identities }),
      sessionsSection(content),
    ].join('\n'),
  })
}

function passwordSection({ base, csrf }: AccountPage): string {
  return `<h2>Password</h2>
<p>A new password ends all your other sessions.</p>
${form({
  action: `${base}/account/password`,
  hidden: { csrf },
  fields: [
    {
      label: 'Current password',
      name: 'current',
      type: 'password',
      autocomplete: 'current-password',
    },
    newPassword,
  ],
  button: 'Change password',
})}`
}

function authenticatorSection({ account: { person, recoveryCodes }, base, csrf }: AccountPage): string {
  if (!person.totp) {
    return `<h2>Authenticator</h2>
<p>With an authenticator app a log-in asks for a code besides the password.</p>
<p><a href="${escapeHtml(base)}/account/authenticator">Set up an authenticator</a></p>`
  }
  const action = (name: string, button: string) =>
    form({
      action: `${base}/account/${name}`,
      hidden: { csrf },
      fields: [],
      button,
      isQuiet: true,
    })
  return `<h2>Authenticator</h2>
<p>Log-ins ask for a code. ${recoveryCodes} recovery codes are left.</p>
${action('recovery-codes', 'Make new recovery codes')}
${action('authenticator/remove', 'Remove the authenticator')}`
}

function sessionsSection({ account: { sessions }, acting, base, csrf }: AccountPage): string {
  const time = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')
  const end = (id: string) =>
    form({
      action: `${base}/account/sessions/end`,
      hidden: { csrf, id },
      fields: [],
      button: 'End',
      isQuiet: true,
    })
  const items = sessions.map(({ id, address, userAgent, createdAt, seenAt }) => {
    const isThis = id === acting.session.id
    return `<li>${escapeHtml(userAgent ?? 'Unknown browser')}<br>
${escapeHtml(address ?? 'unknown address')}, since ${time(createdAt)}, last seen ${time(seenAt)} UTC${isThis ? ': this browser' : ''}
${isThis ? '' : end(id)}</li>`
  })
  return `<h2>Where you are logged in</h2>
<ul class="sessions">
${items.join('\n')}
</ul>
${sessions.length < 2 ? '' : form({ action: `${base}/account/sessions/end-others`, hidden: { csrf }, fields: [], button: 'End all others', isQuiet: true })}`
}

export interface AuthenticatorPage extends Place, Again {
  readonly csrf: string
  readonly secret: string
  readonly uri: string
  /** As SVG. */
  readonly qrCode: string
  readonly enrolment: string
}

/** Shows the secret of an authenticator, once, and asks for the first code. */
export function authenticatorPage(content: AuthenticatorPage): string {
  const { base, alert, csrf, secret, uri, qrCode, enrolment } = content
  return page({
    title: 'Set up an authenticator',
    paragraphs: ['Scan this with your authenticator app, or enter the key by hand. It is shown this once.'],
    alert,
    markup: `${qrCode}
<p>Key: <code>${escapeHtml(secret.replaceAll(/.{4}(?=.)/g, '$& '))}</code></p>
<p><a href="${escapeHtml(uri)}">Open it in an app on this device</a></p>
${form({
  action: `${base}/account/authenticator`,
  hidden: { csrf, enrolment },
  fields: [
    {
      label: 'Code',
      name: 'code',
      autocomplete: 'one-time-code',
      isNumeric: true,
      hint: 'The six digits that the app shows now.',
    },
  ],
  button: 'Set up',
})}
<p><a href="${escapeHtml(base)}/account">Leave it</a></p>`,
  })
}

export function recoveryCodesPage({ base, codes }: Place & { readonly codes: readonly string[] }): string {
  return page({
    title: 'Your recovery codes',
    paragraphs: [
      'Each of these logs you in once in place of a code. Keep them where you keep passwords: they are not shown again.',
    ],
    markup: `<ul class="codes">
${codes.map((each) => `<li><code>${escapeHtml(each)}</code></li>`).join('\n')}
</ul>
<p><a href="${escapeHtml(base)}/account">Your account</a></p>`,
  })
}
