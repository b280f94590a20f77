import { invalid, type Page, type PageRequest } from '@sallyport/core'

/** A page as it was asked for; the cursor is opaque to callers. */
export function pageRequest(query: {
  readonly limit: number
  readonly cursor?: string | undefined
}): PageRequest {
  if (query.cursor === undefined) return { limit: query.limit, after: undefined }
  const after = Buffer.from(query.cursor, 'base64url').toString('utf8')
  // An id, or a key where there is none.
  if (!/^(?:[a-z]{3}_[0-9a-z]{1,40}|[A-Za-z0-9-]{1,64})$/.test(after)) {
    throw invalid('input_invalid', [
      {
        path: '/cursor',
        code: 'cursor',
        message: 'Give a nextCursor as it came in a reply, or none for the first page.',
      },
    ])
  }
  return { limit: query.limit, after }
}

/** The same of a list in an order that was asked for: whoever sorts says what a cursor of that order may be. */
export function sortedPageRequest({ limit, cursor }: Parameters<typeof pageRequest>[0]): PageRequest {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8')
  return { limit, after }
}

/** A page as replies show it. */
export function pageReply<T>({ items, nextCursor }: Page<T>): { items: T[]; nextCursor?: string } {
  return {
    items: [...items],
    ...(nextCursor !== undefined && { nextCursor: Buffer.from(nextCursor).toString('base64url') }),
  }
}
