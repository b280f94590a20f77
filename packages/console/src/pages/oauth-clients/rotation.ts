/** What changes a client to another secret: with the old one beside it, for as long as that is valid, or to the new one alone. */
export function rotationTo(next: string, old: string): Readonly<Record<string, unknown>> {
  return old === ''
    ? { clientSecret: next, clientSecrets: null }
    : { clientSecrets: [next, old], clientSecret: null }
}
