import type { Fault } from '@sallyport/contract'

/** A fault of the document as a whole. */
export function documentFault(code: string, message: string): Fault {
  return { path: '/document', code, message }
}
