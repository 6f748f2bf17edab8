/**
 * What n8n's editor knows, which its pages show only in part or a moment later: its stores, which Pinia keeps at the root of the
 * application. Read only to wait until the editor has caught up with what was done.
 */
import type { Page } from 'playwright-core';

/** Where the stores are. Runs in the page. */
const PINIA = `document.querySelector('#app').__vue_app__.config.globalProperties.$pinia`;

/** Finds a value by the name of its parameter, however deep. Runs in the page. */
const HOLDS = `(value, name, accepts) => {
	const search = (inner) => inner !== null && typeof inner === 'object'
		&& Object.entries(inner).some(([key, child]) => (key === name && accepts(child)) || search(child));
	return search(value);
}`;

/** Waits until the editor has its channel from n8n, without which it runs nothing. */
export async function editorIsConnected(page: Page): Promise<void> {
	await page.waitForFunction(`${PINIA}._s.get('push')?.isConnected === true`);
}

/**
 * Waits until the editor's workflow has what was entered into a parameter of a node: what is run is that workflow, and the editor takes over
 * what is typed with a delay.
 * @param index which entry, where the parameter takes several
 */
export async function parameterIsTakenOver(page: Page, parameter: string, text: string, index = 0): Promise<void> {
	await page.waitForFunction(`(() => {
		const text = ${JSON.stringify(text)};
		const accepts = (value) => {
			const entry = Array.isArray(value) ? value[${index}] : value;
			return String(entry?.__rl ? entry.value : entry) === text;
		};
		const holds = ${HOLDS};
		return Object.entries(${PINIA}.state.value).some(([store, { nodesByName = {} }]) => store.startsWith('workflowDocuments/')
			&& Object.values(nodesByName).some(({ parameters }) => holds(parameters, ${JSON.stringify(parameter)}, accepts)));
	})()`);
}
