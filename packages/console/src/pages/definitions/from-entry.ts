import type { ProviderReply } from '@sallyport/contract'
import type { Draft } from './draft.ts'

/** What an integration takes from an entry of the catalogue. */
export function integrationFrom({ id, name, definition }: ProviderReply): Draft {
  return { name, ...definition, provider: id }
}

/** What an OAuth client takes from one: it is written flat, the block of its type without the type. */
export function clientFrom({ id, name, definition: { hosts, auth } }: ProviderReply): Draft {
  const { type, ...fields } = auth
  return { name, ...(hosts && { hosts }), ...fields, provider: id }
}

/** A pointer into a definition, as one into an OAuth client. */
export function flatPointer(pointer: string): string {
  return pointer.replace(/^\/auth(?=\/)/, '')
}
