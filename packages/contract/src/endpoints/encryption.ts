import { z } from 'zod'
import { EncryptionReply, OuterKeysReply, RotationInput, RotationReply } from '../encryption.ts'
import { byId, type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const encryptionEndpoints = {
  getEncryption: {
    ...empty,
    method: 'GET',
    path: '/v1/encryption',
    summary: 'With which keys the organization’s secrets are sealed',
    scope: 'organization:admin',
    reply: EncryptionReply,
    errors: [],
  },
  startRotation: {
    ...empty,
    method: 'POST',
    path: '/v1/encryption/rotations',
    summary: 'Give the organization a new data key: what it has sealed is sealed anew in the background',
    scope: 'organization:admin',
    stepUp: true,
    body: RotationInput,
    reply: RotationReply,
    errors: ['input_invalid', 'scope_missing', 'rotation_under_way'],
  },
  listRotations: {
    ...empty,
    method: 'GET',
    path: '/v1/encryption/rotations',
    summary: 'Rotations of the organization’s data key, newest first',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(RotationReply),
    errors: [],
  },
  getRotation: {
    ...empty,
    method: 'GET',
    path: '/v1/encryption/rotations/{id}',
    summary: 'How far a rotation has come',
    scope: 'organization:admin',
    params: byId,
    reply: RotationReply,
    errors: ['not_found'],
  },
  getOuterKeys: {
    ...empty,
    method: 'GET',
    path: '/v1/encryption/outer-keys',
    summary: 'The outer keys of this deployment, and how many data keys each of them wraps',
    scope: 'organization:admin',
    operator: true,
    reply: OuterKeysReply,
    errors: [],
  },
  startRewrap: {
    ...empty,
    method: 'POST',
    path: '/v1/encryption/outer-keys/rewrap',
    summary:
      'Have every data key wrapped by the current outer key, in the background; each start does so too',
    scope: 'organization:admin',
    operator: true,
    stepUp: true,
    reply: OuterKeysReply,
    errors: ['scope_missing'],
  },
} as const satisfies Endpoints
