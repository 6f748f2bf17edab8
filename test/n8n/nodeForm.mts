/** A node's form: its parameters, its settings, and what it shows after a run. */
import type { Locator, Page } from 'playwright-core';
import type { Execution, N8nApi } from '../../demo/n8nApi.mts';
import { until } from '../../demo/until.mts';
import { PATIENCE } from './browser.mts';
import { parameterIsTakenOver } from './editorState.mts';
import { closeToasts, toastAppears } from './toasts.mts';
import { canvasNode } from './nodePanel.mts';

/** What the output panel shows of a failed run. */
export interface ShownError {
	message: string;
	description: string;
}

export class NodeForm {
	readonly parameters: Locator;
	readonly output: Locator;

	constructor(
		readonly page: Page,
		private readonly api: N8nApi,
	) {
		this.parameters = page.getByTestId('node-parameters');
		this.output = page.getByTestId('output-panel');
	}

	static async open(page: Page, api: N8nApi, name: string): Promise<NodeForm> {
		await canvasNode(page, name).dblclick();
		await page.getByTestId('ndv').waitFor();
		return new NodeForm(page, api);
	}

	async close(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.page.getByTestId('ndv').waitFor({ state: 'hidden' });
	}

	/** A parameter, by the name that a person reads. */
	labelled(name: string): Locator {
		return this.parameters
			.getByTestId('input-label')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.first();
	}

	input(parameter: string): Locator {
		return this.parameters.getByTestId(`parameter-input-${parameter}`).locator('input');
	}

	/** Types into a parameter. @param index which line, where it takes several */
	async fill(parameter: string, text: string, index = 0): Promise<void> {
		const input = this.input(parameter).nth(index);
		await input.fill(text);
		// A field in use shows a tip over what stands below it.
		await input.blur();
		await parameterIsTakenOver(this.page, parameter, text, index);
	}

	/** Adds a field with the button of a collection, e.g. Add Field > Billing Address. */
	async add(button: string, field: string): Promise<void> {
		await this.parameters
			.getByTestId('collection-parameter-add')
			.filter({ has: this.page.getByPlaceholder(button, { exact: true }) })
			.click();
		await this.pickOption(field);
	}

	/** Chooses an entry of a parameter's list. */
	async choose(parameter: string, option: string): Promise<void> {
		await this.parameters.getByTestId(`parameter-input-${parameter}`).click();
		await this.pickOption(option);
		await until(`${parameter} shows "${option}"`, async () => (await this.chosen(parameter)) === option, { patience: PATIENCE });
	}

	/** The entry of a parameter's list that is chosen. */
	async chosen(parameter: string): Promise<string> {
		return await this.input(parameter).inputValue();
	}

	private async pickOption(name: string): Promise<void> {
		await this.page.getByRole('option', { name, exact: true }).filter({ visible: true }).click();
	}

	/** Opens the list of a resource locator. @returns its entries */
	async openList(parameter: string): Promise<Locator> {
		await this.parameters.getByTestId(`resource-locator-${parameter}`).getByTestId('rlc-input').click();
		const entries = this.page.getByTestId('rlc-item').filter({ visible: true });
		await entries.first().waitFor();
		return entries;
	}

	/**
	 * Chooses from the list of a resource locator after typing into its search.
	 * @returns the entries that the list showed for what was typed
	 */
	async pickFromList(parameter: string, typed: string, entry: string): Promise<string[]> {
		const input = this.parameters.getByTestId(`resource-locator-${parameter}`).getByTestId('rlc-input-container').locator('input');
		const chosen = await input.inputValue();
		const entries = await this.openList(parameter);
		await this.page.getByTestId('rlc-search').filter({ visible: true }).fill(typed);
		let shown: string[] = [];
		// The list from before the search has other entries too. The one that is chosen stays in it.
		const isSearched = async () => {
			shown = (await entries.allInnerTexts()).map((text) => text.trim());
			const found = shown.filter((text) => text !== chosen);
			return found.length > 0 && found.every((text) => text.toLowerCase().includes(typed.toLowerCase()));
		};
		const describe = () => `Shown: ${shown.join(', ')}`;
		await until(`the list shows what was found by "${typed}"`, isSearched, { patience: PATIENCE, describe });
		await entries.filter({ hasText: entry }).first().click();
		await until(`${entry} is chosen`, async () => (await input.inputValue()).includes(entry), { patience: PATIENCE });
		return shown;
	}

	/** Switches a resource locator to By ID and types one. */
	async enterId(parameter: string, id: string): Promise<void> {
		const locator = this.parameters.getByTestId(`resource-locator-${parameter}`);
		await locator.getByTestId('rlc-mode-selector').click();
		await this.pickOption('By ID');
		const input = locator.getByTestId('rlc-input-container').locator('input');
		await input.fill(id);
		await input.blur();
		await parameterIsTakenOver(this.page, parameter, id);
	}

	/** Presses "Execute step", and waits for the end. */
	async execute(): Promise<Execution> {
		const started = this.page.waitForResponse((response) => /\/rest\/workflows\/[^/]+\/run$/.test(new URL(response.url()).pathname));
		await this.page.getByTestId('node-execute-button').click();
		const { data } = (await (await started).json()) as { data: { executionId: string } };
		// The editor hears of the end by its own channel, and says so in a corner for some seconds.
		const [execution] = await Promise.all([this.api.waitForExecution(data.executionId), toastAppears(this.page)]);
		await closeToasts(this.page);
		return execution;
	}

	/** The error that the output panel shows. */
	async shownError(): Promise<ShownError> {
		const message = this.output.getByTestId('node-error-message');
		await message.waitFor();
		return {
			message: (await message.innerText()).trim(),
			description: (await this.output.getByTestId('node-error-description').innerText()).trim(),
		};
	}

	/** Settings > On Error. */
	async setOnError(option: string): Promise<void> {
		await this.page.getByTestId('tab-settings').click();
		await this.parameters.getByTestId('parameter-input-onError').click();
		await this.page.getByRole('option').filter({ hasText: option, visible: true }).click();
		await this.page.getByTestId('tab-params').click();
	}
}
