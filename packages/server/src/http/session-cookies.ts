import { knownBrowserSeconds, type Secret } from '@sallyport/core'
import { cookieFrom } from './cookies.ts'

/** The cookies of people: the session, and that somebody has logged in with this browser before. */
export class SessionCookies {
  readonly #session: string
  readonly #browser: string
  readonly #attributes: string

  /**
   * Over https no other host and no other scheme can set or read them (`__Host-`). Browsers take such cookies over https
   * alone, so where the public address is plain http, as on one's own machine, they bear other names.
   */
  constructor(publicUrl: string) {
    const isHttps = publicUrl.startsWith('https:')
    const prefix = isHttps ? '__Host-' : ''
    this.#session = `${prefix}sallyport`
    this.#browser = `${prefix}sallyport-browser`
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`
  }

  /** What the session's cookie holds; undefined without one. */
  session(header: string | undefined): string | undefined {
    return cookieFrom(header, this.#session)
  }

  knownBrowser(header: string | undefined): string | undefined {
    return cookieFrom(header, this.#browser)
  }

  /** Gone with the browser's window at the latest; when it ends, the server says. */
  setSession(token: Secret): string {
    return `${this.#session}=${token.reveal()}; ${this.#attributes}`
  }

  setKnownBrowser(text: string): string {
    return `${this.#browser}=${text}; Max-Age=${knownBrowserSeconds}; ${this.#attributes}`
  }

  clearSession(): string {
    return `${this.#session}=; Max-Age=0; ${this.#attributes}`
  }
}
