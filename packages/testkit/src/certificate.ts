import { generate } from 'selfsigned'

/** A key pair and the certificate for it, as PEM. */
export interface Certificate {
  certificate: string
  privateKey: string
}

let shared: Promise<Certificate> | undefined

/** A certificate for 127.0.0.1, ::1 and localhost, made once per process; trust it by passing it as `ca`. */
export function selfSignedCertificate(): Promise<Certificate> {
  shared ??= generated()
  return shared
}

async function generated(): Promise<Certificate> {
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  return { certificate: pair.cert, privateKey: pair.private }
}
