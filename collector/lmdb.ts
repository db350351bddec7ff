/** Why LMDB did not commit. Its own reason comes in a promise beside the error, which nobody else would hear of. */
export async function commitFailure(error: Error & { commitError?: Promise<never> }): Promise<string> {
  return (await error.commitError?.catch(({ message }: Error) => message)) ?? error.message
}
