import type { IExecuteFunctions, INode } from 'n8n-workflow';

/** The parameters of a node, for each item. */
export interface ParameterReader {
	node: INode;
	/** The value of a parameter for an item, expressions resolved. The value is shared between items: do not change it. */
	read(name: string, itemIndex: number, fallback?: unknown, options?: { extractValue: boolean }): unknown;
}

/** Whether a value, as it is stored, holds an expression: n8n marks them with an equals sign in front. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

/** Reads what holds no expression once for all items: resolving a parameter costs more than all the rest of planning. */
export function parameterReader(context: IExecuteFunctions): ParameterReader {
	const node = context.getNode();
	const constants = new Map<string, unknown>();
	return {
		node,
		read(name, itemIndex, fallback, options) {
			if (constants.has(name)) return constants.get(name);
			const value: unknown = context.getNodeParameter(name, itemIndex, fallback as object, options);
			if (!holdsExpression(node.parameters[name])) constants.set(name, value);
			return value;
		},
	};
}
