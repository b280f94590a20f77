import { createHash } from 'node:crypto'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** An RFC 7616 answer to a challenge, written apart from the product's own. */
export function digestAnswer(
  challenge: string,
  {
    method,
    uri,
    username,
    password,
    count = 1,
  }: Record<'method' | 'uri' | 'username' | 'password', string> & {
    count?: number
  },
) {
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const [realm, nonce] = [part('realm'), part('nonce')]
  const opaque = part('opaque')
  const nc = count.toString(16).padStart(8, '0')
  const response = md5(
    [md5(`${username}:${realm}:${password}`), nonce, nc, 'cnonce', 'auth', md5(`${method}:${uri}`)].join(':'),
  )
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, ` +
    `qop=auth, nc=${nc}, cnonce="cnonce", response="${response}"${opaque && `, opaque="${opaque}"`}`
  )
}
