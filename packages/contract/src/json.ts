import { z } from 'zod'

/** Any JSON value; named, because a schema that holds itself can only be referred to by name. */
export const Json = z.json().register(z.globalRegistry, { id: 'Json' })
export type JsonValue = z.infer<typeof Json>
