import { createContext } from 'react'

/** Names of what there is, for fields that ask for one. */
export const KnownNames = createContext<Readonly<Record<'adapter' | 'operation', readonly string[]>>>({
  adapter: [],
  operation: [],
})
