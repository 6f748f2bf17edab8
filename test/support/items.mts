import type { IDataObject } from 'n8n-workflow';

/** What an error item says beside its message; undefined where an item is none. */
export function errorIn(json: IDataObject): IDataObject | undefined {
	return typeof json.error === 'object' && json.error !== null ? (json.error as IDataObject) : undefined;
}

/** What an output item says became of its account; undefined where it is the plain record. */
export function outcomeIn(json: IDataObject): string | undefined {
	return (errorIn(json)?.outcome ?? json.outcome) as string | undefined;
}
