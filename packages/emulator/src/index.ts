export type { Behaviour, Client, ClientAuthenticationMethod, Rotation } from './behaviour.ts'
export type { Conduct } from './declared/context.ts'
export {
  type DeclaredProvider,
  type DeclaredProviderOptions,
  declaredProvider,
} from './declared/declared-provider.ts'
export { type Emulated, type Emulator, type EmulatorOptions, startEmulator } from './declared/emulator.ts'
export { type SampleUse, sampleUse } from './declared/sample-use.ts'
export type { Exchange, Verdict } from './declared/verdict.ts'
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
