import type { ImportInput } from '@sallyport/contract'

type Document = Omit<ImportInput, 'dryRun'>

/** What a file holds, where it can be an export; in words what it is instead. */
export function readDocument(text: string): { readonly document: Document } | { readonly fault: string } {
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null && 'format' in document) {
      const { dryRun: _, ...rest } = document as ImportInput
      return { document: rest }
    }
    return { fault: 'This file is no export of Sallyport: it names no format.' }
  } catch {
    return { fault: 'This file is no JSON. Choose one that an export has saved.' }
  }
}
