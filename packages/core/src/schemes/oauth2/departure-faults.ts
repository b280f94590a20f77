import { type Fault, pointer } from '@sallyport/contract'
import { keepFaults } from '../keep-faults.ts'
import { type Block, list, record } from './block.ts'
import { isProtocolParameter } from './protocol-parameters.ts'
import { namesIn } from './request-names.ts'

const renamable = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]
const answers = ['code', 'state']
/** What a callback says beside code and state, or must never say (A7). */
const taken = /^(error.*|iss|.*_token|token_type|expires_in|response)$/i

/** Faults between the fields by which an `oauth2` block departs from the standard; it may be malformed. */
export function departureFaults(auth: Block): Fault[] {
  return [
    ...authorizationNameFaults(auth),
    ...callbackNameFaults(auth),
    ...callbackKeepFaults(auth),
    ...replies(auth).flatMap(([path, reply]) => keepFaults(path, reply)),
    ...tokenNameFaults(auth),
    ...followUpFaults(auth),
  ]
}

function authorizationNameFaults(auth: Block): Fault[] {
  const names = record(auth.authorizationNames)
  const others = new Set([
    ...Object.keys(record(auth.authorizationParams)),
    ...renamable.filter((name) => !Object.hasOwn(names, name)),
  ])
  return Object.entries(names).flatMap(([name, theirs]) => {
    const path = `/auth/authorizationNames${pointer([name])}`
    if (!renamable.includes(name)) return [unknownName(path, renamable)]
    if (theirs === null) return name === 'state' ? [stateNeeded(path)] : []
    if (typeof theirs !== 'string' || theirs === name) return []
    if (isProtocolParameter(theirs) || others.has(theirs)) return [nameTaken(path)]
    others.add(theirs)
    return []
  })
}

function callbackNameFaults(auth: Block): Fault[] {
  const names = record(auth.callbackNames)
  return Object.entries(names).flatMap(([name, theirs]) => {
    const path = `/auth/callbackNames${pointer([name])}`
    if (!answers.includes(name)) return [unknownName(path, answers)]
    if (theirs === null) return name === 'state' ? [stateNeeded(path)] : []
    if (typeof theirs !== 'string' || theirs === name) return []
    const other = answers.find((each) => each !== name) ?? ''
    return taken.test(theirs) || theirs === (names[other] ?? other) ? [nameTaken(path)] : []
  })
}

/** A callback's values are there when a code is redeemed, and at no other time. */
function callbackKeepFaults(auth: Block): Fault[] {
  const isCode = (auth.grant ?? 'authorization_code') === 'authorization_code'
  return replies(auth).flatMap(([path, reply]) =>
    Object.entries(record(record(reply).keep))
      .filter(([, from]) => typeof from === 'string' && from.startsWith('callback:'))
      .filter(() => !isCode || path !== '/auth/tokenReply')
      .map(([name]) => ({
        path: `${path}/keep${pointer([name])}`,
        code: 'callback_not_available',
        message:
          'Only tokenReply of the grant authorization_code is read with a callback. Keep it there, or from the reply.',
      })),
  )
}

function tokenNameFaults(auth: Block): Fault[] {
  return replies(auth).flatMap(([path, reply]) =>
    Object.keys(record(record(reply).tokens))
      .filter((name) => name === 'accessToken' || name === 'refreshToken')
      .map((name) => ({
        path: `${path}/tokens${pointer([name])}`,
        code: 'repeated',
        message: `{token.${name}} has a path of its own: \`${name}\`. Use that, or choose another name.`,
      })),
  )
}

/** Tokens and secrets choose no host. */
function followUpFaults(auth: Block): Fault[] {
  return list(auth.followUps).flatMap((step, index) => {
    const { url } = record(step)
    if (typeof url !== 'string') return []
    const authority = /^(?:https?:\/\/)?[^/?#]*/i.exec(url)?.[0] ?? ''
    const names = namesIn([authority]).filter((name) => name.includes('.') || name === 'token')
    const refused = names.some((name) => !/^(kept|parameters)\./.test(name))
    if (!refused) return []
    return [
      {
        path: `/auth/followUps/${index}/url`,
        code: 'url_placeholder',
        message: 'Only parameters and kept values can stand in a host. Write the rest behind it.',
      },
    ]
  })
}

function replies(auth: Block): [path: string, reply: unknown][] {
  return [
    ['/auth/tokenReply', auth.tokenReply],
    ['/auth/refreshReply', auth.refreshReply],
    ...list(auth.followUps).map((step, index): [string, unknown] => [
      `/auth/followUps/${index}/reply`,
      record(step).reply,
    ]),
  ]
}

function unknownName(path: string, known: readonly string[]): Fault {
  return {
    path,
    code: 'unknown_name',
    message: `Names can be given to: ${known.join(', ')}. Choose one of them.`,
  }
}

function nameTaken(path: string): Fault {
  return {
    path,
    code: 'parameter_reserved',
    message: 'Something else bears this name already. Choose another.',
  }
}

function stateNeeded(path: string): Fault {
  return {
    path,
    code: 'required',
    message:
      'Without a state nothing tells whose callback it is. Give the name that the provider has for it.',
  }
}
