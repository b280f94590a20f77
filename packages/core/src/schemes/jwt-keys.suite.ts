import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A key pair for tests. */
export interface TestKeys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const made = new Map<string, TestKeys>()

function once(name: string, make: () => TestKeys): TestKeys {
  const keys = made.get(name) ?? make()
  made.set(name, keys)
  return keys
}

/** Made once per process: an RSA key takes up to a second. */
export const rsaKeys = () => once('rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 }))
export const weakRsaKeys = () => once('weak', () => generateKeyPairSync('rsa', { modulusLength: 1024 }))
export const ecKeys = (namedCurve: string) =>
  once(namedCurve, () => generateKeyPairSync('ec', { namedCurve }))
export const edKeys = () => once('ed25519', () => generateKeyPairSync('ed25519'))

/** As PEM. */
export function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1' = 'pkcs8'): string {
  return key.export({ type: type as 'pkcs8', format: 'pem' }).toString()
}

/** The ways in which the line breaks of a PEM text suffer when it is pasted. */
export const mangled: readonly [what: string, mangle: (pem: string) => string][] = [
  ['as it is', (text) => text],
  ['line breaks written \\n', (text) => text.replaceAll('\n', '\\n')],
  ['line breaks written \\\\n', (text) => text.replaceAll('\n', '\\\\n')],
  ['line breaks written \\r\\n', (text) => text.replaceAll('\n', '\\r\\n')],
  ['carriage returns', (text) => text.replaceAll('\n', '\r\n')],
  ['spaces for line breaks', (text) => text.replaceAll('\n', ' ')],
  ['no line breaks at all', (text) => text.replaceAll('\n', '')],
  ['indented, in quotes', (text) => `"\n  ${text.replaceAll('\n', '\n  ')}"`],
]
