import type { PreviewPurpose } from '@sallyport/contract'
import type {
  Connection,
  Credential,
  CredentialReplyOutput,
  CredentialRequestInput,
  SchemePorts,
} from './scheme.ts'

/** What a request is made from that is only looked at: nothing of it is anybody's. */
export interface PreviewContext {
  readonly connection: Connection
  /** With tokens, as of an account that is connected. */
  readonly credential: Credential
  readonly redirectUri: string
  readonly state: string
  /** Stands for what only an answer tells; shown as `{name}`. */
  readonly unknown: (name: string) => string
  /** Stands for an address that only an answer tells, at the host of another; shown as `{name}`. */
  readonly unknownAddress: (name: string, beside: string) => string
}

/** What a provider might have answered to a request, for the next one to be made. */
export interface PreviewAnswer {
  /** What the request was for. */
  readonly purpose: PreviewPurpose
  readonly reply: CredentialReplyOutput
}

/**
 * A request that a definition makes, to be looked at: made by the code that makes it, with ports that send nothing. The
 * first request that has no answer is the one; whatever is thrown after it means nothing.
 */
export interface RequestPreview {
  readonly purpose: PreviewPurpose
  /** Requests of other previews whose answers it depends on. */
  readonly follows?: readonly PreviewPurpose[]
  /** With an address where a browser is sent to in the end. */
  run(ports: SchemePorts, context: PreviewContext): Promise<{ readonly page: string } | undefined>
  answer?(request: CredentialRequestInput, context: PreviewContext): PreviewAnswer | undefined
}

/** A preview of a request that no browser follows. */
export function previewOf(
  purpose: PreviewPurpose,
  run: (ports: SchemePorts, context: PreviewContext) => Promise<unknown>,
  rest: Omit<RequestPreview, 'purpose' | 'run'> = {},
): RequestPreview {
  return {
    ...rest,
    purpose,
    async run(ports, context) {
      await run(ports, context)
      return undefined
    },
  }
}

/** An answer of success. */
export function answered(purpose: PreviewPurpose, type: string, body: string): PreviewAnswer {
  const headers = { 'content-type': type }
  return { purpose, reply: { status: 200, headers, cookies: [], body: Buffer.from(body) } }
}
