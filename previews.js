/**
 * The output previews of the build: for each operation a JSON schema of an item of Output Record, which n8n's editor shows before the first run, so
 * that fields can be mapped. n8n looks for `__schema__/v<version>/<resource>/<operation>.json` beside the node. They are made from the contracts.
 */
const fs = require('node:fs');
const path = require('node:path');
const { dereferenceSync } = require('dereference-json-schema');
const { parse } = require('yaml');

const folded = (name) => name.replace(/[^a-z]/gi, '').toLowerCase();

/** The contract of a node: the file that is called as the node is, whatever the letter case and the hyphens. */
function contractOf(nodeName) {
	const file = fs.readdirSync('contracts').find((each) => folded(path.basename(each, '.yaml')) === folded(nodeName));
	if (!file) throw new Error(`No contract is called as the node ${nodeName} is`);
	return dereferenceSync(parse(fs.readFileSync(path.join('contracts', file), 'utf8')));
}

/** The schema of an operation's good answer. */
const answerOf = (operation) => operation?.responses['200']?.content['application/json'].schema;

/** `allOf` is how OpenAPI 3.0 adds to a reference; of several forms of a value the first is the usual one. */
function flat(schema) {
	const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []).slice(0, 1)].map(flat);
	return Object.assign({}, ...parts, schema, {
		...([schema, ...parts].some(({ properties }) => properties) && {
			properties: Object.assign({}, ...parts.map(({ properties }) => properties), schema.properties),
		}),
	});
}

/** What the editor reads of a schema: types and names. */
function shapeOf(schema) {
	const { type, properties, items } = flat(schema);
	if (type === 'array') return { type, items: shapeOf(items) };
	if (!properties) return { type: type ?? 'object' };
	return { type: 'object', properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, shapeOf(inner)])) };
}

/** The record that an operation puts out: an entry of the resource's list, or what the update answers. */
function recordOf(contract, resource, operation) {
	const paths = Object.values(contract.paths);
	if (operation !== 'getAll') return answerOf(paths.find(({ patch }) => patch).patch);
	const list = paths.map(({ get }) => get && flat(answerOf(get)).properties?.[`${resource}s`]).find(Boolean);
	if (!list) throw new Error(`The contract lists no ${resource}s`);
	return flat(list).items;
}

/**
 * The previews of a compiled node.
 *
 * @param nodeFile path of the compiled node
 * @returns for each operation the file and what is to be in it
 */
function previewsOf(nodeFile) {
	const name = path.basename(nodeFile, '.node.js');
	const node = new (require(path.resolve(nodeFile))[name])();
	const { properties, version } = node.description;
	const contract = contractOf(name);
	return properties
		.filter((property) => property.name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			displayOptions.show.resource.flatMap((resource) => options.map(({ value }) => [resource, value])),
		)
		.map(([resource, operation]) => ({
			file: path.join(path.dirname(nodeFile), '__schema__', `v${version}.0.0`, resource, `${operation}.json`),
			schema: { ...shapeOf(recordOf(contract, resource, operation)), version: 1 },
		}));
}

module.exports = { previewsOf };
