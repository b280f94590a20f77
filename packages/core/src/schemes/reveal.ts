import { Secret } from '../secret.ts'

/** Secrets as template values, each name prefixed: the last step before the wire. */
export function revealAll(secrets: Readonly<Record<string, Secret>>, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [prefix + name, secret.reveal()]))
}

/** Texts as secrets, as they come from the wire. */
export function concealAll(texts: Readonly<Record<string, string>>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)]))
}
