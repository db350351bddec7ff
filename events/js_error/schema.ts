import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a script error. */
export const jsError = {
  type: 'js_error',
  measurement: 'js_errors',
  title: 'Script error',
  description:
    "Sent for each error of the page's own scripts that nobody catches and each promise rejection that nobody handles, 50 times per page view at most. Without the error's message, which may carry data, unless the site's settings switch it on. Errors of extensions and files that fail to load are none, nor is the browser's notice that a ResizeObserver will be told later. With the extension in Chromium, errors are seen in the tab's own document and not in its frames, and in a tab that was open when the site was switched on from its next page on.",
  data: Type.Object(
    {
      kind: Type.Union([Type.Literal('uncaught'), Type.Literal('unhandled')], {
        description: 'An error that was thrown and not caught, or a rejection that was not handled.',
      }),
      script_url: Type.String({
        maxLength: 2048,
        description:
          'Address of the script, cleaned as the url is; empty when the browser hides it, as it does for scripts of other origins.',
      }),
      line: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Line in the script, from 1; 0 when unknown.' }),
      column: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Column in the line, from 1; 0 when unknown.' }),
      message: Type.Optional(
        Type.String({ maxLength: 512, description: 'What the error says, masked like the title; only where the site switched it on.' }),
      ),
    },
    { additionalProperties: false },
  ),
  subject: 'script_url',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
