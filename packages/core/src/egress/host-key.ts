import { createHash } from 'node:crypto'
import { SallyportError } from '../error.ts'

/** Signature algorithms by the type that a host key names itself with; none that rests on SHA-1. */
export const hostKeyAlgorithms = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const

export type HostKeyType = keyof typeof hostKeyAlgorithms

/** A host key as a server showed it. */
export interface SeenHostKey {
  readonly type: string
  readonly fingerprint: string
}

/** Reads a host key's blob (RFC 4253 §6.6). */
export function seenHostKey(blob: Buffer): SeenHostKey {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { type: blob.subarray(4, 4 + length).toString('latin1'), fingerprint: `SHA256:${digest}` }
}

/** Whether a fingerprint names this key, with or without the padding that OpenSSH leaves out. */
export function isAccepted(seen: SeenHostKey, accepted: string | undefined): boolean {
  return accepted?.replace(/=+$/, '') === seen.fingerprint
}

/** A server that nothing was sent to, because its host key is not the one that was accepted. */
export class HostKeyRefused extends SallyportError {
  /** Fingerprint of the key that the server showed. */
  readonly hostKey: string

  constructor(seen: SeenHostKey, accepted: string | undefined) {
    super(accepted === undefined ? 'host_key_unknown' : 'host_key_changed', {
      message: accepted === undefined ? unknown(seen) : changed(seen, accepted),
    })
    this.hostKey = seen.fingerprint
  }
}

function unknown({ type, fingerprint }: SeenHostKey): string {
  return `The server shows the host key ${fingerprint} (${type}), which nobody has accepted yet; nothing was sent to it. Compare it with the one that the server’s operator names. If they are the same, accept it: POST /v1/accounts/{id}/test with {"acceptHostKey": "${fingerprint}"}, or write it as hostKey into the definition.`
}

function changed({ type, fingerprint }: SeenHostKey, accepted: string): string {
  return `The server shows the host key ${fingerprint} (${type}), where ${accepted} was accepted; nothing was sent to it. Somebody may stand between. Ask the server’s operator whether the key was changed. Only if it was, accept the new one: in hostKey of the definition where that names one, else by POST /v1/accounts/{id}/test with {"acceptHostKey": "${fingerprint}"}.`
}
