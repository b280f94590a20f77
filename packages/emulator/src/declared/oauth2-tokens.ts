import { createHash, createHmac } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { ProviderReply, ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import { issueNamed, issueTokens, stages } from './issue-tokens.ts'
import { jwtFaults } from './jwt-check.ts'
import { followUpShape, refreshShape, revokeShape, tokenRequestShape } from './oauth2-requests.ts'
import type { RequestShape } from './request-shape.ts'
import { filled, type Values } from './template.ts'
import { type Authorization, newAuthorization } from './token-book.ts'
import { issuedReply, lifetimeOf, refusalReply } from './token-reply.ts'
import { accepted, refused, type Verdict } from './verdict.ts'

type OAuth2 = AuthOf<'oauth2'>

/** Answers a request for a first token, by a code or by the client's own right. */
export function tokenGranted(context: Context, auth: OAuth2, request: ProviderRequest): Verdict {
  const { brought, differences } = look(context, auth, request, tokenRequestShape(auth, context.values))
  const refuse = refuser('token', auth.tokenReply)
  if (differences.length > 0) return refuse(differences)
  if (brought.code === undefined) {
    return accepted('token', firstTokens(context, auth, newAuthorization()))
  }
  const authorization = context.book.takeCode(brought.code)
  if (!authorization) return refuse(['the code is not one that waits to be used'], 'invalid_grant')
  const wrong = codeFaults(authorization, brought)
  if (wrong.length > 0) return refuse(wrong, 'invalid_grant')
  return accepted('token', firstTokens(context, auth, authorization))
}

/** The reply to a grant that was accepted. */
export function firstTokens(context: Context, auth: OAuth2, authorization: Authorization): ProviderReply {
  return issuedReply(context, auth.tokenReply, issueTokens(context, auth, authorization, 0), auth.renewal)
}

function codeFaults(authorization: Authorization, brought: Values): string[] {
  const { redirectUri, codeChallenge, codeChallengeMethod, state } = authorization
  const verifier = brought.codeVerifier ?? ''
  const hashed = createHash('sha256').update(verifier).digest('base64url')
  const challenge = codeChallengeMethod === 'S256' ? hashed : verifier
  const differs = (name: string, wanted: string | undefined) =>
    brought[name] !== undefined && brought[name] !== wanted
  return [
    ...(differs('redirectUri', redirectUri) ? ['the redirect URI is not that of the authorization'] : []),
    ...(differs('flow.state', state) ? ['the state is not that of the authorization'] : []),
    ...(codeChallenge !== undefined && codeChallenge !== challenge
      ? ['the code verifier does not fit the code challenge']
      : []),
  ]
}

/** Answers a request that renews a token, by a refresh token or by the living token itself. */
export function refreshed(context: Context, auth: OAuth2, request: ProviderRequest): Verdict {
  const { brought, differences } = look(context, auth, request, refreshShape(auth, context.values))
  const paths = { ...auth.tokenReply, ...auth.refreshReply }
  const refuse = refuser('refresh', paths)
  if (differences.length > 0) return refuse(differences)
  const { rotation, notBefore } = auth.renewal
  const owner = context.book.ownerOf(Object.values(brought)[0] ?? '')
  const issuedAt = owner && context.book.lastIssue(owner)
  if (notBefore !== undefined && issuedAt !== undefined && context.now() < issuedAt + notBefore * 1000) {
    return refuse([`a token is renewed ${notBefore} seconds after it was issued, and not before`])
  }
  const rotates = context.conduct.rotates ?? !(rotation && 'rotates' in rotation)
  const grace = rotation && 'graceSeconds' in rotation ? rotation.graceSeconds : 0
  const authorization = renewable(context, brought, rotates ? grace : Number.POSITIVE_INFINITY)
  if (!authorization) return refuse(['the token is not one that can be renewed'], 'invalid_grant')
  if (auth.refreshReply?.keepsToken) {
    context.book.prolong(authorization, lifetimeOf(context, auth.renewal))
    return accepted('refresh', issuedReply(context, paths, { access: undefined }, auth.renewal))
  }
  const { refresh, ...issued } = issueTokens(context, auth, authorization, stages(auth).afterRenewal)
  const all = rotates ? { ...issued, refresh } : issued
  return accepted('refresh', issuedReply(context, paths, all, auth.renewal))
}

function renewable({ book }: Context, brought: Values, grace: number): Authorization | undefined {
  const given = brought['token.refreshToken']
  if (given !== undefined) return book.useRefresh(given, grace)
  const shown = brought['token.accessToken'] ?? brought.token
  return shown === undefined ? undefined : book.living(shown)?.authorization
}

/** Answers a request that follows a first token: exchanges it, or tells something. */
export function followedUp(context: Context, auth: OAuth2, index: number, request: ProviderRequest): Verdict {
  const purpose = `follow-up ${index + 1}`
  const step = auth.followUps?.[index]
  if (!step) throw new TypeError('There is no such step.')
  const { brought, differences } = look(context, auth, request, followUpShape(step))
  const refuse = refuser(purpose, step.reply)
  if (differences.length > 0) return refuse(differences)
  const shown = brought.token ?? brought['token.accessToken']
  const before = shown === undefined ? undefined : context.book.living(shown)
  const stage = stages({ followUps: auth.followUps?.slice(0, index) }).all
  if (shown !== undefined && before?.stage !== stage) {
    return refuse(['the access token is not the one of this step'], 'invalid_token')
  }
  const authorization = before?.authorization ?? newAuthorization()
  const isExchange = step.reply.accessToken !== undefined
  const access = isExchange ? issueTokens(context, auth, authorization, stage + 1).access : undefined
  const names = Object.keys(step.reply.tokens ?? {})
  const named = names.map((name) => issueNamed(context, auth, authorization, name))
  return accepted(purpose, issuedReply(context, step.reply, { access, named }, auth.renewal))
}

/** Answers a request that revokes a token: all of its authorization ends. */
export function revoked(context: Context, auth: OAuth2, request: ProviderRequest): Verdict {
  const { brought, differences } = look(context, auth, request, revokeShape(auth, context.values))
  const refuse = refuser('revoke', undefined)
  if (differences.length > 0) return refuse(differences)
  const hint = brought['token.hint']
  if (hint !== undefined && !/^(access|refresh)_token$/.test(hint)) return refuse(['the hint is of no token'])
  const shown = Object.entries(brought).filter(([name]) => /^token(\.|$)/.test(name) && name !== 'token.hint')
  const owners = shown.map(([, value]) => context.book.ownerOf(value))
  if (owners.includes(undefined)) return refuse(['the token is not from here'], 'invalid_token')
  // RFC 6750 §2.1: an access token opens what a header asks for, and no other does.
  const inHeaders = Object.values(auth.revokeRequest?.headers ?? {}).some((text) => text.includes('{token'))
  if (inHeaders && !shown.some(([, value]) => context.book.isAccess(value))) {
    return refuse(['the token is no access token'], 'invalid_token')
  }
  for (const owner of owners) if (owner) owner.revoked = true
  // A request that shows no token means all of the account's, and can mean them once.
  if (owners.length === 0 && !context.book.withdraw()) return refuse(['there is nothing left to revoke'])
  return accepted('revoke', { status: 200 })
}

function look(context: Context, auth: OAuth2, request: ProviderRequest, shape: RequestShape) {
  const { brought, differences } = compared(request, shape, context.values)
  const jwt = brought['jwt.token']
  const wrong = jwt === undefined ? [] : jwtFaults(context, auth, shape.url, jwt)
  return { brought, differences: [...differences, ...wrong, ...computedFaults(context, auth, brought)] }
}

/** Values that the client had to compute, computed once more. */
function computedFaults({ values }: Context, { computed = {} }: OAuth2, brought: Values): string[] {
  const known: Record<string, string> = { ...values, ...brought }
  return Object.entries(computed).flatMap(([name, { hash, of, key, encoding }]) => {
    const text = filled(of, known)
    if (text === undefined) return []
    const secret = key === undefined ? undefined : (filled(key, known) ?? '')
    const digest = hash && (secret === undefined ? createHash(hash) : createHmac(hash, secret))
    const value = digest ? digest.update(text).digest(encoding) : Buffer.from(text).toString(encoding)
    known[`computed.${name}`] = value
    const found = brought[`computed.${name}`]
    return found === undefined || found === value ? [] : [`the computed value ${name} is not as declared`]
  })
}

function refuser(purpose: string, paths: OAuth2['tokenReply']) {
  return (reasons: readonly string[], error?: string): Verdict => {
    const isClient = reasons.some((reason) => /HTTP basic|client_(id|secret|assertion)/.test(reason))
    const word = error ?? (isClient ? 'invalid_client' : 'invalid_request')
    return refused(purpose, reasons, refusalReply(paths, word, reasons))
  }
}
