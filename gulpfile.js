/**
 * The assets of the build. `n8n-node build` compiles the TypeScript and copies the icons; here is what it does not do:
 *
 * - icons: draws from each light icon its dark twin, so that there is one drawing to keep;
 * - codex: copies each node's codex file (categories, search words, links) beside the compiled node;
 * - check: fails the build when something that package.json, a codex file or an icon reference names is not in dist.
 */
const fs = require('node:fs');
const path = require('node:path');
const { Transform } = require('node:stream');
const { dest, series, src } = require('gulp');

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

const eachFile = (change) =>
	new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			try {
				done(null, change(file));
			} catch (error) {
				done(error);
			}
		},
	});

function icons() {
	return src(['icons/*.svg', '!icons/*.dark.svg'])
		.pipe(
			eachFile((file) => {
				const drawing = file.contents.toString('utf8').replace(/#[0-9a-f]{6}/gi, (color) => {
					const dark = darkColors[color.toLowerCase()];
					if (!dark) throw new Error(`${file.relative}: no dark colour is known for ${color}`);
					return dark;
				});
				file.contents = Buffer.from(drawing);
				file.extname = '.dark.svg';
				return file;
			}),
		)
		.pipe(dest('icons'));
}

function codex() {
	return src('nodes/*/*.node.json').pipe(dest('dist/nodes'));
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

module.exports = { icons, codex, check, assets: series(codex, check) };
