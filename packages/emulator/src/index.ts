export type { Behaviour, Client, ClientAuthenticationMethod, Rotation } from './behaviour.ts'
export type { Family } from './ledger.ts'
export {
  type ProviderReply,
  type ProviderRequest,
  requestFrom,
  type StreamedBody,
  sendReply,
} from './message.ts'
export { startPractice } from './practice.ts'
export { createProvider, type Provider, type ProviderOptions } from './provider.ts'
export { type RunningServer, serve } from './serve.ts'
