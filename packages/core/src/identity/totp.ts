import { Secret as OtpSecret, TOTP } from 'otpauth'
import type { Random } from '../ports.ts'
import { Secret } from '../secret.ts'

/** RFC 6238 with what every authenticator takes: SHA-1, six digits, thirty seconds. */
const period = 30
const settings = { algorithm: 'SHA1', digits: 6, period } as const

/** 160 random bits, in base32 (RFC 4226 §4, R6). */
export function newTotpSecret(random: Random): Secret {
  return new Secret(new OtpSecret({ buffer: Uint8Array.from(random.bytes(20)).buffer }).base32)
}

/** What an authenticator reads, as text or from a QR code. */
export function totpUri(secret: Secret, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ ...settings, issuer, label, secret: OtpSecret.fromBase32(secret.reveal()) }).toString()
}

/** The step of time that a code is of: this one, the one before or the one after; undefined where it is of none. */
export function totpStep(secret: Secret, code: string, now: number): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const given = { token, secret: OtpSecret.fromBase32(secret.reveal()), timestamp: now, window: 1, period }
  const delta = TOTP.validate({ ...given, algorithm: settings.algorithm, digits: settings.digits })
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta
}
