import { bucket, seeded } from '../../support/modelServices.mts';
import { harshCases, longestPause, measure, median, paceCases } from '../../support/paceCases.mts';
import { simulate } from '../../support/simulation.mts';

// Not the seeds that the constants were tuned with.
const seeds = [101, 102, 103, 104, 105, 106, 107, 108, 109];

describe('The pace, in virtual time', () => {
	test.each(paceCases)('$name: time at most $time of the best, $refused refused beside the first', (given) => {
		const measured = seeds.map((seed) => measure(given, seed));

		expect(measured.map(({ failed }) => failed)).toEqual(seeds.map(() => 0));
		expect(median(measured.map(({ time }) => time))).toBeLessThanOrEqual(given.time);
		expect(median(measured.map(({ refused, mayBeRefused }) => refused - mayBeRefused))).toBeLessThanOrEqual(0);
		expect(median(measured.map(({ mostOpen }) => mostOpen))).toBeLessThanOrEqual(given.mostOpen ?? 200);
		if (given.share) {
			expect(median(measured.map(({ share }) => share))).toBeGreaterThanOrEqual(given.share[0]);
			expect(Math.min(...measured.map(({ share }) => share))).toBeGreaterThanOrEqual(given.share[1]);
		}
	});

	// A run ends after two minutes without progress: what the service does is at most 100 s of it, and the limiter may not add the rest.
	test.each(harshCases)('$name: nothing fails, and it is noticed within 15 s that the service answers again', (given) => {
		const measured = seeds.map((seed) => longestPause(given, seed));

		expect(measured.map(({ failed }) => failed)).toEqual(seeds.map(() => 0));
		expect(Math.max(...measured.map(({ longest }) => longest))).toBeLessThanOrEqual(115_000);
	});

	test('two long runs in two processes, 50/s without burst: neither is kept out until it gives up', () => {
		const results = seeds.map((seed) => {
			const random = seeded(seed);
			return simulate({ service: bucket(50, 1), random, items: 8000, starts: [0, 100] });
		});

		expect(results.map(({ failed }) => failed)).toEqual(seeds.map(() => 0));
	});
});
