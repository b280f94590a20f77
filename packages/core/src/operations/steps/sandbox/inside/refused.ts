/** Why a job is not done, in a sentence for whoever wrote what it was given. */
export class Refused extends Error {}
