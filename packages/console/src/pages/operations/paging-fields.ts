import type { Paging } from '@sallyport/contract'
import { type Field, type FieldsOf, plain, type Variant } from './fields.ts'

type PagingKind = Paging['kind']
type Of<K extends PagingKind> = FieldsOf<Extract<Paging, { kind: K }>, 'kind' | keyof typeof common>

const text = (label: string, help?: string): Field => ({
  label,
  control: plain('text'),
  ...(help && { help }),
})

const common = {
  items: text('Where a page holds its items', 'JSON Pointer, as /records; empty: the page is the list'),
  maxPages: { label: 'Pages at most', help: 'Default 25', control: plain('number') },
  stopWhen: {
    label: 'Stop when',
    help: 'JSONata over {status, headers, body, page}',
    control: plain('expression'),
    isMore: true,
  },
} as const satisfies Readonly<Record<string, Field>>

const parameter = text('Parameter', 'The name by which the next request says it')
const place: Field = {
  label: 'Place in the JSON body',
  help: 'JSON Pointer; empty: the value is sent in the query',
  control: plain('place'),
  isMore: true,
}
const hasMore: Field = {
  ...text('Whether there are more', 'Where the reply says so, as /has_more or header:X-More'),
  isMore: true,
}
const start: Field = { label: 'First', control: plain('number'), isMore: true }
const more = (label: string, help?: string): Field => ({ ...text(label, help), isMore: true })

const own: { readonly [K in PagingKind]: { readonly label: string; readonly fields: Of<K> } } = {
  cursor: {
    label: 'The reply holds a cursor',
    fields: {
      cursor: text('Cursor', 'Where the reply holds it, as /next_cursor or header:X-Next'),
      parameter,
      in: place,
      hasMore,
    },
  },
  last_item: {
    label: 'The next page begins after the last item',
    fields: { field: text('Field of the last item', 'JSON Pointer, as /id'), parameter, in: place, hasMore },
  },
  offset: {
    label: 'The next request says how many to skip',
    fields: {
      ...{ parameter, in: place, start, hasMore },
      limit: { label: 'Items of a page', control: plain('number') },
      limitParameter: more('Parameter for the items of a page'),
      total: more('Where the reply says how many there are'),
    },
  },
  page: {
    label: 'Pages have numbers',
    fields: {
      parameter,
      in: place,
      start,
      totalPages: more('Where the reply says how many pages there are'),
      hasMore,
    },
  },
  link: {
    label: 'The Link header has the next address',
    fields: { relation: more('Relation', 'Default next') },
  },
  next_url: {
    label: 'The reply has the next address',
    fields: { url: text('Address', 'Where the reply holds it, as /links/next'), hasMore },
  },
  next_request: {
    label: 'JSONata says the next request',
    fields: {
      next: {
        label: 'Next request',
        help: 'JSONata over {status, headers, body, page, request}: what differs of {path, query, headers, body}; nothing ends',
        control: plain('expression'),
      },
    },
  },
}

/** How a list may go on after its first page. */
export const pagingVariants: Readonly<Record<string, Variant>> = Object.fromEntries(
  Object.entries(own).map(([kind, { label, fields }]) => [kind, { label, fields: { ...fields, ...common } }]),
)
