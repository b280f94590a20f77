// The package brings no types; this much of it is used.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Client {
    readonly clientId: string
    grantTypeAllowed(grant: string): boolean
  }

  export interface KoaContext {
    req: IncomingMessage
    body?: unknown
    oidc?: {
      body?: Record<string, unknown>
      client: Client
      params: Record<string, string | undefined>
    }
  }

  /** What an access token stands for. */
  export interface Token {
    readonly accountId?: string
    readonly expiration: number
    readonly tokenType: string
    scope?: string
    save(): Promise<string>
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly Client: { adapter: { destroy(id: string): Promise<void> } }
    readonly Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    readonly AccessToken: (new (
      of: Record<string, unknown>,
    ) => Token) & {
      find(value: string): Promise<Token | undefined>
    }
    readonly ReplayDetection: {
      unique(issuer: string, jti: string, expiresAtSeconds: number): Promise<boolean>
    }
    use(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): void
    registerGrantType(
      name: string,
      answer: (context: KoaContext) => Promise<void>,
      parameters: string[],
      repeatable?: string[],
    ): void
    callback(): (message: IncomingMessage, response: ServerResponse) => Promise<void>
  }

  export namespace errors {
    const CustomOIDCProviderError: new (error: string, description: string) => Error
    const InvalidRequest: new (description: string) => Error
    const InvalidScope: new (description: string, scope: string) => Error
    const InvalidTarget: new (description?: string) => Error
  }
}
