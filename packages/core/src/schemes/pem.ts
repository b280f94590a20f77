/** What was found where a private key should be. */
export type PrivateKeyText =
  /** A block as RFC 7468 writes it. */
  { readonly pem: string } | { readonly why: string }

const block = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs

/**
 * The private key of a PEM text, its line breaks mended: pasted as `\n`, lost for spaces, or with carriage
 * returns. Other blocks, as certificates and curve parameters, are passed over.
 */
export function privateKeyText(text: string): PrivateKeyText {
  const blocks = [...withLineBreaks(text).matchAll(block)]
  const [, label = '', body = ''] = blocks.find(([, label]) => label?.endsWith('PRIVATE KEY')) ?? []
  if (label === '') return { why: whatElse(blocks.map(([, other = '']) => other)) }
  if (label === 'ENCRYPTED PRIVATE KEY' || /^\s*Proc-Type:.*ENCRYPTED/m.test(body))
    return { why: 'The private key is encrypted. Give it without a passphrase.' }
  if (label === 'OPENSSH PRIVATE KEY')
    return { why: 'The private key is in the format of OpenSSH. Convert it to PKCS#8.' }
  const base64 = body.replace(/\s+/g, '')
  const lines = base64.match(/.{1,64}/g) ?? []
  return { pem: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n') }
}

function withLineBreaks(text: string): string {
  return text.replace(/\\+r|\r/g, '').replace(/\\+n/g, '\n')
}

function whatElse(labels: readonly string[]): string {
  if (labels.some((label) => label.endsWith('PUBLIC KEY')))
    return 'This is a public key. Give the private key that belongs to it.'
  if (labels.includes('CERTIFICATE')) return 'This is a certificate. Give the private key that belongs to it.'
  return 'This is no private key in PEM. It begins with -----BEGIN PRIVATE KEY----- or the like, and ends so.'
}
