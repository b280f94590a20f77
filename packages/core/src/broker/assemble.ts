import type { AccountPorts } from '../accounts/ports.ts'
import { chainedStore } from '../audit/begin-chains.ts'
import { type CallPorts, call } from '../call/call.ts'
import { Limits } from '../call/limits/limits.ts'
import { QueueLimiter } from '../call/limits/queue-limiter.ts'
import { preview } from '../call/preview.ts'
import { createRecording } from '../call/recording.ts'
import { SigningMemory } from '../call/signing-memory.ts'
import { tryOut } from '../call/trial.ts'
import { Admission } from '../credentials/admission.ts'
import { createClientRegistrations } from '../credentials/client-registrations.ts'
import { Fence } from '../credentials/fence.ts'
import { JournalRoom } from '../credentials/journal-room.ts'
import { Renewals } from '../credentials/renewals.ts'
import { Revocations } from '../credentials/revocations.ts'
import type { Target } from '../credentials/target.ts'
import { createEgress } from '../egress/egress.ts'
import { firstOrganization } from '../environments/first-organization.ts'
import { SallyportError } from '../error.ts'
import { callFiles, type FilesPorts } from '../files/files.ts'
import { tryFiles } from '../files/trial.ts'
import { Turns } from '../files/turns.ts'
import { digestOf } from '../identity/api-key.ts'
import type { AuthenticatePorts } from '../identity/authenticate.ts'
import { KeyUses } from '../identity/key-uses.ts'
import type { LoginPorts } from '../identity/login.ts'
import { PasswordHashing } from '../identity/password-hashing.ts'
import { emptyCatalogue } from '../integrations/providers.ts'
import type { OperationPorts } from '../operations/ports.ts'
import { Resumes } from '../operations/resumes.ts'
import { Sandbox } from '../operations/steps/sandbox/sandbox.ts'
import { Recent } from '../recent.ts'
import { KeySets } from '../schemes/key-sets.ts'
import { Nonces } from '../schemes/nonces.ts'
import type { Issuer } from '../schemes/scheme.ts'
import { systemTimers } from '../timers.ts'
import { Recorder } from '../traces/recorder.ts'
import { createVault } from '../vault/vault.ts'
import { backgroundWork } from './background.ts'
import { remembered } from './memory.ts'
import type { BrokerOptions } from './options.ts'

/** Who seals knows within a second that a key has turned, and then writes at once. */
const usualSettleMilliseconds = 10_000

/** What a run of an operation keeps of replies in memory. */
const usualReplyBytes = 10_485_760

/** How long the metadata of an issuer is good: a renewal needs no look of its own. */
const issuerMilliseconds = 300_000

/** What all else is built on; makes the first organization where there is none. */
async function foundations(options: BrokerOptions) {
  const { clock, random, outerKeys } = options
  const vault = createVault({ outerKeys, dataKeys: options.store.dataKeys, clock, random })
  const fence = new Fence({ ...options, store: await chainedStore(options.store, vault) })
  await fence.begin()
  const { store } = fence
  const organization = await firstOrganization({ store, clock, random, vault })
  const egress = createEgress(options.egress)
  const timers = options.timers ?? systemTimers
  const policy = { ...options.egress, forbiddenGrants: options.forbiddenGrants ?? new Set<string>() }
  const memory = remembered({ store, vault, clock, policy, tell: options.tell })
  const base = {
    ...options,
    store,
    fence,
    vault,
    policy,
    timers,
    settleMilliseconds: options.settleMilliseconds ?? usualSettleMilliseconds,
    admission: new Admission({ ...options, timers }),
    send: options.send ?? egress.credentialRequest,
    issuers: new Recent<Issuer>(clock, 1000, issuerMilliseconds),
    nonces: new Nonces(),
    keySets: new KeySets(clock),
    registrations: createClientRegistrations({ store, vault, clock }),
    changed: memory.changed,
    catalogue: options.catalogue ?? emptyCatalogue,
    mayRenew: guard(fence, new JournalRoom(options)),
  }
  return { base, memory, organization, egress }
}

/** Puts the parts together. */
export async function assemble(options: BrokerOptions) {
  const { base, memory, organization, egress } = await foundations(options)
  const recorder = new Recorder(base)
  const revocations = new Revocations({ ...base, recorder })
  const renewals = new Renewals({ ...base, revocations, recorder })
  const recording = createRecording(base)
  const { lastUsed } = recording
  const keyUses = new KeyUses(base)
  const signing = new SigningMemory()
  const { timers } = base
  const limiter = options.limiter ?? new QueueLimiter({ timers })
  const limits = new Limits({ limiter, monotonic: () => timers.monotonic() })
  const passage: CallPorts = { ...base, egress, renewals, lastUsed, targets: memory.targets, signing, limits }
  const files: FilesPorts = { ...base, egress, lastUsed, targets: memory.targets, turns: new Turns() }
  const operations: OperationPorts = {
    ...base,
    targets: memory.targets,
    sandbox: new Sandbox(),
    call: (input) => call(passage, input),
    preview: (input) => preview(passage, input),
    files: (input) => callFiles(files, input),
    calls: recording.calls,
    resumes: new Resumes(base.vault),
    replyBytes: options.operationReplyBytes ?? usualReplyBytes,
  }
  const ports: AccountPorts = {
    ...base,
    renewals,
    revocations,
    recorder,
    used: (account) => lastUsed.note(account),
    tryOut: (target) => (target.scheme.open ? tryFiles(files, target) : tryOut(passage, target)),
  }
  const identity: AuthenticatePorts = {
    ...base,
    keys: memory.keys,
    verified: memory.verified,
    ids: memory.ids,
    uses: keyUses,
    adminDigest: options.adminKey && digestOf(options.adminKey.reveal()),
    firstOrganizationId: organization.id,
  }
  const login: LoginPorts = {
    ...base,
    sessions: memory.sessions,
    passwords: new PasswordHashing(),
    firstOrganizationId: organization.id,
  }
  const background = backgroundWork({ options, base, ports })
  const flush = async () => {
    await Promise.all([recording.flush(), keyUses.flush()])
  }
  return {
    ...{ base, memory, organization, egress, recording, flush, passage, files, ports, identity, login },
    background,
    operations,
  }
}

/** What stands against renewals besides the account itself. */
function guard(fence: Fence, room: JournalRoom) {
  return async (target: Target) => {
    if (target.account.exportedAt !== undefined) throw new SallyportError('account_exported')
    await fence.pass()
    await room.pass(target)
  }
}
