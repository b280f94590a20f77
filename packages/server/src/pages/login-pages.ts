import { errors } from '@sallyport/contract'
import type { LoginProvider } from '@sallyport/core'
import { type Field, form } from './form.ts'
import { escapeHtml, page } from './layout.ts'
import { providerForms } from './provider-forms.ts'

const newPassword: Field = {
  label: 'New password',
  name: 'password',
  type: 'password',
  autocomplete: 'new-password',
  hint: 'At least 12 characters. A few words are a good password.',
  minlength: 12,
}

/** Where our pages are, without a slash at its end. */
export interface Place {
  readonly base: string
}

/** What is kept of a form that has to be filled in again, and why. */
export interface Again {
  readonly alert?: string | undefined
}

export interface LoginPage extends Place, Again {
  readonly organization?: string | undefined
  readonly returnTo?: string | undefined
  readonly email?: string | undefined
  /** By which people of the organization log in besides. */
  readonly providers?: readonly LoginProvider[]
}

export function loginPage(content: LoginPage): string {
  const { base, alert, organization, returnTo, email, providers = [] } = content
  const byProvider = providerForms(providers, { action: `${base}/login/sso`, hidden: { return: returnTo } })
  return page({
    title: 'Log in',
    paragraphs: [],
    alert,
    markup: `${form({
      action: `${base}/login`,
      hidden: { organization, return: returnTo },
      fields: [
        { label: 'E-mail', name: 'email', type: 'email', autocomplete: 'username', value: email },
        { label: 'Password', name: 'password', type: 'password', autocomplete: 'current-password' },
      ],
      button: 'Log in',
    })}
${byProvider}`,
  })
}

const code: Field = {
  label: 'Code',
  name: 'code',
  autocomplete: 'one-time-code',
  hint: 'The six digits that your authenticator shows, or one of your recovery codes.',
}

export interface CodePage extends Place, Again {
  readonly challenge: string
  readonly returnTo?: string | undefined
}

export function codePage({ base, alert, challenge, returnTo }: CodePage): string {
  return page({
    title: 'Your code',
    paragraphs: ['The password is right. One more proof is wanted.'],
    alert,
    markup: form({
      action: `${base}/login/code`,
      hidden: { challenge, return: returnTo },
      fields: [code],
      button: 'Log in',
    }),
  })
}

export interface ConfirmPage extends Place, Again {
  readonly csrf: string
  readonly returnTo?: string | undefined
  readonly hasPassword: boolean
  readonly hasTotp: boolean
  /** By which the person can prove it. */
  readonly providers?: readonly LoginProvider[]
}

/** Asks somebody who is logged in for another proof of who they are. */
export function confirmPage(content: ConfirmPage): string {
  const { base, alert, csrf, returnTo, hasPassword, hasTotp, providers = [] } = content
  const hidden = { csrf, return: returnTo }
  const action = `${base}/login/confirm`
  const ways = [
    ...(hasPassword
      ? [{ label: 'Password', name: 'password', type: 'password', autocomplete: 'current-password' } as const]
      : []),
    ...(hasTotp ? [code] : []),
  ]
  return page({
    title: 'Is it you?',
    paragraphs: [
      'What comes next could do lasting harm, so it wants a proof of who you are that is less than ten minutes old.',
      ...(ways.length === 0 && providers.length === 0
        ? ['Log out, and log in again by single sign-on.']
        : []),
    ],
    alert,
    markup: [
      ...ways.map((field) => form({ action, hidden, fields: [field], button: `Confirm by ${field.name}` })),
      providerForms(providers, { action: `${action}/sso`, hidden }),
    ].join('\n'),
  })
}

export interface SetupPage extends Place, Again {
  readonly token?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
}

/** Where the first owner is made; the script only takes the token from the address into the form. */
export function setupPage({ base, alert, token, name, email }: SetupPage): string {
  return page({
    title: 'Set up',
    paragraphs: [
      'Sallyport printed a one-time token when it started. Whoever has it becomes the first owner, and gets the first key.',
    ],
    alert,
    markup: `${form({
      action: `${base}/setup`,
      fields: [
        { label: 'Set-up token', name: 'token', autocomplete: 'off', value: token },
        { label: 'Your name', name: 'name', autocomplete: 'name', value: name },
        { label: 'Your e-mail', name: 'email', type: 'email', autocomplete: 'username', value: email },
        newPassword,
      ],
      button: 'Become the owner',
    })}
<script src="${escapeHtml(base)}/setup.js"></script>`,
  })
}

/** There is an owner, or a key, already. */
export function setupDonePage({ base }: Place): string {
  return page({
    title: errors.setup_done.title,
    paragraphs: [errors.setup_done.message],
    markup: `<p><a href="${escapeHtml(base)}/login">Log in</a></p>`,
  })
}

/** The token stands behind the #, which browsers do not send to any server. */
export const setupScript = `const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token) {
  document.getElementById('token').value = token
  history.replaceState(null, '', location.pathname)
  document.getElementById('name').focus()
}
`

/** The first owner, logged in, and the first key, which is shown once. */
export function firstKeyPage({ base, key, name }: Place & { key: string; name: string }): string {
  return page({
    title: 'This is your first key',
    paragraphs: [
      `You are the owner now, ${name}, and logged in.`,
      'Programs call with this key, which may do everything. Keep it where you keep passwords: it is not shown again. Send it as the Authorization header.',
    ],
    markup: `<pre>${escapeHtml(key)}</pre><p><a href="${escapeHtml(base)}/console/start">First steps</a> · <a href="${escapeHtml(base)}/account">Your account</a></p>`,
  })
}

export { newPassword }
