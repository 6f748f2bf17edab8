import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Field, NamedField } from '../service';

/** Parameter names below the second level are joined: `a.b.c` stands in the collection `a` under the name `bC`. */
function parameterOf(path: string): string[] {
	const [first, ...rest] = path.split('.');
	if (rest.length === 0) return [first];
	return [first, rest.map((key, index) => (index === 0 ? key : key[0].toUpperCase() + key.slice(1))).join('')];
}

/** The parameters that names lead to, one inside the other; undefined where they lead nowhere. */
function propertiesAlong(collection: INodeProperties | undefined, names: string[]): INodeProperties[] | undefined {
	const found: INodeProperties[] = [];
	let options = collection?.options as INodeProperties[] | undefined;
	for (const name of names) {
		const inner = options?.find((option) => option.name === name);
		if (!inner) return undefined;
		found.push(inner);
		options = inner.options as INodeProperties[] | undefined;
	}
	return found;
}

/**
 * Gives each field the name and the choices that the editor shows, so that they are written once.
 *
 * @param updateFields the Update Fields parameter
 * @param readOnlyFields the Read-Only Fields parameter, where there is one
 * @throws Error when a field has no parameter: the two tables must agree
 */
export function nameFields(fields: Field[], updateFields: INodeProperties, readOnlyFields?: INodeProperties): NamedField[] {
	return fields.map((field) => {
		const parameter = parameterOf(field.path);
		const writable = propertiesAlong(updateFields, parameter);
		const properties = writable ?? propertiesAlong(readOnlyFields, parameter);
		if (!properties) throw new Error(`No parameter for ${field.path}`);
		const property = properties[properties.length - 1];
		const named: NamedField = { ...field, parameter, label: properties.map(({ displayName }) => displayName).join(' > ') };
		if (!writable) named.isReadOnly = true;
		if (field.type === 'enum') {
			named.choices = (property.options as INodePropertyOptions[]).map(({ value }) => String(value)).filter((value) => value !== '');
		}
		return named;
	});
}
