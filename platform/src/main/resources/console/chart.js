// Charts of lines over time, from the numbers in `data-chart`: {"times": [seconds], "series": [{"name", "values"}]}.
window.drawCharts = (within) => {
  'use strict';
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // A custom property may hold light-dark(); an element resolves it.
  const colour = (name) => {
    const probe = document.createElement('span');
    probe.style.color = 'var(' + name + ')';
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const dashes = [[], [6, 3], [2, 3]];
  within.querySelectorAll('.chart[data-chart]').forEach((box) => {
    if (box.dataset.drawn === box.dataset.chart) return;
    box.dataset.drawn = box.dataset.chart;
    box.replaceChildren();
    const {times, series} = JSON.parse(box.dataset.chart);
    const number = new Intl.NumberFormat();
    const day = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short'});
    const time = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
    const midnight = (at) => at.getHours() === 0 && at.getMinutes() === 0;
    const moments = (_, ticks) => ticks.map((tick) => new Date(tick * 1000)).map((at) => (midnight(at) ? day : time).format(at));
    const axis = {stroke: colour('--muted'), font: '12px ' + token('--sans'), ticks: {show: false}, grid: {stroke: colour('--line'), width: 1}};
    const plot = new window.uPlot({
      width: box.clientWidth, height: box.clientHeight || 240,
      cursor: {y: false, points: {size: 6}},
      legend: {show: false},
      // Of one point the axis would be a thousand days.
      scales: {x: {range: (_, from, to) => times.length === 1 ? [from - 1800, from + 1800] : [from, to]}, y: {range: (_, low, high) => [0, Math.max(1, high * 1.1)]}},
      axes: [
        {...axis, grid: {show: false}, space: 72, size: 28, values: moments},
        {...axis, size: 56, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? number.format(tick) : ''))},
      ],
      series: [{}, ...series.map((one, i) => ({
        label: one.name, stroke: colour('--series-' + (i + 1)), width: 2, dash: dashes[i], points: {show: times.length < 3},
      }))],
      hooks: {
        setCursor: [(u) => {
          const said = box.parentElement.querySelector('[data-point]');
          if (!said) return;
          const index = u.cursor.idx;
          said.textContent = index === null || index === undefined ? '' : day.format(new Date(times[index] * 1000)) + ', ' + time.format(new Date(times[index] * 1000)) + ': ' + series.map((one) => (one.values[index] === null ? '–' : number.format(one.values[index])) + ' ' + one.name.toLowerCase()).join(', ');
        }],
      },
    }, [times, ...series.map((one) => one.values)], box);
    new ResizeObserver(() => plot.setSize({width: box.clientWidth, height: box.clientHeight || 240})).observe(box);
  });
};
