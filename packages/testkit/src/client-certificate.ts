import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { generate } from 'selfsigned'
import type { Certificate } from './certificate.ts'
import { pathOf } from './program.ts'

const python = {
  name: 'Python 3',
  variable: 'PYTHON_PATH',
  usualPlaces: ['/usr/bin/python3'],
  debianPackage: 'python3-oauthlib',
}

const makePfx = `
import json, sys
from cryptography import x509
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.serialization import pkcs12
given = json.load(sys.stdin)
key = s.load_pem_private_key(given["privateKey"].encode(), None)
certificate = x509.load_pem_x509_certificate(given["certificate"].encode())
word = s.BestAvailableEncryption(given["passphrase"].encode())
sys.stdout.buffer.write(pkcs12.serialize_key_and_certificates(b"client", key, certificate, None, word))
`

/** A certificate that a client shows, vouched for by itself: to be trusted as `ca` by the server. */
export async function clientCertificate(commonName: string): Promise<Certificate> {
  const pair = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
  })
  return { certificate: pair.cert, privateKey: pair.private }
}

/** The key of a certificate as encrypted PEM. */
export function encryptedKey({ privateKey }: Certificate, passphrase: string): string {
  return createPrivateKey(privateKey)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString()
}

/** The pair as PFX (PKCS#12), in base64. */
export function pfxOf({ certificate, privateKey }: Certificate, passphrase: string): string {
  const input = JSON.stringify({ certificate, privateKey, passphrase })
  const { status, stdout, stderr } = spawnSync(pathOf(python), ['-c', makePfx], { input })
  if (status !== 0) throw new Error(stderr.toString())
  return stdout.toString('base64')
}
