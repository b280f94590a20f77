import { createHmac, type KeyObject, sign as signBytes } from 'node:crypto'

export interface Oauth1Signer {
  clientKey: string
  clientSecret: string
  token?: string
  tokenSecret?: string
  signatureMethod?: 'HMAC-SHA1' | 'HMAC-SHA256' | 'RSA-SHA1' | 'PLAINTEXT'
  privateKey?: KeyObject
  realm?: string
  nonce?: string
  timestamp?: string
  /** Further protocol parameters, such as `oauth_callback`. */
  parameters?: Record<string, string>
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** An Authorization header by RFC 5849 §3, written apart from the product's own. */
export function oauth1Header(method: string, address: string, signer: Oauth1Signer, form = ''): string {
  const { signatureMethod = 'HMAC-SHA1' } = signer
  const url = new URL(address)
  const oauth: Record<string, string> = {
    oauth_consumer_key: signer.clientKey,
    oauth_nonce: signer.nonce ?? Math.random().toString(36).slice(2),
    oauth_signature_method: signatureMethod,
    oauth_timestamp: signer.timestamp ?? String(Math.floor(Date.now() / 1000)),
    oauth_version: '1.0',
    ...(signer.token === undefined ? {} : { oauth_token: signer.token }),
    ...signer.parameters,
  }
  const pairs = [...Object.entries(oauth), ...url.searchParams, ...new URLSearchParams(form)]
  const normalized = pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const base = [method, `${url.origin}${url.pathname}`, normalized].map(encode).join('&')
  const fields = { ...oauth, oauth_signature: signature(base, signatureMethod, signer) }
  const realm = signer.realm === undefined ? '' : `realm="${signer.realm}", `
  const written = Object.entries(fields).map(([name, value]) => `${name}="${encode(value)}"`)
  return `OAuth ${realm}${written.join(', ')}`
}

function signature(
  base: string,
  method: string,
  { clientSecret, tokenSecret = '', privateKey }: Oauth1Signer,
) {
  const key = `${encode(clientSecret)}&${encode(tokenSecret)}`
  if (method === 'PLAINTEXT') return key
  if (method === 'RSA-SHA1') {
    if (!privateKey) throw new Error('RSA-SHA1 needs a private key.')
    return signBytes('sha1', Buffer.from(base), privateKey).toString('base64')
  }
  return createHmac(method === 'HMAC-SHA256' ? 'sha256' : 'sha1', key)
    .update(base)
    .digest('base64')
}
