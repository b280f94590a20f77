import type { IdentityProviderInput, IdentityProviderPatch, IdentityProviderReply } from '@sallyport/contract'
import { linesOf } from './lines.ts'

/** What somebody writes of an identity provider; its secret is kept apart. */
export interface ProviderDraft {
  readonly key: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** With spaces between. */
  readonly scopes: string
  /** Empty: nobody becomes a user unasked. */
  readonly defaultRole: string
  /** One a line. */
  readonly domains: string
  readonly ssoOnly: boolean
  readonly disabled: boolean
}

export const emptyProvider: ProviderDraft = {
  ...{ key: '', name: '', issuer: '', clientId: '', scopes: 'email profile', defaultRole: '', domains: '' },
  ...{ ssoOnly: false, disabled: false },
}

export function draftOf(provider: IdentityProviderReply): ProviderDraft {
  const {
    key,
    name,
    issuer,
    clientId,
    scopes,
    defaultRole = '',
    allowedEmailDomains,
    ssoOnly,
    disabled,
  } = provider
  const domains = allowedEmailDomains.join('\n')
  return { key, name, issuer, clientId, scopes: scopes.join(' '), defaultRole, domains, ssoOnly, disabled }
}

function common({ name, issuer, clientId, scopes, domains, ssoOnly, disabled }: ProviderDraft) {
  return {
    ...{ name, issuer, clientId, ssoOnly, disabled },
    scopes: scopes.split(/\s+/).filter((scope) => scope !== ''),
    allowedEmailDomains: linesOf(domains),
  }
}

/** The same as the API takes it. */
export function providerInput(draft: ProviderDraft, secret: string): IdentityProviderInput {
  return {
    key: draft.key,
    ...common(draft),
    ...(draft.defaultRole !== '' && { defaultRole: draft.defaultRole }),
    ...(secret !== '' && { clientSecret: secret }),
  }
}

/** An empty secret is the one that is stored. */
export function providerPatch(draft: ProviderDraft, secret: string): IdentityProviderPatch {
  return {
    ...common(draft),
    defaultRole: draft.defaultRole === '' ? null : draft.defaultRole,
    ...(secret !== '' && { clientSecret: secret }),
  }
}
