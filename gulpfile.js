/**
 * The assets of the build. `n8n-node build` compiles the TypeScript and copies the icons; here is what it does not do:
 *
 * - checkIcons: fails the build when a dark icon does not match its light twin; both are committed, and drawIcons draws the dark ones;
 * - codex: copies each node's codex file (categories, search words, links) beside the compiled node;
 * - previews: writes what n8n shows of an operation's output before its first run (previews.js);
 * - check: fails the build when something that package.json, a codex file or an icon reference names is not in dist.
 */
const fs = require('node:fs');
const path = require('node:path');
const { dest, series, src } = require('gulp');
const { previewsOf } = require('./previews.js');

/** Ink and paper of the light icons, and what they become on n8n's dark canvas. */
const darkColors = {
	'#ffffff': '#2b2f3a',
	'#1f3a5f': '#a9c7ee',
	'#1b1b1f': '#e6e6ea',
	'#2b2d6e': '#c3c4f7',
	'#f26a21': '#ff8a4c',
	'#0a9e72': '#2fd3a2',
	'#6a5cf5': '#9d93ff',
};

/** The dark twin of each light icon: its path, and the drawing as it should be. */
function darkTwins() {
	return fs
		.readdirSync('icons')
		.filter((file) => file.endsWith('.svg') && !file.endsWith('.dark.svg'))
		.map((file) => ({
			path: path.join('icons', file.replace(/\.svg$/, '.dark.svg')),
			drawing: fs.readFileSync(path.join('icons', file), 'utf8').replace(/#[0-9a-f]{6}/gi, (color) => {
				const dark = darkColors[color.toLowerCase()];
				if (!dark) throw new Error(`${file}: no dark colour is known for ${color}`);
				return dark;
			}),
		}));
}

async function drawIcons() {
	for (const { path: file, drawing } of darkTwins()) fs.writeFileSync(file, drawing);
}

async function checkIcons() {
	const stale = darkTwins().filter(({ path: file, drawing }) => !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== drawing);
	if (stale.length > 0) {
		const names = stale.map(({ path: file }) => file).join(', ');
		throw new Error(`Not the dark twin of its light icon: ${names}. Draw them again with npm run icons, and commit them.`);
	}
}

function codex() {
	return src('nodes/*/*.node.json').pipe(dest('dist/nodes'));
}

async function previews() {
	const { n8n } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
	for (const { file, schema } of n8n.nodes.flatMap(previewsOf)) {
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(file, JSON.stringify(schema));
	}
}

/** Every icon that a compiled node or credential refers to, as paths below dist. */
function iconsOf(compiledFile) {
	const code = fs.readFileSync(compiledFile, 'utf8');
	return [...code.matchAll(/['"]file:([^'"]+\.svg)['"]/g)].map(([, reference]) => path.join(path.dirname(compiledFile), reference));
}

async function check() {
	const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
	const missing = [];
	const mustExist = (file, namedBy) => {
		if (!fs.existsSync(file)) missing.push(`${file} (named by ${namedBy})`);
	};

	for (const file of [...manifest.n8n.credentials, ...manifest.n8n.nodes]) {
		mustExist(file, 'package.json');
		if (!fs.existsSync(file)) continue;
		const named = iconsOf(file);
		if (named.length < 2) missing.push(`a light and a dark icon (in ${file})`);
		for (const icon of named) mustExist(icon, file);
	}
	for (const node of manifest.n8n.nodes) {
		const codexFile = node.replace(/\.js$/, '.json');
		mustExist(codexFile, `the node ${node}`);
		if (!fs.existsSync(codexFile)) continue;
		const { node: type } = JSON.parse(fs.readFileSync(codexFile, 'utf8'));
		const name = path.basename(node, '.node.js');
		const expected = `${manifest.name}.${name[0].toLowerCase()}${name.slice(1)}`;
		if (type !== expected) missing.push(`the node type ${type} (named by ${codexFile}; it is ${expected})`);
	}
	const compiled = fs.readdirSync('dist/credentials').filter((file) => file.endsWith('.credentials.js'));
	for (const file of compiled) {
		if (!manifest.n8n.credentials.includes(`dist/credentials/${file}`)) {
			missing.push(`${file} in package.json's n8n.credentials (it is in dist)`);
		}
	}
	if (missing.length > 0) throw new Error(`The build is not whole. Missing:\n- ${missing.join('\n- ')}`);
}

module.exports = { drawIcons, checkIcons, codex, previews, check, assets: series(codex, previews, check) };
