// The package brings no types; this much of it is used.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface KoaContext {
    req: IncomingMessage
    oidc?: { body?: Record<string, string> }
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    use(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): void
    callback(): (message: IncomingMessage, response: ServerResponse) => Promise<void>
  }
}
