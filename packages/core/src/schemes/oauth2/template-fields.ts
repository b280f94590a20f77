import { pointer } from '@sallyport/contract'
import { templatesOf } from '../request-template.ts'
import { requestValueNames } from '../request-values.ts'
import type { TemplateField } from '../scheme.ts'
import { type Block, list, record } from './block.ts'
import { grantTemplates } from './grant-templates.ts'
import { isBrowsed } from './grants.ts'
import { namesIn } from './request-names.ts'

const grantNames: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['code', 'codeVerifier', 'redirectUri', 'flow.state'],
  password: ['secret.username', 'secret.password'],
  device_code: ['code'],
}

/** Every template of an `oauth2` block, which may still be malformed, and what may stand in it. */
export function templateFields(auth: Block): TemplateField[] {
  const client = ['client.id', 'client.secret', ...(auth.jwt === undefined ? [] : ['jwt.token'])]
  const always = [...client, ...requestValueNames, ...computedNames(auth)]
  const first = [...always, 'scope', ...(grantNames[String(auth.grant ?? 'authorization_code')] ?? [])]
  const tokens = ['token', 'token.accessToken', 'token.refreshToken', ...namedTokens(auth)]
  const renewal = [
    ...always,
    'scope',
    ...tokens,
    ...(auth.grant === 'password' ? (grantNames.password ?? []) : []),
  ]
  return [
    ...endpoints(auth),
    ...texts(auth),
    ...grantTemplates(auth),
    ...requestFields('/auth/tokenRequest', auth.tokenRequest, first),
    ...requestFields('/auth/refreshRequest', auth.refreshRequest, renewal),
    ...requestFields('/auth/revokeRequest', auth.revokeRequest, renewal),
    ...followUpFields(auth, [...always, ...tokens]),
    ...computedFields(auth, [...first, ...tokens]),
  ]
}

/** Names of values that token replies, look-ups and callbacks leave on the account. */
export function keptNames(auth: Block): string[] {
  return [...new Set(replies(auth).flatMap((reply) => Object.keys(record(record(reply).keep))))]
}

/** Further tokens, as placeholders. */
export function namedTokens(auth: Block): string[] {
  return [...new Set(replies(auth).flatMap((reply) => Object.keys(record(record(reply).tokens))))].map(
    (name) => `token.${name}`,
  )
}

/** The part of an authorization URL that no server sees: a page of an application that runs in the browser. */
export function splitFragment(url: string): { readonly page: string; readonly fragment: string | undefined } {
  const mark = url.indexOf('#')
  return mark === -1
    ? { page: url, fragment: undefined }
    : { page: url.slice(0, mark), fragment: url.slice(mark + 1) }
}

function replies(auth: Block): unknown[] {
  return [auth.tokenReply, auth.refreshReply, ...list(auth.followUps).map((step) => record(step).reply)]
}

function endpoints(auth: Block): TemplateField[] {
  return Object.entries({
    issuer: 'definition_secret',
    authorizationUrl: 'browser',
    tokenUrl: 'definition_secret',
    refreshUrl: 'definition_secret',
    revokeUrl: 'definition_secret',
    deviceUrl: 'definition_secret',
    parUrl: 'definition_secret',
    registrationUrl: 'definition_secret',
  } as const).flatMap(([name, receives]): TemplateField[] => {
    const text = auth[name]
    if (typeof text !== 'string') return []
    const path = `/auth/${name}`
    if (receives !== 'browser') return [{ path, text, slot: 'url', receives, ...afterToken(text) }]
    const { page, fragment } = splitFragment(text)
    return [
      { path, text: page, slot: 'url', receives, shown: true },
      ...(fragment === undefined ? [] : [{ path, text: fragment, slot: 'text', shown: true } as const]),
    ]
  })
}

/** What was kept is not there when an account is created. */
function afterToken(text: string): { readonly afterToken?: true } {
  return namesIn([text]).some((name) => name.startsWith('kept.')) ? { afterToken: true } : {}
}

/** Client, scopes and what else browsers see. */
function texts(auth: Block): TemplateField[] {
  const shown = isBrowsed(auth.grant) && { shown: true as const }
  const field = (path: string, text: unknown, more: false | { readonly shown: true }): TemplateField[] =>
    typeof text === 'string' ? [{ path, text, slot: 'text', ...more }] : []
  return [
    ...field('/auth/clientId', auth.clientId, shown),
    ...field('/auth/redirectUri', auth.redirectUri, shown),
    ...['scopes', 'resource', 'authorizationParams'].flatMap((name) =>
      Object.entries(Object(auth[name])).flatMap(([key, text]) =>
        field(`/auth/${name}${pointer([key])}`, text, shown),
      ),
    ),
  ]
}

function requestFields(path: string, template: unknown, filled: readonly string[]): TemplateField[] {
  return templatesOf(path, template).map((field) => ({ ...field, filled }))
}

function followUpFields(auth: Block, filled: readonly string[]): TemplateField[] {
  return list(auth.followUps).flatMap((step, index) => {
    const path = `/auth/followUps/${index}`
    const { url } = record(step)
    const address: TemplateField[] =
      typeof url === 'string'
        ? [{ path: `${path}/url`, text: url, slot: 'url', receives: receiver(step), filled, ...waits(url) }]
        : []
    return [...address, ...requestFields(path, step, filled)]
  })
}

/** An exchange may send the client's secret along. */
function receiver(step: unknown): 'definition_secret' | 'credential' {
  const names = namesIn([record(step).url, ...templatesOf('', step).map(({ text }) => text)])
  const isSecret = names.some((name) => /^(client\.secret|jwt\.token|computed\.)/.test(name))
  return isSecret ? 'definition_secret' : 'credential'
}

function waits(url: string): { readonly afterToken?: true } {
  return namesIn([url]).some((name) => name.includes('.') || name === 'token') ? { afterToken: true } : {}
}

function computedNames(auth: Block): string[] {
  return Object.keys(record(auth.computed)).map((name) => `computed.${name}`)
}

/** Each may ask for those before it. */
function computedFields(auth: Block, filled: readonly string[]): TemplateField[] {
  const names = computedNames(auth)
  return Object.entries(record(auth.computed)).flatMap(([name, value], index) =>
    (['of', 'key'] as const).flatMap((part): TemplateField[] => {
      const text = record(value)[part]
      const path = `/auth/computed/${name}/${part}`
      const others = filled.filter((each) => !each.startsWith('computed.'))
      return typeof text === 'string'
        ? [{ path, text, slot: 'text', filled: [...others, ...names.slice(0, index)] }]
        : []
    }),
  )
}
