/**
 * Every file that takes a secret out of its wrapper, and why it must. A file that is added here has been
 * read with one question: can the text reach a log, an error, a reply or a row?
 */
export const revealSites: Readonly<Record<string, string>> = {}
