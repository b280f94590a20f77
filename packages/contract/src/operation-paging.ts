import { z } from 'zod'
import { ReplyPath } from './schemes/reply-paths.ts'

const pointer = z
  .string()
  .max(500)
  .regex(/^(\/.*)?$/s, 'must be a JSON Pointer (RFC 6901), as /records')
const parameter = z.string().min(1).max(200)
const expression = z.string().min(1).max(20_000)

const common = {
  items: pointer
    .default('')
    .describe('where a page holds its list; empty: the page is the list, or, if it is none, one item'),
  maxPages: z.int().min(1).max(100_000).default(25),
  stopWhen: expression
    .optional()
    .describe('JSONata over `{status, headers, body, page}`: true ends after this page'),
}
const place = z
  .union([z.literal('query'), z.strictObject({ body: pointer })])
  .default('query')
  .describe('where the next request says it: in the query, or at a place in its JSON body')
const hasMore = ReplyPath.optional().describe('false, 0, empty or absent there: this page is the last')

/**
 * How a list goes on after its first page. Addresses that a reply gives stay within the integration's hosts. Every
 * kind ends where a page asks for the same page again; what only counts, or looks at the last item, also at a page
 * without items.
 */
export const Paging = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('cursor'), ...common, cursor: ReplyPath, parameter, in: place, hasMore })
    .describe('the reply holds a cursor for the next request'),
  z
    .strictObject({
      ...{ kind: z.literal('last_item'), ...common },
      field: pointer.describe('of the last item'),
      ...{ parameter, in: place, hasMore },
    })
    .describe('the next page begins after the last item'),
  z
    .strictObject({
      ...{ kind: z.literal('offset'), ...common, parameter, in: place },
      start: z.int().min(0).default(0),
      limit: z.int().min(1).max(100_000).optional().describe('default: as many as the page had items'),
      limitParameter: parameter.optional(),
      total: ReplyPath.optional(),
      hasMore,
    })
    .describe('the next request says how many items to skip'),
  z
    .strictObject({
      ...{ kind: z.literal('page'), ...common, parameter, in: place },
      start: z.int().min(0).default(1),
      totalPages: ReplyPath.optional(),
      hasMore,
    })
    .describe('pages have numbers'),
  z
    .strictObject({
      ...{ kind: z.literal('link'), ...common },
      relation: z.string().min(1).max(100).default('next'),
    })
    .describe('the Link header (RFC 8288) has the next address'),
  z
    .strictObject({ kind: z.literal('next_url'), ...common, url: ReplyPath, hasMore })
    .describe('the reply has the next address, absolute or relative'),
  z
    .strictObject({ kind: z.literal('next_request'), ...common, next: expression })
    .describe(
      'JSONata over `{status, headers, body, page, request}`: what of `{query, headers, body, path}` the next request has otherwise; nothing ends',
    ),
])
export type Paging = z.infer<typeof Paging>
