/** Path of the console, with a slash at its end: the server writes it into the page. */
export const consolePath = new URL(
  document.querySelector<HTMLMetaElement>('meta[name=console-path]')?.content ?? './',
  location.href,
).pathname

/** Path of the public address, with a slash at its end. */
const base = consolePath.replace(/console\/$/, '')

/** An address of this Sallyport, of its path as the contract has it. */
export function addressOf(path: string): string {
  return `${base}${path.slice(1)}`
}

/** Where somebody logs in, or proves once more who they are, and comes back to this page from. */
export function loginAddress(page: '/login' | '/login/confirm'): string {
  const query = new URLSearchParams({ return: `${location.pathname}${location.search}` })
  return `${addressOf(page)}?${query}`
}
