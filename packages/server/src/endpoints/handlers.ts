import type { EndpointName, endpoints, z } from '@sallyport/contract'
import type { ActingSession, Asked, Principal, Secret } from '@sallyport/core'
import type { LinesReply } from './lines-reply.ts'
import type { StreamedReply } from './streamed-reply.ts'
import type { TableReply } from './table-reply.ts'

type Row<Name extends EndpointName> = (typeof endpoints)[Name]

/** The session of whoever asks. */
export interface OwnSession {
  readonly acting: ActingSession
  /** Has its browser keep another token from now on. */
  renewed(token: Secret): void
}

/** What a handler gets: checked against the endpoint's row, except for definitions, which core checks whole. */
export interface EndpointRequest<Name extends EndpointName> {
  readonly principal: Principal
  /** Of a person. @throws SallyportError not_found, where a key asks */
  readonly own: () => Promise<OwnSession>
  /** For what calls APIs: how it was asked for, and until when anybody waits. */
  readonly asked: () => Omit<Asked, 'principal'>
  readonly params: z.output<Row<Name>['params']>
  readonly query: z.output<Row<Name>['query']>
  readonly body: Row<Name>['body'] extends z.ZodType
    ? z.output<Row<Name>['body']>
    : Row<Name>['body'] extends { readonly unread: z.ZodType }
      ? Uint8Array
      : unknown
}

type Reply<Name extends EndpointName> = Row<Name>['reply'] extends z.ZodType
  ? z.input<Row<Name>['reply']>
  : undefined

/** What a handler gives: one reply, or one after the other where the row says so. */
type Given<Name extends EndpointName> =
  Row<Name> extends { readonly isLines: true }
    ? AsyncIterable<Reply<Name>> | TableReply
    : Row<Name>['reply'] extends z.ZodType
      ?
          | Reply<Name>
          | (Row<Name> extends { readonly isCall: true } ? StreamedReply : never)
          | (Row<Name> extends { readonly lines: z.ZodType } ? LinesReply : never)
      : // biome-ignore lint/suspicious/noConfusingVoidType: nothing is given
        void

/** One handler for each row of the table; the compiler names what is missing. */
export type Handlers = {
  readonly [Name in EndpointName]: (request: EndpointRequest<Name>) => Promise<Given<Name>>
}
