import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { SallyportError } from '../error.ts'

/** Each round costs this process milliseconds that nobody else can use; ssh-keygen makes 16 or 24. */
const mostRounds = 256

/**
 * A private key as its owner pasted it: in OpenSSH's format, PEM (PKCS #1, SEC 1), PKCS #8 or PuTTY's version 2,
 * encrypted or not.
 *
 * @throws SallyportError private_key_invalid, passphrase_required, passphrase_wrong
 */
export function readPrivateKey(text: string, passphrase: string | undefined): ParsedKey {
  const repaired = withLineBreaks(text)
  const openSsh = /^-----BEGIN (?!OPENSSH)[A-Z0-9 ]*PRIVATE KEY-----/.test(repaired)
    ? fromPem(repaired, passphrase)
    : repaired
  if (roundsOf(openSsh) > mostRounds) {
    throw new SallyportError('private_key_invalid', {
      message: `The private key is encrypted with more than ${mostRounds} rounds. Encrypt it again with fewer: ssh-keygen -p -a 16.`,
    })
  }
  // An encrypted PEM has been opened by now, so that its passphrase means nothing to what it has become.
  const parsed = ssh2.utils.parseKey(openSsh, passphrase) as ParsedKey | ParsedKey[] | Error
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) throw refusal(key, passphrase)
  if (!key?.isPrivateKey()) throw new SallyportError('private_key_invalid')
  return key
}

/** Line breaks that were pasted as `\n` or became those of Windows, and a last one that was lost. */
function withLineBreaks(text: string): string {
  return `${text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll(/\r\n?/g, '\n').trim()}\n`
}

/** The library's only way of telling these apart is its words. */
function refusal(error: Error, passphrase: string | undefined): SallyportError {
  const { message } = error
  if (/no passphrase given/.test(message)) return new SallyportError('passphrase_required')
  const isWrong = /integrity check failed|decrypt|bad passphrase/i.test(message) && passphrase !== undefined
  return new SallyportError(isWrong ? 'passphrase_wrong' : 'private_key_invalid')
}

/** Opens PEM with Node's own reader, and writes it as the library reads it. */
function fromPem(text: string, passphrase: string | undefined): string {
  const isEncrypted = /ENCRYPTED/.test(text)
  if (isEncrypted && passphrase === undefined) throw new SallyportError('passphrase_required')
  const key = opened(text, isEncrypted ? passphrase : undefined)
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return String(key.export({ type: 'pkcs1', format: 'pem' }))
    case 'ec':
      return String(key.export({ type: 'sec1', format: 'pem' }))
    case 'ed25519':
      return openSshEd25519(key)
    default:
      throw new SallyportError('private_key_invalid', {
        message: 'SSH has no use for a private key of this kind. Give an Ed25519, ECDSA or RSA key.',
      })
  }
}

function opened(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(passphrase !== undefined && { passphrase }) })
  } catch (error) {
    // Wrong bytes and a wrong passphrase look alike; with a passphrase, that is by far the likelier.
    const wrong = passphrase !== undefined && !isMalformed(error)
    throw new SallyportError(wrong ? 'passphrase_wrong' : 'private_key_invalid')
  }
}

function isMalformed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /NO_START_LINE|BAD_BASE64|BAD_END_LINE|SHORT_HEADER/.test(code)
}

/** OpenSSH's container (PROTOCOL.key): the only format in which SSH libraries take Ed25519. */
function openSshEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const publicKey = Buffer.from(x, 'base64url')
  const kind = Buffer.from('ssh-ed25519')
  const publicPart = Buffer.concat([string(kind), string(publicKey)])
  const check = Buffer.alloc(8)
  const pair = Buffer.concat([Buffer.from(d, 'base64url'), publicKey])
  const privatePart = padded(Buffer.concat([check, publicPart, string(pair), string(Buffer.alloc(0))]))
  const none = string(Buffer.from('none'))
  const count = Buffer.from([0, 0, 0, 1])
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[none, none, string(Buffer.alloc(0)), count, string(publicPart), string(privatePart)],
  ])
  const lines = body.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

function padded(part: Buffer): Buffer {
  const missing = (8 - (part.length % 8)) % 8
  return Buffer.concat([part, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))])
}

/** An SSH string (RFC 4251 §5). */
function string(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Rounds of bcrypt that an OpenSSH key asks for; zero where it asks for none, or is none. */
function roundsOf(text: string): number {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)/.exec(text) ?? []
  const bytes = Buffer.from(body ?? '', 'base64')
  let at = 'openssh-key-v1\0'.length
  const next = () => {
    if (at + 4 > bytes.length) return Buffer.alloc(0)
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    return bytes.subarray(start, at)
  }
  next()
  if (next().toString() !== 'bcrypt') return 0
  const options = next()
  return options.length < 4 ? 0 : options.readUInt32BE(options.length - 4)
}
