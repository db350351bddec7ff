import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** A directory on a small disk of its own, a tmpfs. */
export interface SmallDisk {
  directory: string
  release(): Promise<void>
}

/** @param size as `mount` takes it, such as `28m` */
export async function smallDisk(size: string): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-disk-'))
  const { exitCode, stderr } = await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { reject: false })
  if (exitCode !== 0) throw new Error(`the test of a full disk mounts a tmpfs: run it as root (CAP_SYS_ADMIN); mount said: ${stderr}`)
  return {
    directory,
    async release() {
      await execa('umount', [directory])
      await rm(directory, { recursive: true, force: true })
    },
  }
}
