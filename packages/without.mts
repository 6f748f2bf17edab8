import ts from 'typescript';

/** Takes out of a file what is about other services: whole tests, rows of a table, entries of a register, and what only those need. */

/** What a file is cut down by. */
export interface Others {
	/** Names of other services in code: their nodes and credential types, as identifiers or texts. */
	names: Set<string>;
	/** What an import no longer gives: all of it, or these names. */
	goneFrom(specifier: string): 'all' | Set<string>;
	/** Whether a text names a file that is gone. */
	isGoneFile(text: string): boolean;
}

/** What is left of a file. */
export interface Rest {
	text: string;
	/** Names that it exported and does not any more. */
	gone: Set<string>;
}

/** A part of the text to be taken out, and what stands there instead. */
interface Cut {
	from: number;
	to: number;
	by?: string;
}
/** Cuts that leave nothing of the others; or what was looked at has to go as a whole. */
type Cuts = Cut[] | 'all of it';

const TESTS = ['describe', 'test', 'it'];

/** The name that a chain such as `test.each(rows)('name', …)` starts with. */
function startOf(node: ts.Expression): string | undefined {
	if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) return startOf(node.expression);
	return ts.isIdentifier(node) ? node.text : undefined;
}

const isTestCall = (node: ts.Node): node is ts.CallExpression => ts.isCallExpression(node) && TESTS.includes(startOf(node) ?? '');

/** The callback of a `describe` or a `test`. */
const callbackOf = ({ arguments: [, callback] }: ts.CallExpression) =>
	callback && (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) ? callback : undefined;

/** The names that a declaration's left side declares. */
function namesIn(name: ts.BindingName): string[] {
	if (ts.isIdentifier(name)) return [name.text];
	return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));
}

/** The names that a statement declares for those beside it. */
function declaredBy(statement: ts.Node): string[] {
	if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
	const { name } = statement as { name?: ts.Node };
	return name && ts.isIdentifier(name) ? [name.text] : [];
}

/** The names that are other things inside a node than around it. */
function shadowedIn(node: ts.Node): string[] {
	if (ts.isBlock(node)) return node.statements.flatMap(declaredBy);
	return ts.isFunctionLike(node) ? node.parameters.flatMap(({ name }) => namesIn(name as ts.BindingName)) : [];
}

/** Whether an identifier stands for what was declared under its name, and is not the name of a member. */
function isReference(node: ts.Identifier): boolean {
	const { parent } = node;
	if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return parent.getChildAt(0) === node;
	if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) return parent.name !== node;
	return !(ts.isBindingElement(parent) && parent.propertyName === node);
}

/** A list's element with the comma behind it. */
function cutOf(element: ts.Node, source: ts.SourceFile): Cut {
	const comma = /^\s*,/.exec(source.text.slice(element.end));
	return { from: element.getFullStart(), to: element.end + (comma?.[0].length ?? 0) };
}

const all = (parts: Cuts[]): Cuts => (parts.includes('all of it') ? 'all of it' : (parts as Cut[][]).flat());

/** One look at a file. */
class Look {
	constructor(
		private readonly source: ts.SourceFile,
		private readonly others: Others,
	) {}

	/** Whether a node is about another service, or needs what is gone. */
	private isForeign(node: ts.Node, gone: Set<string>): boolean {
		if (ts.isIdentifier(node)) return this.others.names.has(node.text) || (gone.has(node.text) && isReference(node));
		if (ts.isStringLiteralLike(node)) return this.others.names.has(node.text) || this.others.isGoneFile(node.text);
		const shadowed = shadowedIn(node);
		const here = shadowed.length > 0 ? new Set([...gone].filter((name) => !shadowed.includes(name))) : gone;
		return ts.forEachChild(node, (child) => this.isForeign(child, here) || undefined) ?? false;
	}

	/** Cuts the elements of lists, the entries of objects, and the members of types. */
	private inValue(node: ts.Node, gone: Set<string>): Cuts {
		if (!this.isForeign(node, gone)) return [];
		const foreign = (part: ts.Node) => this.isForeign(part, gone);
		if (ts.isArrayLiteralExpression(node)) {
			const lost = node.elements.filter(foreign);
			return lost.length === node.elements.length ? 'all of it' : lost.map((element) => cutOf(element, this.source));
		}
		if (ts.isUnionTypeNode(node)) {
			const left = node.types.filter((type) => !foreign(type));
			if (left.length === 0) return 'all of it';
			return [{ from: node.getStart(), to: node.end, by: left.map((type) => type.getText()).join(' | ') }];
		}
		if (ts.isObjectLiteralExpression(node)) return all(node.properties.map((entry) => this.inEntry(entry, gone)));
		if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node))
			return node.members.filter(foreign).map((member) => cutOf(member, this.source));
		const isOpen =
			ts.isAsExpression(node) ||
			ts.isSatisfiesExpression(node) ||
			ts.isParenthesizedExpression(node) ||
			ts.isCallExpression(node) ||
			ts.isNewExpression(node) ||
			ts.isPropertyAccessExpression(node) ||
			ts.isElementAccessExpression(node) ||
			ts.isTypeReferenceNode(node) ||
			ts.isTypeAliasDeclaration(node);
		if (!isOpen) return 'all of it';
		const parts: Cuts[] = [];
		ts.forEachChild(node, (child) => void parts.push(this.inValue(child, gone)));
		return all(parts);
	}

	private inEntry(entry: ts.ObjectLiteralElementLike, gone: Set<string>): Cuts {
		if (!this.isForeign(entry, gone)) return [];
		const isNamedSo = entry.name !== undefined && this.isForeign(entry.name, gone);
		if (isNamedSo || ts.isShorthandPropertyAssignment(entry)) return [cutOf(entry, this.source)];
		return ts.isPropertyAssignment(entry) ? this.inValue(entry.initializer, gone) : 'all of it';
	}

	/** Cuts tests out of a `describe`, and rows out of the table of either. */
	private inTests(call: ts.CallExpression, gone: Set<string>): Cuts {
		const callback = callbackOf(call);
		if (!callback) return 'all of it';
		const rows = ts.isCallExpression(call.expression) ? this.inValue(call.expression, gone) : [];
		if (rows === 'all of it') return rows;
		if (!this.isForeign(callback, gone)) return rows;
		if (startOf(call) !== 'describe' || !ts.isBlock(callback.body)) return 'all of it';
		const inside = new Set([...gone].filter((name) => !shadowedIn(callback).includes(name)));
		return [...rows, ...this.inStatements(callback.body.statements, inside)];
	}

	private inStatement(statement: ts.Statement, gone: Set<string>): Cuts {
		if (ts.isImportDeclaration(statement)) return this.inImport(statement, gone);
		if (ts.isExportDeclaration(statement)) return this.inExport(statement, gone);
		if (!this.isForeign(statement, gone)) return [];
		if (ts.isExpressionStatement(statement) && isTestCall(statement.expression)) return this.inTests(statement.expression, gone);
		if (ts.isVariableStatement(statement)) {
			const { declarations } = statement.declarationList;
			if (declarations.some(({ name }) => namesIn(name).some((each) => this.others.names.has(each)))) return 'all of it';
			return all(
				declarations.flatMap(({ initializer, type }) => [initializer, type].map((part) => (part ? this.inValue(part, gone) : []))),
			);
		}
		return ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? this.inValue(statement, gone) : 'all of it';
	}

	private inImport({ moduleSpecifier, importClause }: ts.ImportDeclaration, gone: Set<string>): Cuts {
		const goneFrom = this.others.goneFrom((moduleSpecifier as ts.StringLiteral).text);
		const bindings = importClause?.namedBindings;
		const specifiers = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
		const lost = specifiers.filter(
			({ name, propertyName }) => goneFrom === 'all' || goneFrom.has((propertyName ?? name).text) || this.others.names.has(name.text),
		);
		for (const { name } of lost) gone.add(name.text);
		if (goneFrom === 'all' && importClause?.name) gone.add(importClause.name.text);
		const isAll = goneFrom === 'all' || (lost.length > 0 && lost.length === specifiers.length && !importClause?.name);
		return isAll ? 'all of it' : lost.map((specifier) => cutOf(specifier, this.source));
	}

	private inExport({ moduleSpecifier, exportClause }: ts.ExportDeclaration, gone: Set<string>): Cuts {
		if (!moduleSpecifier) return [];
		const goneFrom = this.others.goneFrom((moduleSpecifier as ts.StringLiteral).text);
		if (goneFrom === 'all') return 'all of it';
		if (!exportClause || !ts.isNamedExports(exportClause)) return [];
		const lost = exportClause.elements.filter(({ name, propertyName }) => goneFrom.has((propertyName ?? name).text));
		for (const { name } of lost) gone.add(name.text);
		return lost.map((specifier) => cutOf(specifier, this.source));
	}

	/** Cuts statements; what they declared is gone for the others too, so it looks again until nothing more goes. */
	private inStatements(statements: readonly ts.Statement[], gone: Set<string>): Cut[] {
		for (;;) {
			const before = gone.size;
			const cuts = statements.flatMap((statement): Cut[] => {
				const inside = this.inStatement(statement, gone);
				if (inside !== 'all of it') return inside;
				for (const name of declaredBy(statement)) gone.add(name);
				return [{ from: statement.getFullStart(), to: statement.end }];
			});
			if (gone.size === before) return cuts;
		}
	}

	cuts(gone: Set<string>): Cut[] {
		return this.inStatements(this.source.statements, gone);
	}
}

const parse = (path: string, text: string) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);

/** The text after the cuts. One inside another counts for nothing. */
function apply(text: string, cuts: Cut[]): string {
	let rest = '';
	let at = 0;
	for (const { from, to, by } of [...cuts].sort((a, b) => a.from - b.from || b.to - a.to)) {
		if (from < at) continue;
		rest += text.slice(at, from) + (by ?? '');
		at = to;
	}
	return rest + text.slice(at);
}

const hasTest = (node: ts.Node): boolean =>
	(isTestCall(node) && startOf(node) !== 'describe' && callbackOf(node) !== undefined) || (ts.forEachChild(node, hasTest) ?? false);

/** Whether a file tests anything. */
export const testsSomething = (path: string, text: string) => hasTest(parse(path, text));

const isExported = (node: ts.Node) =>
	ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What nothing uses any more, and groups of tests without a test. */
function leftOver(source: ts.SourceFile): Cut[] {
	const timesNamed = new Map<string, number>();
	const count = (node: ts.Node): void => {
		if (ts.isIdentifier(node) && (isReference(node) || ts.isBindingElement(node.parent))) {
			timesNamed.set(node.text, (timesNamed.get(node.text) ?? 0) + 1);
		}
		ts.forEachChild(node, count);
	};
	count(source);
	const isUnused = (name: ts.Node | undefined) => name !== undefined && ts.isIdentifier(name) && (timesNamed.get(name.text) ?? 0) <= 1;

	const cuts: Cut[] = [];
	const cutWhole = (node: ts.Node) => cuts.push({ from: node.getFullStart(), to: node.end });
	const look = (node: ts.Node): void => {
		if (ts.isExpressionStatement(node) && isTestCall(node.expression) && startOf(node.expression) === 'describe' && !hasTest(node)) {
			return void cutWhole(node);
		}
		if (ts.isImportDeclaration(node)) {
			const bindings = node.importClause?.namedBindings;
			const names = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
			const unused = names.filter(({ name }) => isUnused(name));
			const byDefault = node.importClause?.name;
			if (names.length > 0 && unused.length === names.length && !byDefault) return void cutWhole(node);
			if (byDefault && names.length === 0 && isUnused(byDefault)) return void cutWhole(node);
			return void cuts.push(...unused.map((each) => cutOf(each, source)));
		}
		if (ts.isVariableStatement(node) && !isExported(node)) {
			const names = node.declarationList.declarations.map(({ name }) => name);
			if (names.flatMap(namesIn).length === 0 || names.every((name) => isUnused(name))) return void cutWhole(node);
			const parts = names.flatMap((name) => (ts.isObjectBindingPattern(name) ? [...name.elements] : []));
			const unused = parts.filter(({ name }) => isUnused(name));
			if (unused.length > 0 && unused.length === parts.length && names.length === 1) return void cutWhole(node);
			cuts.push(...unused.map((each) => cutOf(each, source)));
		}
		const isNamed = ts.isFunctionDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node);
		if (isNamed && !isExported(node) && isUnused(node.name)) return void cutWhole(node);
		ts.forEachChild(node, look);
	};
	look(source);
	return cuts;
}

/**
 * A file without what is about other services.
 *
 * @returns the same text where it has nothing of the kind
 */
export function without(path: string, text: string, others: Others): Rest {
	const gone = new Set<string>();
	const cuts = new Look(parse(path, text), others).cuts(gone);
	if (cuts.length === 0) return { text, gone };
	let rest = apply(text, cuts);
	for (;;) {
		const more = leftOver(parse(path, rest));
		if (more.length === 0) return { text: rest, gone };
		rest = apply(rest, more);
	}
}
