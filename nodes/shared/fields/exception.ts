/** JavaScript's own kinds of exceptions. Nobody meant their words for a person, e.g. `Cannot read properties of undefined`. */
const OF_JAVASCRIPT: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError', 'EvalError']);

/** The words of an exception, where they are meant for a person, as those of n8n are. */
export function wordsOf(error: unknown): string | undefined {
	return error instanceof Error && !OF_JAVASCRIPT.has(error.name) ? error.message : undefined;
}

/** The words of any exception, marked as what they are, for whoever is told of it. */
export function wordsToReport(error: unknown): string {
	return error instanceof Error ? `The exception was: ${error.name}: ${error.message}` : 'What was thrown is no exception';
}

/** What to do about a fault of this package. */
export function remedyOfFault(error: unknown): string {
	return `This is a fault of the node. Please report it. ${wordsToReport(error)}`;
}
