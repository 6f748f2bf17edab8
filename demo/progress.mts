/** Shows that a long step is alive: one line rewritten every second on a terminal, a plain line every ten seconds elsewhere. */

export interface Progress {
	/** Ends the display with a last line. */
	done(text: string): void;
	/** Ends the display without a last line. */
	clear(): void;
}

/**
 * @param describe called at every refresh, for what is to be said about the state of things
 * @returns the display; the elapsed seconds are added to what is said
 */
export function showProgress(describe: () => string): Progress {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const terminal = process.stdout.isTTY === true;
	const clearLine = () => {
		if (terminal) process.stdout.write('\r\u001b[2K');
	};
	const refresh = () => {
		const line = `  ${describe()} (${seconds()} s)`;
		if (terminal) {
			clearLine();
			process.stdout.write(line.slice(0, (process.stdout.columns ?? 80) - 1));
		} else {
			console.log(line);
		}
	};
	const timer = setInterval(refresh, terminal ? 1_000 : 10_000);
	refresh();
	return {
		done(text) {
			clearInterval(timer);
			clearLine();
			console.log(`  ${text} (${seconds()} s)`);
		},
		clear() {
			clearInterval(timer);
			clearLine();
		},
	};
}
