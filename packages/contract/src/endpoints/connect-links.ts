import { ConnectLinkInput, ConnectLinkReply } from '../connect-link.ts'
import { type Endpoints, empty } from './endpoint.ts'

export const connectLinkEndpoints = {
  createConnectLink: {
    ...empty,
    method: 'POST',
    path: '/v1/connect-links',
    summary: 'Make a link by which somebody connects an account on a page of Sallyport’s',
    scope: 'accounts:connect',
    body: ConnectLinkInput,
    reply: ConnectLinkReply,
    errors: ['input_invalid', 'limit_reached'],
  },
} as const satisfies Endpoints
