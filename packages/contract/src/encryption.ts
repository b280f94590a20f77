import { z } from 'zod'

/** The longest that an old key may be kept: thirty days. */
const longestSeconds = 30 * 86_400

export const RotationInput = z.strictObject({
  keepOldKeySeconds: z
    .int()
    .min(0)
    .max(longestSeconds)
    .default(7200)
    .describe(
      'how long the old key is kept at least once nothing is sealed with it any more, for what lies outside of the database: log-ins under way, answers in the journal of a node that is away',
    ),
})
export type RotationInput = z.infer<typeof RotationInput>

/** An organization's data key is being replaced. */
export const RotationReply = z.object({
  id: z.string().describe('rot_…, sorts by age'),
  dataKey: z.string().describe('the key that everything is sealed with from now on'),
  state: z
    .enum(['running', 'settling', 'done', 'superseded'])
    .describe(
      'running: everything is sealed anew; settling: the old key is kept for what may come late, and looked for once more; done: it is destroyed, unless something could not be opened; superseded: by another rotation',
    ),
  done: z.int().min(0).describe('rows that were looked at'),
  total: z.int().min(0).describe('rows that there were at its start'),
  failed: z.int().min(0).describe('sealed values that could not be opened: the log names them'),
  startedAt: z.iso.datetime(),
  oldKeysKeptUntil: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
})
export type RotationReply = z.infer<typeof RotationReply>

/** The outer keys of a deployment, and what each of them wraps. */
export const OuterKeysReply = z.object({
  outerKeys: z.array(
    z.object({
      id: z.string(),
      current: z.boolean().describe('wraps new data keys'),
      available: z.boolean().describe('whether this node has it'),
      dataKeys: z
        .int()
        .min(0)
        .describe(
          'how many data keys it wraps, those of audits among them; without any it can be taken away',
        ),
    }),
  ),
  rewrap: z
    .object({ done: z.int().min(0), total: z.int().min(0) })
    .describe('how many data keys the current one wraps, of how many'),
})
export type OuterKeysReply = z.infer<typeof OuterKeysReply>

/** With what an organization's secrets are sealed. */
export const EncryptionReply = z.object({
  currentOuterKey: z.string().describe('the outer key that wraps new data keys'),
  dataKeys: z
    .array(
      z.object({
        id: z.string(),
        state: z
          .enum(['active', 'decrypt', 'audit', 'dead'])
          .describe(
            'active: seals and opens; decrypt: opens what is not sealed anew yet; audit: signs the audit; dead: destroyed',
          ),
        createdAt: z.iso.datetime(),
        outerKey: z.string().optional().describe('the outer key that wraps it; none once it is dead'),
      }),
    )
    .describe('oldest first'),
  rotation: RotationReply.optional().describe('the one that is under way'),
})
export type EncryptionReply = z.infer<typeof EncryptionReply>
