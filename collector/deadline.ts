/** Something did not answer in time. */
export class Late extends Error {
  override readonly name = 'Late'
}

/**
 * Waits for work, but not for ever; what becomes of it after that does not matter.
 * @throws {Late}
 */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Late(`no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
