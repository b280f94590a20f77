import type { Readable } from 'node:stream'

/** What a call of files answers, its content still at the server. */
export interface FilesReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable | undefined
}

/** Done, and nothing to say. */
export function done(status: 201 | 204): FilesReply {
  return { status, headers: status === 201 ? { 'content-length': '0' } : {}, body: undefined }
}
