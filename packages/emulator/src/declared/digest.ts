import { createHash } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import type { Context } from './context.ts'
import { filled } from './template.ts'

const realm = 'emulated'
/** Ends with the process; what it is hashed with is the moment that the nonce was made. */
const nonceLifetimeMilliseconds = 300_000

/** What a call without an answer is told (RFC 7616 §3.3). */
export function digestChallenge({ now }: Context): string {
  return `Digest realm="${realm}", qop="auth", algorithm=SHA-256, nonce="${nonceAt(now())}"`
}

/** Whether a call answers a challenge of ours (RFC 7616 §3.4). */
export function digestFaults({ definition, values, now }: Context, request: ProviderRequest): string[] {
  const [, list] = /^Digest\s+(.*)$/is.exec(request.headers.authorization ?? '') ?? []
  if (list === undefined) return ['an answer to the challenge is missing']
  const given = Object.fromEntries(
    [...list.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map(([, name = '', quoted, bare = '']) => [
      name,
      quoted?.replace(/\\(.)/g, '$1') ?? bare,
    ]),
  )
  const { username = '{secret.username}', password = '{secret.password}' } =
    definition.auth as AuthOf<'digest'>
  const user = filled(username, values) ?? ''
  const uri = request.query === '' ? request.path : `${request.path}?${request.query}`
  const start = hash(`${user}:${realm}:${filled(password, values) ?? ''}`)
  const end = hash(`${request.method}:${uri}`)
  const answer = hash([start, given.nonce, given.nc, given.cnonce, 'auth', end].join(':'))
  const [made = ''] = Buffer.from(given.nonce ?? '', 'base64url')
    .toString('utf8')
    .split('.')
  const isFresh = given.nonce === nonceAt(Number(made)) && now() - Number(made) <= nonceLifetimeMilliseconds
  return [
    ...(isFresh ? [] : ['the nonce is unknown or too old']),
    ...(given.username === user ? [] : [`the user name is not ${username}`]),
    ...(given.uri === uri ? [] : ['the uri is not the address of the call']),
    ...(given.response === answer ? [] : ['the answer does not hold']),
  ]
}

function nonceAt(moment: number): string {
  return Buffer.from(`${moment}.${hash(`nonce:${moment}`)}`).toString('base64url')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
