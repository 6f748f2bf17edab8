/** Runs what is checked step by step, prints a line for each, and counts. */

/** Thrown by a failed step, so that the steps which build on it are not run. */
class StepFailed extends Error {}

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const indent = (text: string, by: string) => text.replace(/^/gm, by);

export class Steps {
	passed = 0;
	failed = 0;

	/** @param onFailure called with the part and step that failed, while everything is still as it was */
	constructor(private readonly onFailure: (part: string, step: string) => Promise<void>) {}

	private currentPart = '';

	/** A part of the run: its first failed step ends it, the next part starts afresh. */
	async part(title: string, run: () => Promise<void>): Promise<void> {
		const started = Date.now();
		this.currentPart = title;
		console.log(`\n${title}`);
		try {
			await run();
		} catch (error) {
			if (error instanceof StepFailed) {
				console.log('  … the rest of this part builds on that step and was not run');
			} else {
				await this.fail('between the steps', error);
			}
		}
		console.log(`  (${seconds(started)})`);
	}

	/**
	 * One step. It fails when `run` throws.
	 * @param run may return a figure to be printed beside the step
	 */
	async step(title: string, run: () => Promise<string | void>): Promise<void> {
		try {
			const figure = await run();
			this.passed += 1;
			console.log(`  ✓ ${title}${figure ? `: ${figure}` : ''}`);
		} catch (error) {
			await this.fail(title, error);
			throw new StepFailed();
		}
	}

	private async fail(title: string, error: unknown): Promise<void> {
		this.failed += 1;
		console.log(`  ✗ ${title}`);
		console.log(indent(error instanceof Error ? (error.stack ?? error.message) : String(error), '      '));
		await this.onFailure(this.currentPart, title).catch(() => undefined);
	}
}
