// Filters and zoom. The page can be read without them.

/** Plain JavaScript for the reader's browser. Holds no data of the run. */
export const SCRIPT = `
(() => {
  'use strict';
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const tools = document.getElementById('tools');
  const select = document.getElementById('workload');
  tools.hidden = false;
  tools.addEventListener('submit', (event) => event.preventDefault());

  const filter = () => {
    const chosen = select.value;
    for (const element of all('[data-w]')) {
      const { w, only } = element.dataset;
      element.classList.toggle('off', chosen === '' ? only === 'one' : w !== chosen);
    }
  };
  select.addEventListener('change', filter);
  for (const box of all('[data-outcome]')) {
    const hide = () => root.classList.toggle('no-' + box.dataset.outcome, !box.checked);
    box.addEventListener('change', hide);
    hide();
  }
  filter();

  const boxes = all('.scroll').filter((box) => box.querySelector('.rows'));
  const ZOOM_MAX = 64;
  let zoom = 1;
  const setZoom = (to) => {
    const box = boxes[0];
    const middle = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
    zoom = Math.min(ZOOM_MAX, Math.max(1, to));
    root.style.setProperty('--zoom', String(zoom));
    root.classList.toggle('zoomed', zoom >= 4);
    document.getElementById('zoom').textContent = zoom + '\\u00d7';
    box.scrollLeft = middle * box.scrollWidth - box.clientWidth / 2;
  };
  for (const button of all('[data-zoom]')) {
    button.addEventListener('click', () => setZoom(zoom * Number(button.dataset.zoom)));
  }
  // All charts show the same part of the run.
  for (const box of boxes) {
    box.addEventListener('scroll', () => {
      for (const other of boxes) if (other.scrollLeft !== box.scrollLeft) other.scrollLeft = box.scrollLeft;
    }, { passive: true });
  }
})();
`;
