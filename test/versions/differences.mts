import { isBefore } from './versions.mts';

/** Behaviour that the engine of older versions of n8n does not allow, and the tests that show it. */
interface Difference {
	/** The first version of n8n without it. */
	since: string;
	/** For docs/compatibility.md and the report. */
	what: string;
	/** The first of the measured versions that shows it; all before `since` do where it is not given. */
	from?: string;
	/** Full names of the tests that fail there. */
	tests: string[];
}

const differences: Difference[] = [
	{
		// n8n-workflow, execution-base.error.js: the class field `cause` overwrites the cause, so the rules of the test find no status.
		from: '1.123.81',
		since: '2.34.0',
		what: 'a UserHub credential that is refused fails its test with the words of n8n, not of the node',
		tests: ['UserHub credential test fails where UserHub refuses the token'],
	},
	{
		// The same: nothing tells a refusal by the service from one by the token endpoint.
		from: '1.123.81',
		since: '2.34.0',
		what: 'AODocs that refuses a token of OAuth2 which n8n has just renewed is told as a refusal of the sign-in, without words',
		tests: [
			'what AODocs says after a renewal is told as its own words, not as those of the sign-in Google gives another token, AODocs refuses it',
			'what AODocs says after a renewal is told as its own words, not as those of the sign-in Google answers without a token',
		],
	},
	{
		// The same: of what the token endpoint answered, only the words of n8n's OAuth2 client are left, and the status is not among them.
		from: '1.123.81',
		since: '2.34.0',
		what: 'an error of the token endpoint in the form of Google, with a status for which no token is asked again, is told without its status and words, after all retries',
		tests: ['a token that n8n asks Google for by itself an error that is an object, for ever'],
	},
	{
		// There, one more read is needed to renew a token (http/tokenSource).
		since: '2.11.0',
		what: 'where n8n renews a token by OAuth2, three reads leave at once, and Max Requests per Second makes room for two of them',
		tests: [
			'Max Requests per Second is a ceiling of all that leaves with a token that n8n renews by OAuth2, with the second read that n8n sends by itself',
		],
	},
];

/** The differences that a version of n8n shows. */
export const differencesOf = (n8n: string): Difference[] =>
	differences.filter(({ from, since }) => isBefore(n8n, since) && (from === undefined || !isBefore(n8n, from)));
