
'use strict';
// An extra: tips at once instead of after a second, also by touch, and arrow keys from bar to bar. All else works without.
(function () {
  const tip = document.getElementById('tip');
  let chosen = null;
  let held = null;

  function titleOf(target) {
    const owner = target.closest ? target.closest('svg [data-tip], svg rect, svg g, svg use') : null;
    for (let node = owner; node; node = node.parentElement) {
      if (node.tagName === 'svg') { return null; }
      if (node.dataset.tip) { return node.dataset.tip; }
    }
    return null;
  }

  function show(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(12, Math.min(x + 14, innerWidth - box.width - 12)) + 'px';
    tip.style.top = (y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18) + 'px';
  }

  function hide() {
    tip.hidden = true;
  }

  // The browser's own tips would come on top of these.
  document.querySelectorAll('svg title').forEach(function (title) {
    title.parentElement.dataset.tip = title.textContent;
    title.remove();
  });

  document.addEventListener('pointermove', function (event) {
    const text = titleOf(event.target);
    if (text) { show(text, event.clientX, event.clientY); } else if (!held) { hide(); }
  });
  document.addEventListener('pointerdown', function (event) {
    const text = titleOf(event.target);
    held = text ? event.target : null;
    if (text) { show(text, event.clientX, event.clientY); } else { hide(); }
  });
  addEventListener('scroll', hide, true);

  function choose(bar) {
    if (chosen) { chosen.classList.remove('chosen'); }
    chosen = bar;
    if (!bar) { return; }
    bar.classList.add('chosen');
    bar.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = bar.getBoundingClientRect();
    requestAnimationFrame(function () { show(bar.dataset.tip, box.left, box.bottom - 8); });
  }

  document.querySelectorAll('.scroll').forEach(function (region) {
    const bars = Array.from(region.querySelectorAll('.bars rect'));
    if (bars.length === 0) { return; }
    region.addEventListener('keydown', function (event) {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === 'Escape') { choose(null); hide(); return; }
      if (!by) { return; }
      event.preventDefault();
      const at = bars.indexOf(chosen);
      choose(bars[at === -1 ? (by === 1 ? 0 : bars.length - 1) : Math.max(0, Math.min(bars.length - 1, at + by))]);
    });
    region.addEventListener('blur', function () { choose(null); hide(); });
  });
})();
