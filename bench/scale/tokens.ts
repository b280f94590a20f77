/** What the provider knows of its client. */
export const providerClient = {
  id: 'scale',
  // Letters and digits only: clients differ in how they encode others for the basic scheme (RFC 6749 §2.3.1).
  secret: 'secretOfTheScaleBench0123456789',
} as const

/** Says whose it is and which in the row of that account's, so that the provider need not remember any. */
export function refreshToken(account: number, generation: number): string {
  return `refresh-${account}-${generation}-${'0123456789abcdef'.repeat(2)}`
}

/** The reverse; undefined for what the provider has not issued. */
export function readRefreshToken(
  text: string,
): { readonly account: number; readonly generation: number } | undefined {
  const [, account, generation] = /^refresh-(\d+)-(\d+)-/.exec(text) ?? []
  if (account === undefined || generation === undefined) return undefined
  return { account: Number(account), generation: Number(generation) }
}
