import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, type Document, OpenAPIBackend } from 'openapi-backend';
import { parse } from 'yaml';
import type { Answer, Effects, Problem, Schema, ServiceRequest, StandIn } from './standIn.mts';

type AjvErrors = NonNullable<Context['validation']['errors']>;

/** A stand-in held to its contract. */
export interface Contract {
	/** Prefix of every path, e.g. `/api`; empty where there is none. */
	basePath: string;
	/**
	 * Checks a request (path, method, credentials, parameters, body), lets the stand-in answer it and checks the answer.
	 *
	 * @throws Error where the answer breaks the contract
	 */
	handle(request: ServiceRequest, effects: Effects): Promise<Answer>;
	/** Throws an Error where a record does not keep to the contract. */
	checkRecord(record: unknown): void;
}

const inWords = (errors: AjvErrors) => errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`).join('; ');

/** Plainer than Ajv's own words, which speak of properties and schemas. */
const WORDS: Record<string, string> = { additionalProperties: 'is not known', required: 'is required' };

/** Ajv's errors in terms of the request: `/requestBody/address/country` is the field `address.country` of the body. */
function problems(errors: AjvErrors): Problem[] {
	return errors.map(({ instancePath, keyword, params, message = 'is invalid' }) => {
		const [part = '', ...path] = instancePath.split('/').slice(1);
		const { additionalProperty, missingProperty } = params as { additionalProperty?: string; missingProperty?: string };
		if (additionalProperty !== undefined) path.push(additionalProperty);
		if (missingProperty !== undefined && part !== '') path.push(missingProperty);
		return {
			in: (part === 'requestBody' || part === '' ? 'body' : part) as Problem['in'],
			field: path.join('.'),
			message: WORDS[keyword] ?? message,
		};
	});
}

/**
 * Loads the contract of a service and lets its stand-in answer requests.
 *
 * @param directory where the contracts are
 * @throws Error where the contract cannot be read or is not a good OpenAPI document
 */
export async function loadContract<Options extends object>(standIn: StandIn<Options>, directory: string): Promise<Contract> {
	const definition = parse(await readFile(join(directory, `${standIn.contract}.yaml`), 'utf8')) as Document;
	const { pathname } = new URL(definition.servers?.[0]?.url ?? 'http://localhost');

	const check = (errors: AjvErrors | null | undefined, what: string | undefined) => {
		if (errors?.length) throw new Error(`The sandbox would break the contract ${standIn.contract} (${what}): ${inWords(errors)}`);
	};

	const api = new OpenAPIBackend({
		definition,
		apiRoot: pathname,
		strict: true,
		ajvOpts: { strict: false, allErrors: true },
		customizeAjv: (ajv) => addFormats(ajv as never, ['date-time', 'email']) as never,
		securityHandlers: Object.fromEntries(
			Object.entries(standIn.credentials).map(([scheme, isGood]) => [
				scheme,
				(_context: Context, request: ServiceRequest) => isGood(request),
			]),
		),
		handlers: {
			notFound: () => standIn.error(404),
			methodNotAllowed: () => standIn.error(405),
			unauthorizedHandler: (_context, request: ServiceRequest) => standIn.unauthorized(request),
			validationFail: ({ validation }) => standIn.invalid(problems(validation.errors ?? [])),
			postResponseHandler: ({ operation, response }: Context, _request: ServiceRequest) => {
				// An error outside any operation, such as 404, has no schema to be checked against.
				if (operation) check(api.validateResponse(response.body, operation, response.status).errors, operation.operationId);
				return response;
			},
		},
	});
	await api.init();

	for (const [operationId, operation] of Object.entries(standIn.operations)) {
		api.registerHandler(operationId, (context, request: ServiceRequest, effects: Effects) => {
			// The library takes the content type for granted.
			const { requestBody } = context.operation as { requestBody?: { content: Record<string, { schema: Schema }> } };
			const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase() ?? '';
			if (request.bodyText !== '' && requestBody && !(type in requestBody.content)) return standIn.error(415);
			const { params, query, requestBody: body } = context.request;
			return operation({ ...request, params, query, body }, effects, requestBody?.content['application/json']?.schema);
		});
	}

	return {
		basePath: pathname.replace(/\/$/, ''),
		handle: (request, effects) =>
			api.handleRequest(
				{
					method: request.method,
					path: request.path,
					query: request.query,
					headers: request.headers as Record<string, string | string[]>,
					body: request.bodyText === '' ? undefined : request.bodyText,
				},
				request,
				effects,
			) as Promise<Answer>,
		checkRecord: (record) => check(api.validateResponse(record, standIn.readOperation, 200).errors, 'record'),
	};
}
