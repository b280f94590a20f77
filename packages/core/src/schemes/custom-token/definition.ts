import type { Fault } from '@sallyport/contract'
import { keepFaults } from '../keep-faults.ts'
import {
  type Block,
  keepsIn,
  requestFields,
  stepFields,
  stepKeeps,
  stepsOf,
  stepTokens,
  tokensIn,
} from '../login-templates.ts'
import type { TemplateField } from '../scheme.ts'

const ownTokens = ['token', 'token.accessToken', 'token.refreshToken'] as const

/** Templates of a `custom_token` block. */
export function templates(auth: Block): TemplateField[] {
  const fields = (prefix: 'token' | 'refresh' | 'revoke', names: readonly string[]) =>
    requestFields(
      { url: `/auth/${prefix}Url`, template: `/auth/${prefix}Request` },
      { url: auth[`${prefix}Url`], template: auth[`${prefix}Request`] },
      names,
    )
  const issued = [...ownTokens, ...namedTokens(auth)]
  return [
    ...stepFields(auth),
    ...fields('token', stepTokens(auth)),
    ...fields('refresh', issued),
    ...fields('revoke', issued),
  ]
}

/** Tokens that a placement may name: `token.name`. */
export function namedTokens(auth: Block): string[] {
  return [...stepTokens(auth), ...tokensIn(auth.tokenReply), ...tokensIn(auth.refreshReply)]
}

/** Names of the values that its replies leave on the account. */
export function keptNames(auth: Block): string[] {
  return [...stepKeeps(auth), ...keepsIn(auth.tokenReply), ...keepsIn(auth.refreshReply)]
}

/** Faults between the fields of the block. */
export function definitionFaults(auth: Block): Fault[] {
  return [
    ...stepsOf(auth).flatMap(({ reply }, index) => keepFaults(`/auth/steps/${index}/reply`, reply)),
    ...keepFaults('/auth/tokenReply', auth.tokenReply),
    ...keepFaults('/auth/refreshReply', auth.refreshReply),
    ...unusedRefresh(auth),
  ]
}

function unusedRefresh(auth: Block): Fault[] {
  const isUsed = auth.refreshUrl !== undefined || auth.refreshRequest !== undefined
  if (auth.refreshReply === undefined || isUsed) return []
  return [
    {
      path: '/auth/refreshReply',
      code: 'unused',
      message: 'Nothing is refreshed without refreshUrl or refreshRequest. Add one, or remove this.',
    },
  ]
}
