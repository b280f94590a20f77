import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ readonly privateKey: KeyObject }>

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** Nobody's keys, made once in a process: what they sign is shown to nobody. */
const made = new Map<string, Promise<string>>()

/** A private key in PEM that signs by an algorithm of JWTs (RFC 7518 §3.1, RFC 8037); RSA for any other. */
export function sampleKey(algorithm: unknown): Promise<string> {
  const namedCurve = curves[String(algorithm)]
  const kind = namedCurve ?? (algorithm === 'EdDSA' ? 'ed25519' : 'rsa')
  const known = made.get(kind)
  if (known) return known
  const key =
    namedCurve !== undefined
      ? generate('ec', { namedCurve })
      : generate(kind, kind === 'rsa' ? { modulusLength: 2048 } : {})
  const text = key.then(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  made.set(kind, text)
  return text
}
