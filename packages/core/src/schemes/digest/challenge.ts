/** Algorithms by strength, as servers name them, with Node's names of the hashes (RFC 7616 §6.1). */
const algorithms = [
  ['SHA-512-256', 'sha512-256'],
  ['SHA-256', 'sha256'],
  ['MD5', 'md5'],
] as const

/** What a server asks a digest for. Texts are bytes, one character each, as in a header. */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  /** As the server wrote it; undefined where it wrote none, which means MD5. */
  readonly algorithm: string | undefined
  readonly hash: (typeof algorithms)[number][1]
  /** The key is made of the password's hash and the nonces (`-sess`). */
  readonly isSession: boolean
  /** `none`: RFC 2069, without nonce count. */
  readonly quality: 'auth' | 'auth-int' | 'none'
  readonly hashesUsername: boolean
  readonly isUtf8: boolean
  /** The nonce is too old, and nothing else is wrong. */
  readonly isStale: boolean
}

/** Far more than a challenge takes: a header can be written such that reading it takes the square of its length. */
const longestRead = 4096

/** The strongest digest challenge of a `WWW-Authenticate` header that can be met; undefined where there is none. */
export function strongestChallenge(header: string): DigestChallenge | undefined {
  const usable = challengesIn(header.slice(0, longestRead)).flatMap(({ scheme, parameters }) =>
    scheme === 'digest' ? (digestChallenge(parameters) ?? []) : [],
  )
  return algorithms.flatMap(([, hash]) => usable.find((challenge) => challenge.hash === hash) ?? [])[0]
}

function digestChallenge(parameters: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const algorithm = parameters.get('algorithm')
  const name = (algorithm ?? 'MD5').toUpperCase()
  const hash = algorithms.find(([known]) => name === known || name === `${known}-SESS`)?.[1]
  const quality = qualityOf(parameters.get('qop'))
  const realm = parameters.get('realm')
  const nonce = parameters.get('nonce')
  if (!hash || !quality || realm === undefined || nonce === undefined) return undefined
  const isTrue = (value: string | undefined) => value?.toLowerCase() === 'true'
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    hash,
    isSession: name.endsWith('-SESS'),
    quality,
    hashesUsername: isTrue(parameters.get('userhash')),
    isUtf8: parameters.get('charset')?.toLowerCase() === 'utf-8',
    isStale: isTrue(parameters.get('stale')),
  }
}

/** `auth` where there is a choice: with `auth-int`, no body could stream. */
function qualityOf(offered: string | undefined): DigestChallenge['quality'] | undefined {
  if (offered === undefined) return 'none'
  const names = offered.split(',').map((name) => name.trim().toLowerCase())
  return (['auth', 'auth-int'] as const).find((name) => names.includes(name))
}

interface Challenge {
  readonly scheme: string
  readonly parameters: Map<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const parameter = new RegExp(`^(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))\\s*(?:,|$)`, 's')
const scheme = new RegExp(`^(${token})(?:\\s+|\\s*,|$)`)

/** Challenges and their parameters (RFC 9110 §11.6.1): both are separated by commas. */
function challengesIn(header: string): Challenge[] {
  const found: Challenge[] = []
  let rest = header
  while (rest !== '') {
    rest = rest.replace(/^[\s,]+/, '')
    const pair = parameter.exec(rest)
    const named = pair ? undefined : scheme.exec(rest)
    if (pair?.[1] !== undefined) {
      const value = pair[2]?.replace(/\\(.)/gs, '$1') ?? pair[3] ?? ''
      found.at(-1)?.parameters.set(pair[1].toLowerCase(), value)
    } else if (named?.[1] !== undefined) {
      found.push({ scheme: named[1].toLowerCase(), parameters: new Map() })
    }
    // What fits neither, a token of 68 characters say, ends at the next comma.
    const length = pair?.[0].length ?? named?.[0].length
    rest = length === undefined ? rest.slice(rest.indexOf(',') + 1 || rest.length + 1) : rest.slice(length)
  }
  return found
}

/** A parameter of an `Authentication-Info` or `Authorization` header. */
export function parameterOf(header: string, name: string): string | undefined {
  return challengesIn(`x ${header.slice(0, 2 * longestRead)}`)[0]?.parameters.get(name)
}
