import { z } from 'zod'
import { AnyEventReply } from '../event.ts'
import { eventTypes } from '../event-types.ts'
import { type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const eventEndpoints = {
  listEvents: {
    ...empty,
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened to accounts, and each call: newest first, or oldest first after a given event',
    scope: 'events:read',
    query: z.strictObject({
      ...paging,
      type: z
        .enum([...eventTypes, 'account', 'call'])
        .optional()
        .describe('one type; `account` is all that begin with it'),
      account: z.string().min(1).max(64).optional(),
      integration: z.string().min(1).max(64).optional().describe('its key'),
      environment: z.string().min(1).max(64).optional().describe('its key'),
      app: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .describe('calls with the keys that this app has now, by its key; so are `key` and what follows'),
      key: z.string().min(1).max(64).optional().describe('id of the key that called'),
      request: z
        .string()
        .regex(/^req_[0-9a-z]{1,40}$/, 'must be the id of a request, as in Sallyport-Request-Id')
        .optional(),
      method: z
        .string()
        .regex(/^[A-Za-z-]{1,20}$/, 'must be a method')
        .optional(),
      status: z
        .string()
        .regex(/^[1-5](\d\d|xx)$/, 'must be a status as 404, or a class as 4xx')
        .optional()
        .describe('404, or 4xx for all of a class'),
      code: z
        .string()
        .regex(/^[a-z_]{1,64}$/, 'must be a code of an error')
        .optional()
        .describe('of a failure: upstream_timeout and so on'),
      since: z.iso.datetime({ offset: true }).optional().describe('from this moment on'),
      until: z.iso.datetime({ offset: true }).optional().describe('before this moment'),
      after: z
        .string()
        .regex(/^evt_[0-9a-z]{1,40}$/, 'must be the id of an event')
        .optional()
        .describe('only what happened after this event, oldest first: to follow what happens'),
    }),
    reply: listOf(AnyEventReply),
    errors: ['input_invalid'],
  },
} as const satisfies Endpoints
