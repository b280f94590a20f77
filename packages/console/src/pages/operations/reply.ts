import type { JsonValue } from '@sallyport/contract'

/** What an API answered to the one request of an operation. */
export interface ApiReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonValue
}

/** The output as a reply, where it is one. */
export function replyIn(output: JsonValue | undefined): ApiReply | undefined {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return undefined
  const { status, headers, body, ...rest } = output
  const isReply = typeof status === 'number' && typeof headers === 'object' && body !== undefined
  if (!isReply || Object.keys(rest).length > 0) return undefined
  return { status, headers: headers as Readonly<Record<string, string>>, body }
}

/** Pages of a list as a run puts them out. */
export interface Pages {
  readonly items: readonly JsonValue[]
  readonly pages: number
  readonly resume?: string
  readonly error?: { readonly message?: string }
}

export function pagesIn(output: JsonValue | undefined): Pages | undefined {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return undefined
  return Array.isArray(output.items) && typeof output.pages === 'number'
    ? (output as unknown as Pages)
    : undefined
}

/** How a list came to its end, in a sentence. */
export function endOf({ items, pages, resume, error }: Pages): string {
  const read = `${count(items.length, 'item')} of ${count(pages, 'page')}`
  if (error) return `${read}; the page after that failed: ${error.message ?? 'no reason is given'}`
  return resume === undefined
    ? `${read}, to the end of the list.`
    : `${read}; there are more, as the most pages that may be read were read.`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

const mostShown = 100_000

/** A text as far as a page can show it, and how many characters are left out. */
export function capped(text: string): { readonly text: string; readonly left: number } {
  if (text.length <= mostShown) return { text, left: 0 }
  const shown = text.slice(0, mostShown)
  return { text: shown, left: text.length - shown.length }
}

/** A value as people read it: JSON over several lines, and a text as it is. */
export function pretty(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '')
}

/** All that HTTP knows (IANA): in a trial each of them is an answer to be seen, and none a failure. */
export const anyStatus: readonly number[] = [
  ...[
    [200, 226],
    [300, 308],
    [400, 431],
    [451, 451],
    [500, 511],
  ].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)),
]
