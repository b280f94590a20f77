import type { Scope } from '@sallyport/contract'

/** A first call that a key can make. */
export interface FirstCall {
  /** Below the address of this Sallyport, with a slash at its beginning. */
  readonly path: string
}

/** What can be called with a key: an adapter or an account, and a path of the API that answers to it, where one is known. */
export interface CallTarget {
  readonly name: string
  /** What it answers: requests of an API, or files. */
  readonly passage: 'proxy' | 'sftp'
  readonly path?: string | undefined
}

/** What each scope opens that can be read without knowing anything more. */
const readable: Readonly<Partial<Record<Scope, string>>> = {
  'accounts:read': '/v1/accounts',
  'integrations:read': '/v1/integrations',
  'clients:read': '/v1/oauth-clients',
  'apps:read': '/v1/apps',
  'operations:read': '/v1/operations',
  'events:read': '/v1/events',
  'audit:read': '/v1/audit',
  'keys:write': '/v1/keys',
  'organization:admin': '/v1/users',
}

/** Undefined where nothing is known that a key of these scopes can be tried with. */
export function firstCall(scopes: readonly Scope[], target: CallTarget | undefined): FirstCall | undefined {
  if (target && scopes.includes('proxy:call')) {
    return { path: `/${target.passage}/${target.name}/${(target.path ?? '').replace(/^\//, '')}` }
  }
  const path = Object.entries(readable).find(([scope]) => scopes.includes(scope as Scope))?.[1]
  return path === undefined ? undefined : { path }
}

/** What somebody takes along into a terminal, a program and its environment. */
export interface Snippets {
  readonly curl: string
  readonly fetch: string
  readonly environment: string
}

/**
 * The call with curl and with fetch, and the variables that the second one reads: a key belongs into a program's environment,
 * never into its text. `url` is the address of this Sallyport, without a slash at its end.
 */
export function snippets(url: string, key: string, { path }: FirstCall): Snippets {
  return {
    curl: `curl ${shellQuoted(`${url}${path}`)} \\\n  -H ${shellQuoted(`Authorization: Bearer ${key}`)}`,
    fetch: [
      `const url = process.env.SALLYPORT_URL + ${JSON.stringify(path)}`,
      'const reply = await fetch(url, {',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the snippet says
      '  headers: { Authorization: `Bearer ${process.env.SALLYPORT_KEY}` },',
      '})',
      'console.log(reply.status, await reply.text())',
    ].join('\n'),
    environment: `SALLYPORT_URL=${url}\nSALLYPORT_KEY=${key}`,
  }
}

/** One word to a POSIX shell, whatever is in it. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
