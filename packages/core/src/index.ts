export { chainedStore } from './audit/begin-chains.ts'
export { auditKeys } from './audit/chain.ts'
export { checkpointSigner } from './audit/checkpoint.ts'
export { signedHead } from './audit/checkpoints.ts'
export { checkpointsIn } from './audit/export-line.ts'
export { type AuditProblem, problemMessages } from './audit/problem.ts'
export { type Verified, verifyAudit } from './audit/verify.ts'
export { type VerifiedExport, verifyExport } from './audit/verify-export.ts'
export type { Broker } from './broker/broker.ts'
export { createBroker } from './broker/broker.ts'
export type { BrokerOptions } from './broker/options.ts'
export type { UpstreamReply } from './call/attempt.ts'
export { Body } from './call/body.ts'
export type { CallInput } from './call/call.ts'
export { Caller } from './call/caller.ts'
export type { CallObserver } from './call/calls.ts'
export type { LimitsSnapshot } from './call/limits/limits.ts'
export { QueueLimiter } from './call/limits/queue-limiter.ts'
export { type LimiterAnswer, type LimiterQuestion, RemoteLimiter } from './call/limits/remote-limiter.ts'
export { type ServedProcess, serveLimiter } from './call/limits/served-limiter.ts'
export { pathTemplate } from './call/path-template.ts'
export { Attempt, bytesOf, type CallPhases, CallRecord, phasesOf, type Wait } from './call/record.ts'
export { passedBackHeaders, rawHeader } from './call/reply-headers.ts'
export { shownHost } from './call/shown-host.ts'
export { announcedTrailers } from './call/trailers.ts'
export type { Catalogue } from './catalogue-ports.ts'
export type { Closed } from './credentials/fence-cause.ts'
export { adoptInstance, quarantineInstance } from './credentials/instance.ts'
export { parseCidrs } from './destination/address.ts'
export { invalid, SallyportError, traceOf } from './error.ts'
export { RangeNotSatisfiable } from './files/read.ts'
export { knownBrowserSeconds } from './identity/known-browser.ts'
export type { LoggedIn, LoginOrigin } from './identity/login.ts'
export type { OwnAccount } from './identity/own-account.ts'
export { type ActingSession, csrfToken, principalOf } from './identity/sessions.ts'
export { checkDefinition } from './integrations/check.ts'
export { definitionFrom } from './integrations/from-provider.ts'
export type { Limiter } from './limiter-ports.ts'
export type { OpenInvitation } from './people/accept-invitation.ts'
export type { LinkedProvider, LoginProvider } from './people/login-providers.ts'
export type { SignOnAim } from './people/sign-on.ts'
export type {
  AuditCheckpoint,
  AuditSink,
  EventRetention,
  InstanceMemory,
  InstanceSeen,
  Journal,
  JournalEntry,
  News,
  Page,
  PageRequest,
  RenewalStep,
  Store,
} from './ports.ts'
export { nextSteps } from './ports.ts'
export type { Principal } from './principal.ts'
export { requireAddress, requireReach, requireScope } from './principal.ts'
export { parseStrictJson } from './schemes/strict-json.ts'
export { Secret } from './secret.ts'
export { systemTimers } from './timers.ts'
export { type BackupKey, type BackupSigner, newBackupSigner, openBackupSigner } from './vault/backup-key.ts'
export { makeKeyCheck, verifyKeyCheck } from './vault/key-check.ts'
export type { KeyRing } from './vault/keyring.ts'
export { generateKeyRing, parseKeyRing } from './vault/keyring.ts'
export type { OuterKeys } from './vault/outer-keys.ts'
export { ringKeys } from './vault/ring-keys.ts'
export { createVault } from './vault/vault.ts'
export { VaultError } from './vault/vault-error.ts'
