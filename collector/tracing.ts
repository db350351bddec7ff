import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ConfigError } from './config.ts'
import { parsedUrl } from './parsed-url.ts'

type Environment = Readonly<Record<string, string | undefined>>

const NAME = 'webwatch-collector'
const tracer = trace.getTracer(NAME)
let isOn = false

/** Where traces go: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ Undefined when nobody wants them. */
function endpointOf(env: Environment): string | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return undefined
  if (!/^https?:$/.test(parsedUrl(endpoint)?.protocol ?? '')) {
    throw new ConfigError(`OTEL_EXPORTER_OTLP_ENDPOINT=${JSON.stringify(endpoint)} is not an http or https address`)
  }
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/json'
  if (!protocol.startsWith('http/')) throw new ConfigError(`OTEL_EXPORTER_OTLP_PROTOCOL=${JSON.stringify(protocol)} is not http/json`)
  return endpoint
}

/**
 * Sends traces where the standard variables of OpenTelemetry say (`OTEL_EXPORTER_OTLP_ENDPOINT` and so on). Without them nothing is loaded.
 * @returns a function that sends what waits and ends it
 * @throws {ConfigError}
 */
export async function startTracing(env: Environment): Promise<() => Promise<void>> {
  if (endpointOf(env) === undefined) return async () => undefined
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes, detectResources, envDetector }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const named = resourceFromAttributes({ 'service.name': env.OTEL_SERVICE_NAME || NAME })
  const provider = new NodeTracerProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  provider.register()
  isOn = true
  return async () => {
    isOn = false
    // Who does not take traces shall not keep the collector from stopping: what is lost are traces.
    await provider.shutdown().catch(() => undefined)
  }
}

function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name })
}

/**
 * Does work within a span of its own, and without tracing just does it.
 * @param attributes numbers and names of ours: never what an event says
 */
export function traced<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result> {
  if (!isOn) return work()
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      fail(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** Gives every request a span, within the trace that its sender began, if any. */
export function traceRequests(app: FastifyInstance): void {
  if (!isOn) return
  const spans = new WeakMap<FastifyRequest, Span>()
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url
    const parent = propagation.extract(context.active(), request.headers)
    const attributes = { 'http.request.method': request.method, ...(route !== undefined && { 'http.route': route }) }
    spans.set(request, tracer.startSpan(`${request.method} ${route ?? ''}`.trim(), { kind: SpanKind.SERVER, attributes }, parent))
  })
  // Reading the body loses the context, so it begins behind that.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request)
    if (span) context.with(trace.setSpan(context.active(), span), done)
    else done()
  })
  app.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request)
    span?.setAttribute('http.response.status_code', reply.statusCode)
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  })
}
