import { createHash } from 'node:crypto'
import type { DigestChallenge } from './challenge.ts'

/** What is answered with. */
export interface DigestRequest {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly uri: string
  readonly username: string
  readonly password: string
  /** How often the nonce has been used, this time included. */
  readonly count: number
  readonly clientNonce: string
  /** For `auth-int`. */
  readonly body: Buffer | undefined
}

/** The `Authorization` header that answers a challenge (RFC 7616 §3.4). */
export function digestAnswer(challenge: DigestChallenge, request: DigestRequest): string {
  const { realm, nonce, opaque, quality } = challenge
  const username = bytesOf(challenge.isUtf8 ? request.username.normalize('NFC') : request.username)
  const password = bytesOf(challenge.isUtf8 ? request.password.normalize('NFC') : request.password)
  const digest = (data: string | Buffer) => digestOf(challenge, data)
  const count = request.count.toString(16).padStart(8, '0')
  const secret = digest(`${username}:${realm}:${password}`)
  const key = challenge.isSession ? digest(`${secret}:${nonce}:${request.clientNonce}`) : secret
  const ofBody = quality === 'auth-int' ? `:${digest(request.body ?? Buffer.alloc(0))}` : ''
  const ofRequest = digest(`${request.method}:${request.uri}${ofBody}`)
  const used = quality === 'none' ? '' : `${count}:${request.clientNonce}:${quality}:`
  return `Digest ${[
    ...usernameParameter(challenge, username),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${digest(`${key}:${nonce}:${used}${ofRequest}`)}"`,
    ...(challenge.algorithm === undefined ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(quality === 'none' ? [] : [`qop=${quality}`, `nc=${count}`]),
    ...(quality === 'none' && !challenge.isSession ? [] : [`cnonce="${request.clientNonce}"`]),
    ...(challenge.hashesUsername ? ['userhash=true'] : []),
  ].join(', ')}`
}

/** RFC 7616 §3.4: `username*` where the server knows it and the name is not ASCII; hashed where it asks for that. */
function usernameParameter(challenge: DigestChallenge, username: string): string[] {
  if (challenge.hashesUsername) return [`username="${digestOf(challenge, `${username}:${challenge.realm}`)}"`]
  if (!challenge.isUtf8 || /^[\x20-\x7e]*$/.test(username)) return [`username=${quoted(username)}`]
  const encoded = username.replace(/[^A-Za-z0-9!#$&+.^_`|~-]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
  return [`username*=UTF-8''${encoded}`]
}

function digestOf({ hash }: DigestChallenge, data: string | Buffer): string {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
  return createHash(hash).update(bytes).digest('hex')
}

/** UTF-8 bytes, one character each: what a header can carry, and what servers store. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
