/** What the page is soon better with, and starts without. */
import '../styles/controls.css';
import '../styles/print.css';
import { startTooltips } from './tooltips.ts';

startTooltips(document);
