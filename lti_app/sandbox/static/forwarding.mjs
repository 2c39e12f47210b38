// A frame of the platform that keeps words for the tool beside it, as Canvas has it.
import { keepWords } from "./storing.mjs";

const { toolOrigin, manner } = document.documentElement.dataset;
keepWords(toolOrigin, manner);
