import { audience } from './boards/audience.ts'
import { behaviour } from './boards/behaviour.ts'
import { content } from './boards/content.ts'
import { overview } from './boards/overview.ts'
import { page } from './boards/page.ts'
import { pipeline } from './boards/pipeline.ts'
import { quality } from './boards/quality.ts'
import type { DashboardSpec } from './dashboard.ts'

/** Every dashboard, the one to land on first. */
export const dashboards: readonly DashboardSpec[] = [overview, page, behaviour, content, audience, quality, pipeline]
