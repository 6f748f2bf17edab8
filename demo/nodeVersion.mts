/**
 * Stops with a plain sentence when the running Node.js is too old for the demo's tools. Imported first, so that it speaks before
 * anything newer is loaded. The lower bound is the one in package.json ("engines").
 */
const oldestMajor = 20;
const oldestMinor = 19;

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
	console.error(
		`Node.js ${process.versions.node} is too old: version ${oldestMajor}.${oldestMinor} or newer is needed. ` +
			'(n8n itself runs on the Node.js that is installed with it.)\n' +
			'Take a newer one from https://nodejs.org, or with nvm:\n    nvm install 24 && npm ci && npm start',
	);
	process.exit(1);
}

export {};
