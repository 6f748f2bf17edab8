import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import { dereferenceSync } from 'dereference-json-schema';
import { OpenAPIValidator } from 'openapi-backend';
import type { OpenAPIV3 } from 'openapi-types';
import { parse } from 'yaml';

import type { ServiceFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import type { NodeName } from '../services/index.mts';

type Schema = OpenAPIV3.SchemaObject;

/** The smallest part of a record that an update can set alone. A Decimal `{ value }` and a list of strings are one leaf each. */
export interface Leaf {
	/** Where it stands in the record, e.g. `billingAddress.city`. */
	path: string;
	type: 'boolean' | 'decimal' | 'integer' | 'lines' | 'string';
	format?: string;
	pattern?: string;
	enum?: string[];
	maxLength?: number;
	nullable: boolean;
	/** The service marks it as read-only, or an object around it. */
	readOnly: boolean;
}

/** One of the contracts the nodes are held to. */
export interface Contract {
	/** The fields of the record that the update can carry, in the order of the contract. */
	leaves: Leaf[];
	/** All paths of the update's record: of leaves and of the objects around them. */
	paths: string[];
	/** Paths that the contract lets a request set to null. */
	nullablePaths: string[];
	/** Faults of an update's body; empty when it keeps to the contract. A field the contract does not declare is a fault. */
	faultsOfUpdate(body: unknown): string[];
	/** Faults of the answer to an update. */
	faultsOfAnswer(body: unknown): string[];
}

/** An object with `allOf` (how OpenAPI 3.0 adds `nullable` or a description to a reference) as one plain schema. */
function flatten(schema: Schema): Schema {
	return (schema.allOf ?? []).reduce<Schema>(
		(all, part) => {
			const flat = flatten(part as Schema);
			return { ...flat, ...all, properties: { ...flat.properties, ...all.properties } } as Schema;
		},
		{ ...schema, allOf: undefined } as Schema,
	);
}

const isDecimal = ({ properties }: Schema) => Object.keys(properties ?? {}).join() === 'value';

/** Every object of the schema closed: what is not declared must not be sent. */
function closed(schema: Schema): Schema {
	const flat = flatten(schema);
	if (flat.type === 'array') return { ...flat, items: closed(flat.items as Schema) };
	if (!flat.properties || Object.keys(flat.properties).length === 0) return flat;
	const properties = Object.fromEntries(Object.entries(flat.properties).map(([name, inner]) => [name, closed(inner as Schema)]));
	return { ...flat, properties, additionalProperties: false };
}

function walk(
	schema: Schema,
	path: string,
	visit: (path: string, schema: Schema, leaf: Leaf['type'] | undefined) => void,
	isReadOnly = false,
) {
	for (const [name, declared] of Object.entries(schema.properties ?? {})) {
		const plain = flatten(declared as Schema);
		// The first of several forms is the usual one; the others stand for nothing.
		const inner: Schema = { ...(plain.anyOf?.[0] as Schema | undefined), ...plain };
		inner.readOnly ||= isReadOnly;
		const innerPath = path === '' ? name : `${path}.${name}`;
		if (inner.type === 'array') visit(innerPath, inner, 'lines');
		else if (!inner.properties) visit(innerPath, inner, inner.type as Leaf['type']);
		else if (isDecimal(inner)) visit(innerPath, inner, 'decimal');
		else {
			visit(innerPath, inner, undefined);
			walk(inner, innerPath, visit, inner.readOnly);
		}
	}
}

/**
 * Reads a contract.
 *
 * @param service the node's name
 */
export function loadContract(service: NodeName): Contract {
	const {
		contract: name,
		update: { recordIn },
	}: ServiceFixture = services[service];
	const file = join(process.cwd(), 'contracts', `${name}.yaml`);
	const definition = dereferenceSync(parse(readFileSync(file, 'utf8'))) as OpenAPIV3.Document;
	const found = Object.entries(definition.paths).find(([, item]) => item?.patch);
	if (!found?.[1]?.patch) throw new Error(`${file} declares no update`);
	const [path, { patch }] = found as [string, { patch: OpenAPIV3.OperationObject }];
	const content = (patch.requestBody as OpenAPIV3.RequestBodyObject).content['application/json'];
	const body = flatten(content.schema as Schema);
	content.schema = closed(body);
	const validator = new OpenAPIValidator({
		definition,
		ajvOpts: { strict: false, allErrors: true },
		customizeAjv: (ajv) => addFormats(ajv as never) as never,
		lazyCompileValidators: true,
	});
	const operation = patch.operationId as string;

	const leaves: Leaf[] = [];
	const paths: string[] = [];
	const nullablePaths: string[] = [];
	walk(recordIn ? flatten(body.properties![recordIn] as Schema) : body, '', (leafPath, schema, type) => {
		paths.push(leafPath);
		if (schema.nullable) nullablePaths.push(leafPath);
		if (!type) return;
		leaves.push({
			path: leafPath,
			type,
			...(schema.format && { format: schema.format }),
			...(schema.pattern && { pattern: schema.pattern }),
			...(schema.enum && { enum: schema.enum.filter((value) => value !== null) as string[] }),
			...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
			nullable: schema.nullable ?? false,
			readOnly: schema.readOnly ?? false,
		});
	});

	const faults = (errors: Array<{ instancePath: string; message?: string; params: object }> | null | undefined) =>
		(errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
	// Query, path and headers are asserted in the tests of each node; here only the body is looked at.
	const isBodyFault = ({ instancePath }: { instancePath: string }) => !/^\/(query|path|headers|cookies)\b/.test(instancePath);
	return {
		leaves,
		paths,
		nullablePaths,
		faultsOfUpdate: (update) =>
			faults(
				validator
					.validateRequest(
						{
							method: 'patch',
							path: path.replace(/\{[^}]+\}/g, 'x'),
							headers: { 'content-type': 'application/json' },
							query: {},
							body: update,
						},
						operation,
					)
					.errors?.filter(isBodyFault),
			),
		faultsOfAnswer: (answer) => faults(validator.validateResponse(answer, operation, 200).errors),
	};
}
