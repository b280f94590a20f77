import type { AuditVerificationReply, AuditVerifyInput } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Principal } from '../principal.ts'
import { readCheckpoint } from './export.ts'
import { problemMessages } from './problem.ts'
import { type Verified, type VerifyPorts, verifyAudit } from './verify.ts'

/** Verifies audits for whoever asks: of each organization one at a time, as it takes a while. */
export class Verifications {
  readonly #ports: VerifyPorts
  readonly #underWay = new Set<string>()

  constructor(ports: VerifyPorts) {
    this.#ports = ports
  }

  /** @throws SallyportError verification_under_way */
  async verify(
    { organizationId }: Pick<Principal, 'organizationId'>,
    { checkpoints = [] }: AuditVerifyInput,
  ): Promise<AuditVerificationReply> {
    if (this.#underWay.has(organizationId)) throw new SallyportError('verification_under_way')
    this.#underWay.add(organizationId)
    try {
      const kept = checkpoints.map(readCheckpoint)
      return verificationView(await verifyAudit(this.#ports, organizationId, { checkpoints: kept }))
    } finally {
      this.#underWay.delete(organizationId)
    }
  }
}

/** What was found as replies show it. */
export function verificationView(verified: Verified): AuditVerificationReply {
  const { organizationId, last, publicKey, checkpoints, accounts, problems } = verified
  return {
    organization: organizationId,
    intact: problems.length === 0,
    ...last,
    ...(publicKey !== undefined && { publicKey }),
    ...{ checkpoints, accounts },
    problems: problems.map(({ kind, sequence, entry, account }) => ({
      ...{ kind, message: problemMessages[kind] },
      ...(sequence !== undefined && { sequence }),
      ...(entry !== undefined && { entry }),
      ...(account !== undefined && { account }),
    })),
  }
}
