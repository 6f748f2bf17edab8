/** The first step of the demo: stops with plain words where this machine lacks something for it. */
import './nodeVersion.mts';

try {
	// Loaded only now: with an older Node.js loading it would fail before a word was said.
	const { checkReadiness } = await import('./readiness.mts');
	await checkReadiness();
} catch (error) {
	console.error(`\n✖ ${(error as Error).message}`);
	process.exitCode = 1;
}
