import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

/** A client certificate with its key as PEM or PFX, rendered, and a private authority to trust. */
export interface ClientTls {
  readonly certificate: string | undefined
  readonly privateKey: string | undefined
  readonly ca: string | undefined
  readonly pfx: Buffer | undefined
  readonly passphrase: string | undefined
  /** SHA-256 of all of it: connections with another identity are other connections (RFC 8705 §7.2). */
  readonly digest: string
}

/** The texts that one is read from. */
export type ClientTlsTexts = { readonly [Field in ClientTlsField]?: string | undefined }
export type ClientTlsField = 'certificate' | 'privateKey' | 'ca' | 'pfx' | 'passphrase'

/** Why an identity cannot be used, and the field that is to blame; never with a word of it. */
export interface ClientTlsFault {
  readonly field: ClientTlsField
  readonly code: string
  readonly message: string
}

/** Takes the texts as they were pasted: line breaks written as `\n` are mended. Undefined where there is none. */
export function readClientTls(texts: ClientTlsTexts): ClientTls | undefined {
  const given = (text: string | undefined) => (text === undefined || text === '' ? undefined : text)
  const pem = (text: string | undefined) =>
    given(text)
      ?.replace(/\\+r|\r/g, '')
      .replace(/\\+n/g, '\n')
  const pfx = given(texts.pfx)?.replace(/\s+/g, '')
  const identity = {
    certificate: pem(texts.certificate),
    privateKey: pem(texts.privateKey),
    ca: pem(texts.ca),
    pfx: pfx === undefined ? undefined : Buffer.from(pfx, 'base64'),
    passphrase: given(texts.passphrase),
  }
  const { certificate, privateKey, ca, passphrase } = identity
  if ([certificate, privateKey, ca, pfx].every((part) => part === undefined)) return undefined
  const all = JSON.stringify([certificate, privateKey, ca, pfx, passphrase])
  return { ...identity, digest: createHash('sha256').update(all).digest('hex') }
}

/** The first reason why a server could not be shown, or checked with, this identity. */
export function clientTlsFault(tls: ClientTls): ClientTlsFault | undefined {
  return shapeFault(tls) ?? pairFault(tls) ?? pfxFault(tls) ?? caFault(tls)
}

function shapeFault({ certificate, privateKey, pfx }: ClientTls): ClientTlsFault | undefined {
  if (pfx && (certificate ?? privateKey) !== undefined)
    return fault('pfx', 'repeated', 'Give the certificate as PEM or as PFX, not both.')
  if (privateKey === undefined && certificate !== undefined)
    return fault('privateKey', 'required', 'The certificate is shown with its private key. Give it.')
  if (certificate === undefined && privateKey !== undefined)
    return fault('certificate', 'required', 'The private key is shown with its certificate. Give it.')
  return undefined
}

function pairFault({ certificate, privateKey, passphrase }: ClientTls): ClientTlsFault | undefined {
  if (certificate === undefined || privateKey === undefined) return undefined
  const shown = attempt(() => new X509Certificate(certificate))
  if (!shown) return fault('certificate', 'certificate_unreadable', unreadableCertificate)
  const key = readKey(privateKey, passphrase)
  if ('field' in key) return key
  if (shown.checkPrivateKey(key)) return undefined
  const message = 'The private key belongs to another certificate. Give the one that belongs to this.'
  return fault('privateKey', 'certificate_mismatch', message)
}

function readKey(pem: string, passphrase: string | undefined): KeyObject | ClientTlsFault {
  try {
    // Without one OpenSSL would ask the terminal.
    return createPrivateKey({ key: pem, passphrase: passphrase ?? '' })
  } catch {
    if (!/BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED/.test(pem)) {
      const message =
        'This is no private key in PEM. It begins with -----BEGIN PRIVATE KEY----- or the like. Check that it was copied whole.'
      return fault('privateKey', 'private_key_unreadable', message)
    }
    return passphraseFault(passphrase)
  }
}

function pfxFault({ pfx, passphrase }: ClientTls): ClientTlsFault | undefined {
  if (!pfx) return undefined
  try {
    createSecureContext({ pfx, passphrase: passphrase ?? '' })
    return undefined
  } catch (error) {
    if (error instanceof Error && /mac verify failure/i.test(error.message))
      return passphraseFault(passphrase)
    const message =
      'This is no PFX in base64 that can be read. Export it anew, with AES rather than RC2 or 3DES, and encode the file.'
    return fault('pfx', 'pfx_unreadable', message)
  }
}

function caFault({ ca }: ClientTls): ClientTlsFault | undefined {
  if (ca === undefined) return undefined
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
  const read = blocks.every((block) => attempt(() => new X509Certificate(block)))
  return blocks.length > 0 && read ? undefined : fault('ca', 'certificate_unreadable', unreadableCertificate)
}

const unreadableCertificate =
  'This is no certificate in PEM. It begins with -----BEGIN CERTIFICATE-----. Check that it was copied whole.'

function passphraseFault(passphrase: string | undefined): ClientTlsFault {
  return passphrase === undefined
    ? fault('passphrase', 'required', 'The private key is encrypted. Give its passphrase.')
    : fault('passphrase', 'passphrase_wrong', 'The passphrase does not open the private key. Correct it.')
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function fault(field: ClientTlsField, code: string, message: string): ClientTlsFault {
  return { field, code, message }
}
