/** The words of what was thrown. What is no error may be anything, a secret among it, so it is not shown. */
export function messageOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : 'Something was thrown that is no error';
}
