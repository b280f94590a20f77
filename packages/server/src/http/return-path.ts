/**
 * Where to go after a log-in: a path of ours, as a whole address, or undefined for what is none. The address begins with our
 * own origin, so that nothing in the path can name another host.
 */
export function returnAddress(path: unknown, publicUrl: string): string | undefined {
  const { origin } = new URL(publicUrl)
  if (typeof path !== 'string' || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1000}$/.test(path)) return undefined
  const url = new URL(path, origin)
  return url.origin === origin && !url.pathname.startsWith('//') ? url.href : undefined
}
