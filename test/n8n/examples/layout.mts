/** Whether an example looks tidy on the canvas: nothing covers a note's text, and all of it is shown. */
import type { Page } from 'playwright-core';

/** Runs in the page. @returns a sentence for each thing that is wrong */
const UNTIDY = `(() => {
	const box = (element) => element.getBoundingClientRect();
	const around = (elements) => {
		const boxes = elements.map(box).filter(({ width, height }) => width > 0 && height > 0);
		return {
			left: Math.min(...boxes.map(({ left }) => left)), right: Math.max(...boxes.map(({ right }) => right)),
			top: Math.min(...boxes.map(({ top }) => top)), bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
		};
	};
	const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
	const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
	const all = [...document.querySelectorAll('.vue-flow__node')];
	const isNote = (element) => element.querySelector('[data-test-id="canvas-node"]') === null;
	const notes = all.filter(isNote).map((element) => ({
		name: 'the note "' + element.textContent.trim().slice(0, 30) + '"', box: box(element), text: around([...element.querySelectorAll('h2, h3, p, li')]),
	}));
	const nodes = all.filter((element) => !isNote(element)).map((element) => ({
		name: element.querySelector('[data-test-id="canvas-node"]').dataset.nodeName,
		box: around([element, ...[...element.querySelectorAll('*')].filter(({ children, textContent }) => children.length === 0 && textContent.trim() !== '')]),
	}));
	const wrong = [];
	if (notes.length === 0) wrong.push('no notes are found');
	for (const note of notes) {
		if (!inside(note.text, note.box)) wrong.push(note.name + ' is too small for its text');
		for (const node of nodes) if (overlap(note.text, node.box)) wrong.push(node.name + ' covers the text of ' + note.name);
		for (const other of notes) if (other !== note && overlap(note.box, other.box)) wrong.push(note.name + ' and ' + other.name + ' overlap');
	}
	nodes.forEach((a, index) => nodes.slice(index + 1).forEach((b) => { if (overlap(a.box, b.box)) wrong.push(a.name + ' and ' + b.name + ' overlap'); }));
	return [...new Set(wrong)];
})()`;

/** What is untidy on the canvas of a page; empty where nothing is. */
export async function untidy(page: Page): Promise<string[]> {
	return (await page.evaluate(UNTIDY)) as string[];
}

/** What of the page shows the workflow, with a margin. */
export async function canvasArea(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
	return (await page.evaluate(`(() => {
		const boxes = [...document.querySelectorAll('.vue-flow__node')].map((element) => element.getBoundingClientRect());
		const x = Math.min(...boxes.map(({ left }) => left)) - 16;
		const y = Math.min(...boxes.map(({ top }) => top)) - 16;
		return {
			x, y,
			width: Math.max(...boxes.map(({ right }) => right)) + 16 - x,
			height: Math.max(...boxes.map(({ bottom }) => bottom)) + 16 - y,
		};
	})()`)) as { x: number; y: number; width: number; height: number };
}
