import type { IDataObject } from 'n8n-workflow';

import { isBlank, showValue } from '../fields/checkValue';
import { showInvisible } from '../fields/invisible';
import { isWithin, pathsAround } from '../fields/record';
import type { NamedField, Problem } from '../service';
import { fieldTree, findInside, nothingFound, type FieldTree, type GivenValue, type Place, type Stranger } from './fieldTree';
import { didYouMean, fold } from './fold';

/** What the fields of a service are, as far as reading them from an item is concerned. */
export interface MappableFields {
	fields: NamedField[];
	/** Parts that the API shows and does not take. */
	responseOnly: string[];
}

/** What an item gives to the fields that are mapped. */
export interface MappedItem {
	values: GivenValue[];
	problems: Problem[];
	/** Fields that the item has under their own names and that are not mapped. */
	notMapped: string[];
}

/** The keys of an item, by what they are to the mapped fields. It is the same for all items with the same keys. */
interface Shape {
	/** They name a mapped field, or an object with mapped fields inside. */
	own: Array<{ key: string; place: Place }>;
	/** They nearly name a mapped field, or an object that is mapped. */
	near: Array<{ key: string; path: string }>;
	/** They name a field that is not mapped. */
	notMapped: string[];
	/** With dots: parts of a mapped object that it does not have. */
	unknownParts: string[];
}

const pathsOf = (fields: NamedField[]) => fields.map((field) => ({ field, paths: [field.path] }));

/** Every path that Fields to Map may name: the fields, and the objects that hold them. */
export function mappablePaths(fields: NamedField[]): string[] {
	const tree = fieldTree(pathsOf(fields), () => true);
	return [...tree.keys()].filter(
		(path) => !(path.endsWith('.value') && tree.has(path.slice(0, -'.value'.length)) && !fields.some((field) => field.path === path)),
	);
}

/** The mapped paths by what they fold to. Objects on the way to a mapped field are not among them: they may hold what is not asked for. */
function foldsOf(tree: FieldTree): Map<string, string> {
	const folds = new Map<string, string>();
	for (const [path, place] of tree) {
		if ('field' in place) folds.set(fold(path), place.field.path);
		else if (place.object === 'whole') folds.set(fold(path), path);
	}
	return folds;
}

/** The problem of a part that no mapped object has. */
function unknownPart(path: string, value: unknown, tree: FieldTree): Problem {
	const outer = pathsAround(path)[0] ?? path;
	const parts = [...tree.keys()].filter((known) => pathsAround(known)[0] === outer);
	const names = parts.map((known) => known.slice(outer.length + 1)).join(', ');
	const remedy = `${didYouMean(path, parts)}${names === '' ? '' : `The parts of ${outer} are: ${names}. `}Rename it, or take it out of the item.`;
	return { field: showInvisible(path), fault: 'is not a part that the service knows', remedy, value: showValue(value) };
}

/** The problem of keys that nearly name a field, where none names it. */
function nearlyNamed(keys: string[], path: string, value: unknown): Problem {
	const names = keys.map((key) => `"${showInvisible(key)}"`).join(' and ');
	const isOne = keys.length === 1;
	return {
		field: isOne ? `The key ${names}` : `The keys ${names}`,
		fault: `${isOne ? 'is' : 'are'} nearly ${path}, but not its name`,
		remedy: `Rename ${isOne ? 'it' : 'the right one'} to ${path}, or take ${path} out of Fields to Map.`,
		value: showValue(value),
	};
}

/** Whether a value, or something inside it, is not blank. */
function holdsAnything(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return !isBlank(value);
	return Object.values(value).some(holdsAnything);
}

/** What is chosen in Fields to Map, and what there is beside it. */
interface Mapping {
	/** The mapped fields, and the objects that lead to them. */
	tree: FieldTree;
	/** All fields of the service. */
	everything: FieldTree;
	/** The mapped paths by what they fold to. */
	folds: Map<string, string>;
	responseOnly: string[];
}

/** Whether a path, or what it nearly names, is an object all of whose parts are mapped. */
function isWhole(path: string, { tree, folds }: Mapping): boolean {
	const place = tree.get(path) ?? tree.get(folds.get(fold(path)) ?? '');
	return place !== undefined && 'object' in place && place.object === 'whole';
}

/** What each key of an item is to the mapping. */
function shapeOf(keys: string[], mapping: Mapping): Shape {
	const { tree, everything, folds, responseOnly } = mapping;
	const shape: Shape = { own: [], near: [], notMapped: [], unknownParts: [] };
	for (const key of keys) {
		const place = tree.get(key);
		if (place) shape.own.push({ key, place });
		else if (responseOnly.includes(key)) continue;
		else if (everything.has(key)) shape.notMapped.push(key);
		else {
			const path = folds.get(fold(key));
			if (path !== undefined) shape.near.push({ key, path });
			else if (pathsAround(key).some((outer) => isWhole(outer, mapping))) shape.unknownParts.push(key);
		}
	}
	return shape;
}

/** Parts inside mapped objects that are no fields: each is one that is not mapped, nearly one, unknown, or only shown by the API. */
function sortStrangers(
	strangers: Stranger[],
	mapping: Mapping,
	near: Shape['near'],
	given: Map<string, unknown>,
	mapped: MappedItem,
): void {
	const { tree, everything, folds, responseOnly } = mapping;
	for (const { path, value } of strangers) {
		if (responseOnly.includes(path) || !holdsAnything(value)) continue;
		const meant = folds.get(fold(path));
		if (everything.has(path)) mapped.notMapped.push(path);
		else if (meant !== undefined) near.push({ key: path, path: meant });
		else if (isWhole(pathsAround(path)[0], mapping)) mapped.problems.push(unknownPart(path, value, tree));
		given.set(path, value);
	}
}

/**
 * Whether an entry of Fields to Map is about a field. An object is mapped without its read-only parts, which have entries of their own: so what was
 * read can be given back.
 */
function isMappedBy(chosen: string, field: NamedField, fields: NamedField[]): boolean {
	if (!isWithin(field.path, chosen)) return false;
	return !field.isReadOnly || fields.every(({ path, isReadOnly }) => isReadOnly || !isWithin(path, chosen));
}

/**
 * Makes the function that reads the mapped fields from an item. Keys are looked at once for all items that have the same ones.
 *
 * @param fieldsToMap paths of fields, or of objects that hold fields
 */
export function itemMapper({ fields, responseOnly }: MappableFields, fieldsToMap: string[]): (json: IDataObject) => MappedItem {
	const isMapped = (path: string) => fieldsToMap.some((chosen) => isWithin(path, chosen));
	const mappedFields = fields.filter((field) => fieldsToMap.some((chosen) => isMappedBy(chosen, field, fields)));
	const tree = fieldTree(pathsOf(mappedFields), isMapped);
	const mapping: Mapping = { tree, everything: fieldTree(pathsOf(fields), () => true), folds: foldsOf(tree), responseOnly };
	const shapes = new Map<string, Shape>();

	function shapeOfItem(json: IDataObject): Shape {
		const keys = Object.keys(json);
		const name = keys.join('\0');
		let shape = shapes.get(name);
		if (!shape) {
			shape = shapeOf(keys, mapping);
			shapes.set(name, shape);
		}
		return shape;
	}

	return (json) => {
		const shape = shapeOfItem(json);
		const found = nothingFound();
		for (const { key, place } of shape.own) {
			if ('field' in place) found.values.push({ field: place.field, path: key, value: json[key] });
			else findInside(json[key], key, tree, found);
		}
		const mapped: MappedItem = { values: found.values, problems: found.problems, notMapped: [] };
		if (shape.near.length + shape.notMapped.length + shape.unknownParts.length + found.strangers.length === 0) return mapped;

		for (const key of shape.notMapped) if (holdsAnything(json[key])) mapped.notMapped.push(key);
		for (const key of shape.unknownParts) if (holdsAnything(json[key])) mapped.problems.push(unknownPart(key, json[key], tree));
		const near = shape.near.filter(({ key }) => holdsAnything(json[key]));
		const given = new Map<string, unknown>(near.map(({ key }) => [key, json[key]]));
		sortStrangers(found.strangers, mapping, near, given, mapped);
		for (const path of new Set(near.map((each) => each.path))) {
			// A key that names the field wins.
			if (found.objects.includes(path) || found.values.some(({ field, value }) => field.path === path && holdsAnything(value))) continue;
			const keys = near.filter((each) => each.path === path).map(({ key }) => key);
			mapped.problems.push(nearlyNamed(keys, path, given.get(keys[0])));
		}
		return mapped;
	};
}
