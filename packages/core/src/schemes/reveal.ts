import type { Secret } from '../secret.ts'

/** Secrets as template values, each name prefixed: the last step before the wire. */
export function revealAll(secrets: Readonly<Record<string, Secret>>, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [prefix + name, secret.reveal()]))
}
