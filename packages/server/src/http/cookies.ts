/** A cookie that a flow sets, on its callback's own path. */
export interface FlowCookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** The value of a cookie, by its exact name. */
export function cookieFrom(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const mark = pair.indexOf('=')
    if (mark !== -1 && pair.slice(0, mark).trim() === name) return pair.slice(mark + 1).trim()
  }
  return undefined
}

/** Host-only, for the ten minutes of a flow where nothing else is said. Lax, because the provider's redirect is a cross-site navigation. */
export function flowCookie(cookie: FlowCookie, isHttps: boolean, seconds = 600): string {
  return `${cookie.name}=${cookie.value}; Path=${cookie.path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`
}

/** Takes a flow's cookie away again. */
export function expiredCookie(cookie: Omit<FlowCookie, 'value'>, isHttps: boolean): string {
  return `${cookie.name}=; Path=${cookie.path}; Max-Age=0; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`
}
